"""Optuna tells every study and trial on stderr by default; a search has a progress bar for that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Let only Optuna's warnings through, unless its default verbosity was changed on purpose."""
    from optuna import logging

    asked = logging.get_verbosity()
    if asked != logging.INFO:
        yield
        return
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(asked)
