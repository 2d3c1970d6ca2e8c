"""A session without a browser: it speaks Streamlit's protocol, and reads the texts of a page."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

PATIENCE = 120.0


class Session:
    """One learner at one page."""

    def __init__(self, address: str, page: str) -> None:
        """Open a page.

        Args:
            address: The server's, "http://…" without a slash at the end.
            page: Path and query, such as "/random-search?tab=Play".
        """
        self._page = page
        self._hash = ""
        self._values: dict[str, str | float] = {}
        self._ids: dict[str, str] = {}
        self._open = ExitStack()
        self._connection = self._open.enter_context(
            connect(
                f"{address.replace('http', 'ws', 1)}/_stcore/stream",
                subprotocols=["streamlit"],  # type: ignore[list-item]
                max_size=None,
                proxy=None,
            )
        )
        self.texts = self.run()

    def set(self, label: str, value: str | float) -> str:
        """Set a text area or a slider, and return the texts of the page afterwards."""
        self._values[self._ids[label]] = value
        self.texts = self.run()
        return self.texts

    def run(self) -> str:
        """Have the page run, and return its texts."""
        self._send()
        found: list[str] = []
        while True:
            message = ForwardMsg.FromString(self._connection.recv(PATIENCE))  # type: ignore[arg-type]
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self._hash = message.navigation.page_script_hash
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return "\n".join(found)
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._take(message, found)

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the page."""
        self._open.close()

    def _send(self) -> None:
        path, _, query = self._page.partition("?")
        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.page_script_hash = self._hash
        state.page_name = "" if self._hash else path.strip("/")
        for name, value in self._values.items():
            widget: WidgetState = state.widget_states.widgets.add(id=name)
            if isinstance(value, str):
                widget.string_value = value
            else:
                widget.double_array_value.data.append(value)
        self._connection.send(message.SerializeToString())

    def _take(self, message: ForwardMsg, found: list[str]) -> None:
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "exception":
                raise AssertionError(f"{element.exception.type}: {element.exception.message}")
            case "markdown":
                found.append(element.markdown.body)
            case "alert":
                found.append(element.alert.body)
            case "text_area":
                self._ids[element.text_area.label] = element.text_area.id
            case "slider":
                self._ids[element.slider.label] = element.slider.id
