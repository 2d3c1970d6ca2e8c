"""Strips of samples, each in the set it was dealt to, with those that leak crossed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import Figure, Spec, only
from app.labs.three_sets import NAMES, TRUTH, Split
from app.theme import BLUE, GREEN, OCHRE, VERMILION

if TYPE_CHECKING:
    import pandas as pd

_ROWS = {"sizes": 3, "dealt": 2, "your sizes": 1, "your deal": 0}
_HEIGHTS = dict(zip(NAMES, (0.84, 0.56, 0.28), strict=True))  # no set is told by color alone
_LABELS = " : ".join(f"datum.value == {at} ? '{name}'" for name, at in _ROWS.items()) + " : ''"
_X: dict[str, Any] = {
    "field": "from",
    "type": "quantitative",
    "scale": {"domain": [0, 1.2], "nice": False},
    "axis": {
        "title": "samples, as a share of all",
        "format": ".0%",
        "values": [0, 0.2, 0.4, 0.6, 0.8, 1],
        "grid": False,
    },
}
_Y: dict[str, Any] = {
    "field": "base",
    "type": "quantitative",
    "scale": {"domain": [0, len(_ROWS)], "nice": False},
    "axis": {
        "title": None,
        "values": sorted(_ROWS.values()),
        "labelExpr": _LABELS,
        "labelBaseline": "bottom",
        "labelOffset": -6,
        "ticks": False,
        "domain": False,
        "grid": False,
    },
}
_SPEC: Spec = {
    "height": 330,
    "layer": [
        {
            "transform": only("kind", "sample"),
            "mark": {"type": "rect", "clip": True},
            "encoding": {
                "x": _X,
                "x2": {"field": "to"},
                "y": _Y,
                "y2": {"field": "top"},
                "color": {
                    "field": "set",
                    "type": "nominal",
                    "scale": {"domain": list(NAMES), "range": [BLUE, OCHRE, GREEN]},
                    "legend": {"title": None, "orient": "top", "symbolType": "square"},
                },
                "tooltip": [{"field": "sample"}, {"field": "set"}],
            },
        },
        {
            "transform": only("kind", "leak"),
            "mark": {
                "type": "point",
                "shape": "cross",
                "angle": 45,
                "filled": True,
                "color": VERMILION,
                "size": 90,
                "opacity": 1,
                "aria": False,
            },
            "encoding": {"x": _X, "y": _Y},
        },
    ],
}
_ALT = (
    "Strips of samples, colored and of a height by the set they are in: training, validation or "
    "test, once sorted by set and once in the order of the data; below, the same for your own "
    "function. Crosses mark samples that stand in several sets, and a gap is a sample in none."
)


def strips(found: Split, yours: Split | None = None) -> Figure:
    """Draw a split, and the learner's.

    Args:
        found: The split.
        yours: What the learner's function returned.
    """
    import pandas as pd

    parts = _strips(found, "sizes", "dealt")
    if yours is not None:
        parts += _strips(yours, "your sizes", "your deal")
    caption = (
        f"{_sizes(found)} {_faults(found)} A model that is right on {TRUTH:.0%} of new samples, "
        f"and remembers those it was trained on, scores {found.test_score:.0%} on this test set."
    )
    if yours is not None:
        caption += f" Yours: {_sizes(yours)} {_faults(yours)}"
    return Figure("three-sets", _SPEC, pd.concat(parts, ignore_index=True), _ALT, caption)


def _strips(split: Split, by_size: str, by_sample: str) -> list[pd.DataFrame]:
    import numpy as np
    import pandas as pd

    samples = np.concatenate(split.sets)
    names = np.repeat(NAMES, split.sizes)
    tops = np.array([_HEIGHTS[name] for name in NAMES]).repeat(split.sizes)
    starts = {by_size: np.arange(len(samples)), by_sample: samples}
    parts = [
        pd.DataFrame(
            {
                "kind": "sample",
                "set": names,
                "sample": samples,
                "from": start / split.n,
                "to": (start + 0.85) / split.n,
                "base": float(_ROWS[row]),
                "top": _ROWS[row] + tops,
            }
        )
        for row, start in starts.items()
    ]
    middles = (split.leaked + 0.42) / split.n
    leaks = {
        "kind": "leak",
        "sample": split.leaked,
        "from": middles,
        "base": _ROWS[by_sample] + 0.9,
    }
    return [*parts, pd.DataFrame(leaks)]


def _sizes(split: Split) -> str:
    train, val, test = split.sizes
    return f"{train} train, {val} validate and {test} test."


def _faults(split: Split) -> str:
    leaked, missing = len(split.leaked), len(split.missing)
    if not leaked and not missing:
        return "Every sample is in one set."
    return f"{leaked} of {split.n} samples are in several places, {missing} in none."
