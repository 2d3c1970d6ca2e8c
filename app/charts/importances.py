"""How much each setting matters for being among the best trials of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.charts.figure import Figure, Spec
from app.charts.study import setting_name
from app.theme import BLUE

if TYPE_CHECKING:
    from app.labs.study import Study, Top

_SPEC: Spec = {
    "height": 220,
    "mark": {"type": "bar", "color": BLUE},
    "encoding": {
        "y": {
            "field": "setting",
            "type": "nominal",
            "sort": None,
            "axis": {"title": None, "grid": False},
        },
        "x": {
            "field": "importance",
            "type": "quantitative",
            "scale": {"domain": [0, 1], "nice": False},
            "axis": {"title": "importance for the best share", "format": ".0%", "tickCount": 5},
        },
        "tooltip": [{"field": "setting"}, {"field": "importance", "format": ".0%"}],
    },
}
_ALT = (
    "Bar chart of how much each setting matters for being among the best trials of the study, by "
    "PED-ANOVA; the bars add up to 100%."
)


def importances(found: Study, top: Top) -> Figure:
    """Draw what matters for being among the best."""
    import pandas as pd

    rows = pd.DataFrame(
        {
            "setting": [setting_name(axis) for axis in top.importances],
            "importance": list(top.importances.values()),
        }
    )
    ranked = sorted(top.importances, key=lambda axis: -top.importances[axis])
    told = ", ".join(f"{setting_name(axis)} {top.importances[axis]:.0%}" for axis in ranked)
    caption = f"What it takes to be among the best {top.share:.0%}, by PED-ANOVA: {told}."
    return Figure(f"importance-{found.name}", _SPEC, rows, _ALT, caption)
