"""A bar on stderr for searches that take more than a second."""

from __future__ import annotations

from types import TracebackType
from typing import Any

# Seconds before the bar appears: what is over sooner needs none.
_DELAY = 1.0


class Progress:
    """Finished trials out of all; use it as a context manager."""

    def __init__(self, total: int, what: str, *, progress: bool | None) -> None:
        """Prepare a bar.

        Args:
            total: Trials of the search.
            what: The words before the bar.
            progress: True shows it from the start, False never, None after a second if stderr is
                a terminal.
        """
        from tqdm import tqdm

        self._bar: Any = tqdm(
            total=total,
            desc=what,
            unit="trial",
            disable=None if progress is None else not progress,
            delay=0.0 if progress else _DELAY,
        )

    def __enter__(self) -> Progress:
        """Nothing to do: the bar is there, or not yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the bar as it is and end its line."""
        self._bar.close()

    def at(self, finished: int) -> None:
        """So many trials are finished, by this process or another."""
        self._bar.update(finished - self._bar.n)

    def advance(self) -> None:
        """One more trial is finished."""
        self._bar.update(1)
