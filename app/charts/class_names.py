"""What classes are called on a chart: short, and no two alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine import Dataset


def class_names(data: Dataset, most: int) -> tuple[str, ...]:
    """A name a class, in the order of their numbers.

    Args:
        data: Whose classes.
        most: Characters before a name is cut.
    """
    named = data.class_names or tuple(map(str, range(data.n_classes)))
    cut = [name if len(name) <= most else f"{name[: most - 1]}…" for name in named]
    # Names that were cut alike would become one.
    return tuple(
        name if cut.count(name) == 1 else f"{name} ({i})" for i, name in enumerate(cut, start=1)
    )
