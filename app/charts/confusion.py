"""How often a class was taken for which."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from app.charts.class_names import class_names
from app.charts.figure import Figure, Spec
from app.theme import HEAT

if TYPE_CHECKING:
    from app.labs.playground import Run
    from app.labs.playground_answers import Confusion

_ALT = (
    "Table of validation examples by true class (down) and the network's answer (across), colored "
    "by the share of the true class. What is off the diagonal is a mistake."
)
_MOST = 16  # characters of a class's name


def confusion(run: Run, found: Confusion) -> Figure:
    """Draw the counts.

    Args:
        run: The run whose first seed's network answered.
        found: Its answers.
    """
    import pandas as pd

    names = class_names(run.data, _MOST)
    totals = found.counts.sum(axis=1)
    rows = pd.DataFrame(
        [
            {
                "true": names[i],
                "answer": names[j],
                "order": i,
                "answer order": j,
                "count": int(found.counts[i, j]),
                "share": float(found.counts[i, j] / max(totals[i], 1)),
            }
            for i in range(len(names))
            for j in range(len(names))
        ]
    )
    caption = _caption(run, found, names)
    return Figure(
        "playground-confusion",
        _spec(len(names), 0 if max(map(len, names)) <= 3 else -45),
        rows,
        _ALT,
        caption,
    )


@lru_cache(maxsize=32)
def _spec(n_classes: int, angle: int) -> Spec:
    x = {
        "field": "answer",
        "type": "nominal",
        "sort": {"field": "answer order"},
        "axis": {"title": "answer", "labelAngle": angle, "labelLimit": 90, "labelOverlap": False},
    }
    y = {
        "field": "true",
        "type": "nominal",
        "sort": {"field": "order"},
        "axis": {"title": "true class", "labelLimit": 90, "labelOverlap": False},
    }
    color = {
        "field": "share",
        "type": "quantitative",
        "scale": {"scheme": HEAT, "domain": [0, 1]},
        "legend": None,  # the counts stand in the cells
    }
    return {
        "height": 380,
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "rect"}, "encoding": {"color": color}},
            {
                "transform": [{"filter": "datum.count > 0"}],
                "mark": {"type": "text", "fontSize": 12 if n_classes <= 12 else 9},
                "encoding": {
                    "text": {"field": "count", "type": "quantitative"},
                    "color": {
                        "condition": {"test": "datum.share > 0.6", "value": "#000000"},
                        "value": "#ffffff",
                    },
                },
            },
        ],
    }


def _caption(run: Run, found: Confusion, names: tuple[str, ...]) -> str:
    from app.labs.playground_table import plain

    right, total = int(found.counts.trace()), int(found.counts.sum())
    words = f"Seed {run.setup.config.seed}: {right} of {total} validation examples are right."
    if found.worst is None:
        return words
    true, answer, count = found.worst
    return (
        f"{words} The most frequent mistake: {plain(names[true])} taken for "
        f"{plain(names[answer])}, {count} of {int(found.counts[true].sum())}."
    )
