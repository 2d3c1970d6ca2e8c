"""The trainings of a coordinate search, on the map of all that were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.charts import recorded_map as base
from app.charts.figure import Figure, Spec
from app.theme import VERMILION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.labs.walk import Walk

_SPEC: Spec = {
    "height": 380,
    "layer": [
        base.CELLS,
        base.path("yours", VERMILION, 2, (6, 3)),
        base.rings("yours"),
        base.dots("tried", size=60),
        base.dots("best", "diamond", 220),
    ],
}
_ALT = (
    "Heatmap of mean validation accuracy by learning rate (across) and batch size (up). White dots "
    "mark the trainings of a search that moves one setting at a time, a diamond the best of them; "
    "rings and a dashed line are the trainings that your own function asks for, in its order."
)


def walk_map(found: Walk, yours: NDArray[np.float64] | None = None) -> Figure:
    """Draw a search.

    Args:
        found: The search.
        yours: Pairs (learning rate, batch size) that the learner's function tries, in its order,
            shape (n, 2), or None.
    """
    import pandas as pd

    points = found.points
    scores = found.ridge.scores[found.tried[:, 0], found.tried[:, 1]]
    best = (found.ridge.lrs[found.best[0]], found.ridge.batch_sizes[found.best[1]])
    parts = [
        base.cells(found.ridge),
        base.marks("tried", points[:, 0], points[:, 1], scores),
        base.marks("best", [best[0]], [best[1]], [found.score]),
    ]
    if yours is not None:
        parts.append(base.marks("yours", yours[:, 0], yours[:, 1]))
    rows = pd.concat(parts, ignore_index=True)
    return Figure("walk", _SPEC, rows, _ALT, _caption(found, yours))


def _caption(found: Walk, yours: NDArray[np.float64] | None) -> str:
    scores = found.ridge.scores
    told = (
        f"{len(found.tried)} of {scores.size} combinations trained. The best of them, the diamond, "
        f"has learning rate {found.ridge.lrs[found.best[0]]:.2g} and batch size "
        f"{found.ridge.batch_sizes[found.best[1]]}: {found.score:.1%}. The best of all reaches "
        f"{scores.max():.1%}."
    )
    if yours is None:
        return told
    same = yours.shape == found.points.shape and bool((yours == found.points).all())
    return f"{told} Yours: {'the same trainings in the same order' if same else _counted(yours)}."


def _counted(yours: NDArray[np.float64]) -> str:
    different = len({tuple(point) for point in yours.tolist()})
    return f"{len(yours)} trainings, {different} of them different"
