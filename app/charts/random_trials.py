"""What random search draws, on the map of recorded trainings, and the best score so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts import recorded_map as base
from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.labs.random_trials import BEST_SHARE, BUDGETS
from app.theme import GRAY, GREEN, REFERENCE, YOURS, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.labs.own_random_search import Pick
    from app.labs.random_trials import RandomTrials

_MAP: Spec = {
    "height": 340,
    "layer": [
        base.CELLS,
        base.rings("yours"),
        base.dots("draw", size=50),
        base.dots("best", "diamond", 220),
        base.rings("your best", "diamond", 560),
    ],
}
_MAP_ALT = (
    "Heatmap of mean validation accuracy by learning rate (across) and batch size (up). White dots "
    "mark what random search drew, a diamond its best; rings are draws of your own function, and a "
    "hollow diamond what your own search picks."
)
_X: dict[str, Any] = {
    "field": "trial",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [0.9, BUDGETS[-1] * 1.1], "nice": False},
    "axis": {"title": "trial (log scale)", "values": [1, 2, 5, 10, 20, 50, 100, 200]},
}
# By the error's logarithm: among good networks the steps are small, and they are the point here.
_Y: dict[str, Any] = {
    "field": "error",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [0.03, 1], "reverse": True, "nice": False},
    "axis": {
        "title": "validation accuracy (log scale of the error)",
        "values": [1, 0.5, 0.2, 0.1, 0.05, 0.03],
        "labelExpr": "format(1 - datum.value, '.0%')",
    },
}
_LINES = line_layer("series", {"best so far": REFERENCE, "yours": YOURS}, _X, _Y)
_STEPS: Spec = {
    "height": 340,
    "layer": [
        {
            "transform": only("series", "good"),
            "mark": {"type": "rule", "color": GREEN, "strokeDash": [5, 4], "strokeWidth": 2},
            "encoding": {"y": _Y},
        },
        {**_LINES, "mark": {**_LINES["mark"], "interpolate": "step-after"}},
        point_layer("series", {"trial": Point(GRAY, "circle", 40)}, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_STEPS_ALT = (
    "Chart of the accuracy of each trial of a random search, as circles, and of the best so far, "
    "as a staircase; a dashed line marks where the best 5% of all recorded trainings begin."
)


def draws_map(
    found: RandomTrials, yours: NDArray[np.float64] | None = None, pick: Pick | None = None
) -> Figure:
    """Draw the trials where they are.

    Args:
        found: The search.
        yours: Pairs (learning rate, batch size) from the learner's sampler, shape (n, 2).
        pick: The winner of the learner's search.
    """
    import pandas as pd

    at = int(found.scores.argmax())
    best = (found.lrs[[at]], found.batch_sizes[[at]], found.scores[[at]])
    parts = [
        base.cells(found.ridge),
        base.marks("draw", found.lrs, found.batch_sizes, found.scores),
        base.marks("best", *best),
    ]
    if yours is not None:
        parts.append(base.marks("yours", yours[:, 0], yours[:, 1]))
    if pick is not None:
        parts.append(base.marks("your best", [pick.lr], [pick.batch_size], [pick.score]))
    caption = (
        f"{len(found.lrs)} trials. The best, the diamond, has learning rate {best[0][0]:.2g} and "
        f"batch size {best[1][0]}: {best[2][0]:.1%}."
    )
    if pick is not None:
        caption += (
            f" Your search, with draws of its own, picks {pick.lr:.2g} and {pick.batch_size:.0f}: "
            f"{pick.score:.1%}."
        )
    return Figure("draws", _MAP, pd.concat(parts, ignore_index=True), _MAP_ALT, caption)


def staircase(found: RandomTrials, yours: NDArray[np.float64] | None = None) -> Figure:
    """Draw the best score so far.

    Args:
        found: The search.
        yours: What the learner's function makes of the same scores, shape (n,).
    """
    import numpy as np
    import pandas as pd

    trials = np.arange(1, len(found.scores) + 1)
    series = {"trial": found.scores, "best so far": found.best_so_far, "yours": yours}
    parts = [
        pd.DataFrame({"series": name, "trial": trials, "accuracy": values, "error": 1 - values})
        for name, values in series.items()
        if values is not None
    ]
    good = {"accuracy": [found.good], "error": [1 - found.good]}
    parts.append(pd.DataFrame({"series": "good", "trial": [1], **good}))
    rows = pd.concat(parts, ignore_index=True)
    return Figure("staircase", _STEPS, rows, _STEPS_ALT, _steps_caption(found, yours))


def _steps_caption(found: RandomTrials, yours: NDArray[np.float64] | None) -> str:
    import numpy as np

    hit = found.first_hit
    when = f"first at trial {hit}" if hit else f"not once in {len(found.scores)} trials"
    told = (
        f"The best {BEST_SHARE:.0%} of the space, from {found.good:.1%} on: {when}. Trial 10 has "
        f"seen {found.best_so_far[:10][-1]:.1%}, the last one {found.best_so_far[-1]:.1%}."
    )
    if yours is None:
        return told
    same = np.allclose(yours, found.best_so_far, rtol=1e-9, atol=0)
    return f"{told} Yours: {'the same staircase' if same else f'{yours[-1]:.1%} at the end'}."
