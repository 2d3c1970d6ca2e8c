"""What a page and its server tell each other, so that a test can wait for a move's answer."""

from __future__ import annotations

import time

from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 20.0  # seconds


class Traffic:
    """Listens to a page from before it is loaded.

    Attributes:
        moves: How many times something was moved, pressed or chosen, as the server was told.
    """

    def __init__(self, page: Page) -> None:
        """Begin to listen."""
        self.moves = 0
        self._open = 0  # moves that no finished run has followed yet
        self._page = page
        page.on("websocket", self._listen)

    def press(self, key: str) -> None:
        """Press a key on a control, and wait until the server has answered, if that moved it."""
        before = self.moves
        self._page.keyboard.press(key)
        end = time.monotonic() + PATIENCE
        while (self.moves == before or self._open) and time.monotonic() < end:
            self._page.wait_for_timeout(20)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            said = BackMsg.FromString(payload)
            # A view that looks again by itself is no move.
            if said.HasField("rerun_script") and not said.rerun_script.is_auto_rerun:
                self.moves += 1
                self._open += 1

    def _received(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            said = ForwardMsg.FromString(payload)
            early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if said.WhichOneof("type") == "script_finished" and said.script_finished != early:
                self._open = 0
