"""How much each setting has to do with being among the best trials."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from app.charts.figure import Figure, Spec
from app.theme import BLUE


def importances(key: str, found: Mapping[str, float], share: float) -> Figure:
    """Draw a bar a setting.

    Args:
        key: Identifies the chart on its page.
        found: Importance by the setting's title, at least one; they sum to 1.
        share: Which part of the trials counts as the best.
    """
    import pandas as pd

    rows = pd.DataFrame({"setting": list(found), "importance": list(found.values())})
    ranked = sorted(found.items(), key=lambda item: -item[1])
    listed = ", ".join(f"{title} {value:.0%}" for title, value in ranked)
    caption = (
        f"What tells the best {share:.0%} of the trials from the rest: {listed}. PED-ANOVA, as "
        "Optuna computes it; the shares sum to 100%."
    )
    alt = "Bar chart of how important each setting of the search is for a good score."
    return Figure(key, _spec(tuple(rows["setting"])), rows, alt, caption)


@lru_cache(maxsize=64)
def _spec(settings: tuple[str, ...]) -> Spec:
    y = {
        "field": "setting",
        "type": "nominal",
        "scale": {"domain": list(settings)},
        "axis": {"title": None, "labelLimit": 140},
    }
    x = {
        "field": "importance",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {"title": "importance", "format": ".0%", "tickCount": 5},
    }
    bar = {"type": "bar", "color": BLUE, "height": {"band": 0.6}}
    return {"height": 60 + 34 * len(settings), "mark": bar, "encoding": {"x": x, "y": y}}
