"""Sessions without a browser: they speak Streamlit's protocol and move a slider each second.

A process of its own (`python -m benchmarks.app_clients`), so that it shares no lock with what is
measured. It is told "go", "rest" and "end" on its standard input, one a line, and answers each line
with "ok".
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.asyncio.client import ClientConnection

_SUBPROTOCOL = "streamlit"  # what the browser's client asks for
_PATIENCE = 120.0
_PLACES = 8  # how far from its start a slider is moved


@dataclass
class Client:
    """One session.

    Attributes:
        address: The server's, "http://…".
        page: Path and query of the page, e.g. "/manual-tuning?tab=Play".
        label: The slider that is moved.
        moves: Seconds that each move took, to the end of the script's run.
    """

    address: str
    page: str
    label: str
    moves: list[float] = field(default_factory=list)
    _widgets: dict[str, Any] = field(default_factory=dict)
    _slider: Any = None
    _places: Any = None
    _page_hash: str = ""
    _watched: set[str] = field(default_factory=set)
    _finished: asyncio.Event = field(default_factory=asyncio.Event)
    _error: str = ""

    async def run(self, going: asyncio.Event, delay: float) -> None:
        """Open the page, then move once a second whenever `going` is set, until canceled.

        Args:
            going: Whether to move, and to look at what the page watches.
            delay: Seconds before the first move: sessions do not move in step.
        """
        async with self.connect() as connection:
            reading = asyncio.create_task(self._read(connection))
            try:
                await self.open(connection)
                await going.wait()
                await asyncio.sleep(delay)
                while True:
                    await going.wait()
                    begun = time.monotonic()
                    await self.move(connection)
                    await self._watch(connection)
                    await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - begun)))
            finally:
                reading.cancel()

    def connect(self) -> Any:
        """Begin a session: a context manager of its connection."""
        from websockets.asyncio.client import connect

        return connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[_SUBPROTOCOL],  # type: ignore[list-item]
            max_size=None,
            proxy=None,
        )

    async def open(self, connection: ClientConnection) -> None:
        """Ask for the page, and wait until it has run.

        Raises:
            RuntimeError: If the page has no such slider, or an error.
        """
        await self._ask(connection)
        if self._slider is None:
            raise RuntimeError(f"{self.page} shows no slider {self.label!r}.")

    async def move(self, connection: ClientConnection) -> None:
        """Move the slider by one step, up and down again, and wait for the end of the run."""
        if self._places is None:
            first = self._slider.default[0]
            step = self._slider.step or 1
            up = -1 if first + _PLACES * step > self._slider.max else 1
            there = [first + up * i * step for i in range(1, _PLACES + 1)]
            self._places = itertools.cycle([*there, *reversed(there[:-1]), first])
        self._widgets[self._slider.id] = next(self._places)
        begun = time.monotonic()
        await self._ask(connection)
        self.moves.append(time.monotonic() - begun)

    async def _watch(self, connection: ClientConnection) -> None:
        """Ask for what the page wants run from time to time; as a browser does, without waiting."""
        for fragment in self._watched:
            await self._send(connection, fragment)

    async def _ask(self, connection: ClientConnection) -> None:
        """Ask for a run of the page, and wait for its end."""
        self._finished.clear()
        await self._send(connection)
        await asyncio.wait_for(self._finished.wait(), _PATIENCE)
        if self._error:
            raise RuntimeError(self._error)

    async def _send(self, connection: ClientConnection, fragment: str = "") -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        path, _, query = self.page.partition("?")
        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.page_script_hash = self._page_hash
        state.page_name = "" if self._page_hash else path.strip("/")
        state.fragment_id = fragment
        state.is_auto_rerun = bool(fragment)
        for name, value in self._widgets.items():
            state.widget_states.widgets.add(id=name).double_array_value.data.append(value)
        await connection.send(message.SerializeToString())

    async def _read(self, connection: ClientConnection) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        try:
            async for data in connection:
                self._take(ForwardMsg.FromString(data))
        except Exception as error:  # told to who waits
            self._error = f"The connection broke: {error}"
        finally:
            self._finished.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":  # which page the address led to
            self._page_hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._watched.add(message.auto_rerun.fragment_id)
        elif kind == "stop_auto_rerun":
            self._watched.difference_update(message.stop_auto_rerun.fragment_ids)
        elif kind == "script_finished":
            if message.script_finished == message.FINISHED_SUCCESSFULLY:  # a fragment is less
                self._finished.set()
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                self._error = f"{element.exception.type}: {element.exception.message}"
            elif element.WhichOneof("type") == "slider" and element.slider.label == self.label:
                self._slider = element.slider


async def _serve(address: str, page: str, label: str, count: int) -> None:
    going = asyncio.Event()
    clients = [Client(address, page, label) for _ in range(count)]
    tasks = [asyncio.create_task(client.run(going, i / count)) for i, client in enumerate(clients)]
    commands = asyncio.create_task(_obey(going, clients))
    done, _ = await asyncio.wait([commands, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in (commands, *tasks):
        task.cancel()
    for task in done:
        task.result()  # raises what a session met


async def _obey(going: asyncio.Event, clients: list[Client]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        line = (await loop.run_in_executor(None, sys.stdin.readline)).strip()
        if line == "go":
            going.set()
        elif line == "rest":
            going.clear()
        elif line == "ready":
            while not all(client._slider is not None for client in clients):
                await asyncio.sleep(0.05)
        else:
            return
        print("ok", flush=True)


@click.command()
@click.argument("address")
@click.argument("page")
@click.argument("label")
@click.option("--count", default=19, show_default=True, help="Sessions.")
def main(address: str, page: str, label: str, count: int) -> None:
    """Hold sessions open at PAGE of ADDRESS and move the slider LABEL of each once a second."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(address, page, label, count))


if __name__ == "__main__":
    main()
