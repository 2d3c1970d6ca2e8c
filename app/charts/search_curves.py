"""The trials of a search as they learn: the best, the median, and where half of them lie."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import Figure, Spec, line_layer, only
from app.theme import BLUE, GRAY, VERMILION, Line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.playground_search import Search

LINES = {
    "best trial": Line(VERMILION, (1, 0), 2.5),
    "next two": Line(BLUE, (6, 3), 1.5),
    "median": Line(GRAY, (2, 2), 2.0),
}
_MOST_POINTS = 60
_ALT = (
    "Line chart of validation scores over the epochs: the trial that is best now, the two after "
    "it, the median of all trials, and a band that holds the middle half of them."
)


def search_curves(found: Search) -> Figure:
    """Draw them.

    Args:
        found: As far as it is trained, at least one epoch.
    """
    import pandas as pd

    curves = np.clip(found.progress.curves, 0, None)  # a chart's R² begins at 0
    n_epochs = curves.shape[1]
    every = -(-n_epochs // _MOST_POINTS)
    epochs = np.unique(np.append(np.arange(0, n_epochs, every), n_epochs - 1))
    curves = curves[:, epochs]
    low, middle, high = np.nanquantile(curves, [0.25, 0.5, 0.75], axis=0)
    parts = [_part("median", 0, epochs, middle, low, high)]
    for rank, trial in enumerate(found.order[:3]):
        series = "best trial" if rank == 0 else "next two"
        parts.append(_part(series, rank, epochs, curves[trial]))
    rows = pd.concat(parts, ignore_index=True).dropna(subset="score")
    longest = max([found.plan.setup.config.epochs, *_searched_epochs(found)])
    caption = (
        f"After epoch {n_epochs}: the best of {len(curves)} trials at "
        f"{_number(found, found.means.max())}, the median at "
        f"{_number(found, float(np.median(found.means)))}."
    )
    return Figure("search-curves", _spec(found.score, longest), rows, _ALT, caption)


def _searched_epochs(found: Search) -> list[int]:
    return [int(each.high) for each in found.plan.ranges if each.setting == "epochs"]


def _part(
    series: str,
    rank: int,
    epochs: NDArray[np.int64],
    score: NDArray[np.float64],
    low: NDArray[np.float64] | None = None,
    high: NDArray[np.float64] | None = None,
) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            "series": series,
            "rank": rank,
            "epoch": epochs + 1,
            "score": score,
            "low": np.nan if low is None else low,
            "high": np.nan if high is None else high,
        }
    )


@lru_cache(maxsize=32)
def _spec(score: str, epochs: int) -> Spec:
    x: dict[str, Any] = {
        "field": "epoch",
        "type": "quantitative",
        "scale": {"domain": [0, epochs], "nice": False},
        "axis": {"title": "epoch", "tickCount": 5, "format": "d"},
    }
    y: dict[str, Any] = {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {
            "title": f"validation {score}",
            "format": ".0%" if score == "accuracy" else ".1f",
            "tickCount": 5,
        },
    }
    band = {
        "transform": only("series", "median"),
        "mark": {"type": "area", "color": GRAY, "opacity": 0.22, "clip": True, "aria": False},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    lines = line_layer("series", LINES, x, y)
    lines["encoding"]["detail"] = {"field": "rank", "type": "nominal"}
    return {"height": 240, "layer": [band, lines]}


def _number(found: Search, value: float) -> str:
    return f"{value:.1%}" if found.score == "accuracy" else f"{value:.3f}"
