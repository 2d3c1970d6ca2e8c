"""The trials of a search, a strip a setting: where on its scale do good ones lie?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import Figure, Spec, point_layer
from app.labs.playground_sweep import TITLES, shown
from app.theme import GRAY, VERMILION, Point

if TYPE_CHECKING:
    from app.labs.playground_ranges import Range
    from app.labs.playground_search import Search

POINTS = {"others": Point(GRAY, "circle", 28), "among the best": Point(VERMILION, "diamond", 60)}
_ALT = "Dot chart of the trials' validation scores by {}; diamonds are among the best."
_SPREAD = 0.7  # of a word's room: its trials lie side by side


def strips(found: Search, share: float) -> list[Figure]:
    """Draw every trial once a setting.

    Args:
        found: As far as it is trained.
        share: Which part of the trials is marked as the best, greater than 0.

    Returns:
        A chart a setting, in the search's order.
    """
    return [_strip(found, each, share) for each in found.plan.ranges]


def _strip(found: Search, along: Range, share: float) -> Figure:
    import pandas as pd

    top = found.top(share)
    values = [point[along.setting] for point in found.plan.points]
    rows = pd.DataFrame(
        {
            "kind": np.where(top, "among the best", "others"),
            "value": [shown(value) if along.scale is None else value for value in values],
            "score": found.means,
            # The same for a trial in every strip and at every look.
            "spread": 2 * np.random.default_rng(0).random(len(values)) - 1,
        }
    )
    rows = rows.sort_values("kind", ascending=False, ignore_index=True)  # the best over the others
    title = TITLES[along.setting]
    caption = _caption(
        found, along, [value for value, good in zip(values, top, strict=True) if good]
    )
    spec = _spec(along, found.score)
    return Figure(f"search-{along.setting}", spec, rows, _ALT.format(title), caption)


@lru_cache(maxsize=64)
def _spec(along: Range, score: str) -> Spec:
    scale, title = along.scale, TITLES[along.setting]
    x: dict[str, Any] = {"field": "value", "axis": {"title": title}}
    if scale is None:
        x |= {"type": "nominal", "scale": {"domain": list(along.values(2))}}
        x["axis"]["labelAngle"] = 0
    else:
        stops = [float(stop) for stop in scale.stops if stop[1:2] != "e" or stop[0] == "1"]
        x |= {
            "type": "quantitative",
            "scale": {
                "type": "log" if scale.log else "linear",
                "domain": [along.low, along.high],
                "nice": False,
                "padding": 12,
            },
        }
        x["axis"] |= {
            "values": [stop for stop in stops if along.low <= stop <= along.high],
            "format": ".0e" if scale.log and not scale.whole else "~g",
            "labelOverlap": True,
        }
    y = {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False, "padding": 8},  # for marks at the top
        "axis": {
            "title": f"validation {score}",
            "format": ".0%" if score == "accuracy" else ".1f",
            "tickCount": 5,
        },
    }
    layer = point_layer("kind", POINTS, x, y)
    for channel in ("color", "shape"):
        layer["encoding"][channel]["legend"] = None  # the slider's words say it
    if scale is None:
        layer["encoding"]["xOffset"] = {
            "field": "spread",
            "type": "quantitative",
            "scale": {"domain": [-1 / _SPREAD, 1 / _SPREAD]},
        }
    return {"height": 200, **layer}


def _caption(found: Search, along: Range, best: list[Any]) -> str:
    if along.scale is None:
        counts = {word: best.count(word) for word in along.values(2)}
        listed = ", ".join(f"{word} {count}" for word, count in counts.items())
        return f"Among the best: {listed}."
    low, high = shown(min(best)), shown(max(best))
    return f"The best lie from {low} to {high}." if low != high else f"The best lie at {low}."
