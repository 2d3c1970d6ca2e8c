"""The heatmap of learning rate against batch size, with its ridge."""

from __future__ import annotations

from app.charts.figure import Figure, Spec
from app.labs.ridge import Ridge
from app.theme import HEAT

_X = {
    "field": "lr",
    "type": "ordinal",
    "sort": {"field": "order"},
    "axis": {"title": "learning rate (log scale)", "labelAngle": -45},
}
_Y = {
    "field": "batch size",
    "type": "ordinal",
    "sort": "descending",
    "axis": {"title": "batch size"},
}
_TOOLTIP = [
    {"field": "lr", "title": "learning rate"},
    {"field": "batch size"},
    {"field": "accuracy", "format": ".1%"},
]
_SPEC: Spec = {
    "height": 360,
    "encoding": {"x": _X, "y": _Y, "tooltip": _TOOLTIP},
    "layer": [
        {
            "mark": {"type": "rect"},
            "encoding": {
                "color": {
                    "field": "accuracy",
                    "type": "quantitative",
                    "scale": {"scheme": HEAT, "domain": [0, 1]},
                    "legend": {"title": "validation accuracy", "format": ".0%", "orient": "top"},
                }
            },
        },
        {
            "transform": [{"filter": "datum.best"}],
            "mark": {
                "type": "point",
                "filled": True,
                "size": 90,
                "color": "#ffffff",
                "stroke": "#000000",
                "strokeWidth": 1.5,
                "opacity": 1,
            },
        },
    ],
}
_ALT = (
    "Heatmap of mean validation accuracy by learning rate (across) and batch size (up). A white "
    "dot marks the best learning rate of each batch size."
)


def heatmap(ridge: Ridge) -> Figure:
    """Draw the grid with a dot on the best learning rate of each batch size."""
    import pandas as pd

    rows = pd.DataFrame(
        [
            {
                "lr": f"{lr:.2g}",
                "order": i,
                "batch size": int(batch),
                "accuracy": float(ridge.scores[i, j]),
                "best": bool(ridge.best[j] == i),
            }
            for j, batch in enumerate(ridge.batch_sizes)
            for i, lr in enumerate(ridge.lrs)
        ]
    )
    return Figure("ridge", _SPEC, rows, _ALT, _caption(ridge))


def _caption(ridge: Ridge) -> str:
    small, large = ridge.lrs[ridge.best[0]], ridge.lrs[ridge.best[-1]]
    unit = "epoch" if ridge.budget == "epochs" else "step"
    plural = "" if ridge.amount == 1 else "s"
    return (
        f"After {ridge.amount:,} {unit}{plural} of each: the best learning rate is {small:.2g} at "
        f"batch size {ridge.batch_sizes[0]} and {large:.2g} at batch size {ridge.batch_sizes[-1]}, "
        f"{large / small:,.0f} times as large. A run that diverged counts as 0%."
    )
