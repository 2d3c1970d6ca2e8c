"""Progress of a long run: a bar in a terminal, a line every ten seconds in a log."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm

_LOG_SECONDS = 10
_DELAY_SECONDS = 1  # what is over by then shows nothing
_NARROW = 80  # columns, where a terminal does not know how many it has
_LOG_FORMAT = "{desc}: {n_fmt} of {total_fmt}, {rate_fmt}, {remaining} left"


def ticker(total: int, *, done: int, what: str, unit: str) -> tqdm[None]:
    """Show how far a run is, how fast it goes and how long it will take, on standard error.

    Args:
        total: How many units there are.
        done: How many of them an earlier run has done; the rate is without them.
        what: What is being done, e.g. "Grading".
        unit: What is counted, e.g. "file".

    Returns:
        The bar, to be closed, whose `update` counts one.
    """
    from tqdm import tqdm

    class Lines(tqdm):  # type: ignore[misc]
        """A bar that starts a new line each time, as a log wants it."""

        def display(self, msg: str | None = None, pos: int | None = None) -> bool:
            print(str(self) if msg is None else msg, file=self.fp, end="" if pos == 0 else "\n")
            return True

    if sys.stderr.isatty():
        known = shutil.get_terminal_size((0, 0)).columns
        return tqdm(
            total=total,
            initial=done,
            desc=what,
            unit=unit,
            delay=_DELAY_SECONDS,
            # In a terminal that does not know its size, a bar would take none at all.
            ncols=None if known else _NARROW,
            nrows=_NARROW,
            dynamic_ncols=bool(known),
        )
    return Lines(
        total=total,
        initial=done,
        desc=what,
        unit=unit,
        delay=_DELAY_SECONDS,
        mininterval=_LOG_SECONDS,
        maxinterval=_LOG_SECONDS,
        bar_format=_LOG_FORMAT,
    )
