"""What a click on a chart chooses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pick:
    """A point selection of a chart's specification.

    Attributes:
        param: The selection's name.
        field: The column that it selects by.
    """

    param: str
    field: str
