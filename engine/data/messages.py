"""What messages about a table show of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def listed(names: Sequence[object], most: int = 10) -> str:
    """Names in quotes with commas between, the many cut short: "'a', 'b' and 3 more"."""
    shown = ", ".join(repr(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def first_text(column: pd.Series[Any]) -> object:
    """The first value of a column that is no number, or its first if all could be read as some."""
    return next((value for value in column.dropna() if not _is_number(value)), column.iloc[0])


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
