"""A finished study: its trials in order, and their settings as parallel coordinates."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only
from app.charts.marks import INSIDE, TEXT, headed
from app.labs.study import N_TRIALS
from app.theme import BLUE, GRAY, HEAT, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from app.labs.study import Study, Top
    from engine.landscape import Value

_BEST_SHOWN, _WORST_SHOWN = 0.01, 1.0
_ERROR_AXIS = "error"
_SHIFT = 0.035  # share of an axis by which trials with equal settings are kept apart
# In the landscapes' order; a test compares them.
_AXES: Mapping[str, tuple[str, ...]] = {
    "digits": ("lr", "width", "depth", "batch_size", "dropout", "weight_decay"),
    "spirals": ("lr", "width", "depth", "activation", "batch_size"),
}
_LABELS = {"batch_size": "batch size", "weight_decay": "weight decay"}
_COLOR: dict[str, Any] = {
    "field": "error",
    "type": "quantitative",
    # Without its ends, which one of the two backgrounds would swallow.
    "scale": {
        "type": "log",
        "scheme": {"name": HEAT, "extent": [0.25, 0.8]},
        "domain": [0.014, 0.06],
        "clamp": True,
        "reverse": True,
    },
    "legend": None,
}
# While nothing is brushed, the best share counts as chosen.
_BRUSHED = {"param": "brush", "empty": False}
_CHOSEN: dict[str, Any] = {
    "or": [
        _BRUSHED,
        {"and": [{"param": "brush", "empty": True}, {"not": _BRUSHED}, "datum.top"]},
    ]
}
_ERROR: dict[str, Any] = {
    "field": "error",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [_BEST_SHOWN, _WORST_SHOWN], "nice": False},
    "axis": {
        **INSIDE,
        "values": [0.01, 0.03, 0.1, 0.3, 1],
        "format": "~%",
    },
}
_TRIAL: dict[str, Any] = {
    "field": "trial",
    "type": "quantitative",
    "scale": {"domain": [-5, N_TRIALS + 2], "nice": False},  # room for the labels on the left
    "axis": {"title": "trial", "values": [1, 10, 20, 30, 40, 50, 60]},
}
_TOOLTIP = [
    {"field": "trial"},
    {"field": "error", "title": "validation error", "format": ".1%"},
    {"field": "settings"},
]
_BEST_LINE = headed(
    line_layer("series", {"best so far": Line(BLUE, (1, 0), 2.0)}, _TRIAL, _ERROR),
    "validation error (log scale)",
)
_BEST_LINE["mark"]["interpolate"] = "step-after"
_HISTORY: Spec = {
    "height": 200,
    "layer": [
        _BEST_LINE,
        {
            "params": [
                {
                    "name": "brush",
                    "select": {
                        "type": "interval",
                        "mark": {"fill": GRAY, "fillOpacity": 0.2, "stroke": GRAY},
                    },
                }
            ],
            "transform": only("series", "trial"),
            "mark": {"type": "point", "filled": True, "clip": True, "size": 70},
            "encoding": {
                "x": _TRIAL,
                "y": _ERROR,
                "tooltip": _TOOLTIP,
                "color": {"condition": {"test": _CHOSEN, **_COLOR}, "value": GRAY},
                "shape": {"condition": {"test": _CHOSEN, "value": "diamond"}, "value": "circle"},
                "opacity": {"condition": {"test": _CHOSEN, "value": 1}, "value": 0.4},
            },
        },
    ],
    "resolve": SEPARATE_KEYS,
}


def _coordinates(axes: list[str]) -> Spec:
    x = {
        "field": "axis",
        "type": "nominal",
        "scale": {"type": "point", "domain": axes, "padding": 0.9},  # room for labels on the left
        "axis": {
            "title": None,
            "labelAngle": 0,
            "labelExpr": "split(datum.label, ' ')",
            "labelOverlap": False,
            "grid": True,
            "domain": False,
            "ticks": False,
        },
    }
    y = {
        "field": "place",
        "type": "quantitative",
        "scale": {"domain": [-0.08, 1.08], "nice": False},
        "axis": None,
    }
    lines = {
        "mark": {"type": "line", "clip": True},
        "encoding": {"x": x, "y": y, "detail": {"field": "trial"}},
    }
    return {
        "height": 300,
        "layer": [
            {
                "transform": only("series", "line"),
                **lines,
                "mark": {**lines["mark"], "color": GRAY, "strokeWidth": 1, "opacity": 0.22},
            },
            {
                "transform": [*only("series", "line"), {"filter": _CHOSEN}],
                **lines,
                "mark": {**lines["mark"], "strokeWidth": 2.2, "opacity": 0.8},
                "encoding": {**lines["encoding"], "color": _COLOR, "tooltip": _TOOLTIP},
            },
            {
                "transform": only("series", "value"),
                "mark": {
                    "type": "text",
                    "align": "right",
                    "dx": -8,
                    "fontWeight": 600,
                    "color": TEXT,
                },
                "encoding": {"x": x, "y": y, "text": {"field": "settings"}},
            },
        ],
        "resolve": SEPARATE_KEYS,
    }


_ALT = (
    "Two charts of one study. Above, the validation error of every trial on a log scale in the "
    "order of training, with the best so far as a line; diamonds are the trials that are chosen. "
    "Below, parallel coordinates: one line a trial through its value of each setting to its error, "
    "chosen trials colored by error from dark to bright, all others faint. A brush over the upper "
    "chart chooses trials; without one, the slider's best share is chosen."
)


def explorer(found: Study, top: Top) -> Figure:
    """Draw the study with its best trials chosen.

    Args:
        found: All trials.
        top: The best of them.
    """
    rows = _rows(found)
    chosen = rows.assign(top=rows["trial"].isin(np.flatnonzero(top.chosen) + 1))
    key = f"study-{found.name}"
    return Figure(key, SPECS[found.name], chosen, _ALT, _caption(found, top))


@lru_cache(maxsize=16)
def _rows(found: Study) -> pd.DataFrame:
    """All that does not change with the chosen share."""
    import pandas as pd

    trial = np.arange(1, N_TRIALS + 1)
    errors = np.clip(found.errors, _BEST_SHOWN, _WORST_SHOWN)
    each = pd.DataFrame({"trial": trial, "error": errors, "settings": _settings(found)})
    best = pd.DataFrame(
        {"series": "best so far", "trial": trial, "error": np.minimum.accumulate(errors)}
    )
    rng = np.random.default_rng(0)
    shift = rng.uniform(-_SHIFT, _SHIFT, N_TRIALS)
    parts = [each.assign(series="trial"), best]
    for i, (axis, values) in enumerate(found.axes.items()):
        place = found.places[:, i] / (len(values) - 1) + shift
        parts += [
            each.assign(series="line", axis=setting_name(axis), place=place),
            _values(axis, values),
        ]
    last = each.assign(series="line", axis=_ERROR_AXIS, place=_height(errors))
    rows: pd.DataFrame = pd.concat([*parts, last, _error_values()], ignore_index=True)
    return rows


def _caption(found: Study, top: Top) -> str:
    best = found.errors[found.best]
    behind = round((top.threshold - best) * found.n_val)
    told = (
        f"{N_TRIALS} trials; number {found.best + 1} is the best, with {best:.1%} error. Chosen "
        f"are {int(top.chosen.sum())} of at most {top.threshold:.1%}, which is {behind} of "
        f"{found.n_val} validation examples behind it."
    )
    common = [
        f"{setting_name(axis)} {_range(values)}"
        for axis, values in top.narrowed.items()
        if len(values) < len(found.axes[axis])
    ]
    if not common:
        return f"{told} Every value of every setting occurs among them."
    return f"{told} Among them are only: {', '.join(common)}."


def _settings(found: Study) -> list[str]:
    return [
        ", ".join(
            f"{setting_name(axis)} {_shown(found.value(trial, i))}"
            for i, axis in enumerate(found.axes)
        )
        for trial in range(N_TRIALS)
    ]


def _values(axis: str, values: tuple[Value, ...]) -> Any:
    """The labels along one axis."""
    import pandas as pd

    return pd.DataFrame(
        {
            "series": "value",
            "axis": setting_name(axis),
            "place": np.linspace(0, 1, len(values)),
            "settings": [_shown(value) for value in values],
        }
    )


def _error_values() -> Any:
    import pandas as pd

    shown = np.array([0.01, 0.03, 0.1, 0.3, 1.0])
    return pd.DataFrame(
        {
            "series": "value",
            "axis": _ERROR_AXIS,
            "place": _height(shown),
            "settings": [f"{error:.0%}" for error in shown],
        }
    )


def _height(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place of errors on an axis from 0 to 1, the best on top."""
    worst, best = np.log(_WORST_SHOWN), np.log(_BEST_SHOWN)
    height: NDArray[np.float64] = (worst - np.log(errors)) / (worst - best)
    return height


def _range(values: tuple[Value, ...]) -> str:
    """Values in words: those in an order by their ends, others one by one."""
    shown = [_shown(value) for value in values]
    if isinstance(values[0], str) or len(shown) == 1:
        return " or ".join(shown)
    return f"{shown[0]} to {shown[-1]}"


def setting_name(axis: str) -> str:
    """A setting as the charts call it."""
    return _LABELS.get(axis, axis)


def titled(importances: Mapping[str, float]) -> dict[str, float]:
    """The same by the settings' names in the charts."""
    return {setting_name(axis): share for axis, share in importances.items()}


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"


SPECS: Mapping[str, Spec] = {
    name: {
        "spacing": 16,
        "vconcat": [_HISTORY, _coordinates([*map(setting_name, axes), _ERROR_AXIS])],
        # As SVG, the brush would be a graphic without a name, which it cannot be given.
        "usermeta": {"embedOptions": {"renderer": "canvas"}},
    }
    for name, axes in _AXES.items()
}
