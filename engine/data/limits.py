"""What a table of the user's own may be, and the error that says why it may not."""

from __future__ import annotations

MAX_BYTES = 20_000_000
"""Most bytes of a CSV file, or of the arrays in an npz file once unpacked."""

MAX_ROWS = 100_000
"""Most rows."""

MAX_COLUMNS = 1_000
"""Most columns, the target included."""

MAX_VALUES = 10_000_000
"""Most rows times inputs, texts counted by their levels: 80 MB in float64."""

MIN_ROWS = 40
"""Fewest rows with a target: as few as a drawn data set may have."""

MIN_PER_CLASS = 6
"""Fewest examples of a class; stratified quarters are then sure to put it in all three parts."""

MAX_CLASSES = 100
"""Most classes."""

MAX_LEVELS = 20
"""Most different texts of a column that becomes inputs, one for each."""


class TableError(ValueError):
    """A table that cannot be learned from; the message says why and what to do."""
