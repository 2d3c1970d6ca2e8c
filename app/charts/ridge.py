"""The heatmap of learning rate against batch size, with its ridge and a rule that predicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.charts import recorded_map as base
from app.charts.figure import Figure, Spec
from app.theme import VERMILION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.labs.ridge import Ridge, Scaling

_SPEC: Spec = {
    "height": 380,
    "layer": [
        base.CELLS,
        base.path("rule", "#000000", 5),  # a casing: white alone would not show on yellow
        base.path("rule", "#ffffff", 2.5),
        base.dots("best"),
        base.path("yours", VERMILION, 2.5, (6, 3)),
        base.rings("yours"),
    ],
}
_ALT = (
    "Heatmap of mean validation accuracy by learning rate (across) and batch size (up). A white "
    "dot marks the best learning rate of each batch size, a white line what the rule of scaling "
    "makes of one of them, and rings what your own function makes of it."
)


def heatmap(
    ridge: Ridge, scaling: Scaling | None = None, yours: NDArray[np.float64] | None = None
) -> Figure:
    """Draw the grid with a dot on the best learning rate of each batch size.

    Args:
        ridge: The recorded trainings.
        scaling: A rule's line through one of the dots.
        yours: The rates that the learner's function makes of the same dot, shape (n_batches,).
    """
    import pandas as pd

    columns = range(len(ridge.batch_sizes))
    best = [float(ridge.scores[row, j]) for j, row in zip(columns, ridge.best, strict=True)]
    parts = [base.cells(ridge), base.marks("best", ridge.lrs[ridge.best], ridge.batch_sizes, best)]
    if scaling is not None:
        parts.append(base.marks("rule", scaling.lrs, ridge.batch_sizes))
    if yours is not None:
        parts.append(base.marks("yours", yours, ridge.batch_sizes))
    return Figure(
        "ridge",
        _SPEC,
        pd.concat(parts, ignore_index=True),
        _ALT,
        " ".join(filter(None, (_caption(ridge), _of_the_rule(ridge, scaling, yours)))),
    )


def _caption(ridge: Ridge) -> str:
    small, large = ridge.lrs[ridge.best[0]], ridge.lrs[ridge.best[-1]]
    unit = "epoch" if ridge.budget == "epochs" else "step"
    plural = "" if ridge.amount == 1 else "s"
    return (
        f"After {ridge.amount:,} {unit}{plural} of each: the best learning rate is {small:.2g} at "
        f"batch size {ridge.batch_sizes[0]} and {large:.2g} at batch size {ridge.batch_sizes[-1]}, "
        f"{large / small:,.0f} times as large. A run that diverged counts as 0%."
    )


def _of_the_rule(ridge: Ridge, scaling: Scaling | None, yours: NDArray[np.float64] | None) -> str:
    if scaling is None:
        return ""
    told = (
        f"From batch size {ridge.batch_sizes[scaling.column]}, the {scaling.rule} rule asks for "
        f"{scaling.lrs[0]:.2g} and {scaling.lrs[-1]:.2g} at these two."
    )
    if yours is None:
        return told
    if scaling.agrees_with(yours):
        return f"{told} Yours, ringed: the same rates."
    return f"{told} Yours, ringed: {yours[0]:.2g} and {yours[-1]:.2g}."
