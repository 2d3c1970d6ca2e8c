"""Scores over one or two settings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import Figure, Spec
from app.labs.playground_ranges import WORDS
from app.labs.playground_sweep import TITLES, shown
from app.theme import HEAT, VERMILION

if TYPE_CHECKING:
    from app.labs.playground_sweep import Sweep

_MARGIN = 6
"""Pixels beyond the ends of the score's axis, so that the best mark at 100% is whole."""


def sweep(found: Sweep) -> Figure:
    """Draw a sweep: a curve over one setting or points over words, a heatmap over two.

    Args:
        found: As far as it is trained.
    """
    import pandas as pd

    plan = found.plan
    rows = pd.DataFrame(
        [
            {
                "first": shown(first),
                "second": "" if second is None else shown(second),
                "order": plan.first.values.index(first),
                "second order": plan.second.values.index(second) if plan.second else 0,
                "score": float(scores.mean()),
                "low": float(scores.min()),
                "high": float(scores.max()),
                "best": i == found.best,
            }
            for i, ((first, second), scores) in enumerate(
                zip(plan.points, found.scores, strict=True)
            )
        ]
    )
    along = TITLES[plan.first.setting]
    if plan.second is None:
        is_ordered = plan.first.setting not in WORDS
        key, spec = f"sweep-{plan.first.setting}", _curve(along, found.score, is_ordered)
        kind, spread = ("Line", "band") if is_ordered else ("Dot", "bar")
        alt = (
            f"{kind} chart of mean validation {found.score} by {along}, with a {spread} from the "
            "lowest to the highest seed and a diamond on the best value."
        )
    else:
        up = TITLES[plan.second.setting]
        key = f"sweep-{plan.first.setting}-{plan.second.setting}"
        spec = _map(along, up, found.score)
        alt = (
            f"Heatmap of mean validation {found.score} by {along} (across) and {up} (up). A white "
            "diamond marks the best pair."
        )
    return Figure(key, spec, rows, alt, _caption(found))


def _axes(along: str) -> dict[str, Any]:
    return {
        "field": "first",
        "type": "ordinal",
        "sort": {"field": "order"},
        "axis": {"title": along, "labelAngle": -45},
    }


@lru_cache(maxsize=64)
def _curve(along: str, score: str, is_ordered: bool) -> Spec:
    y = {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False, "padding": _MARGIN},
        "axis": {
            "title": f"validation {score}",
            "format": ".0%" if score == "accuracy" else ".1f",
            "tickCount": 5,
        },
    }
    x = _axes(along)
    dot = {"color": VERMILION, "size": 60, "filled": True}
    spread: dict[str, Any] = {"type": "area", "opacity": 0.18}
    mean: dict[str, Any] = {"type": "line", "strokeWidth": 2.5, "point": dot}
    if not is_ordered:  # nothing lies between two words
        spread = {"type": "rule", "opacity": 0.3, "strokeWidth": 8}
        mean = {"type": "point", **dot, "opacity": 1}
    return {
        "height": 320,
        "layer": [
            {
                "mark": {**spread, "color": VERMILION, "clip": True},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {**mean, "color": VERMILION, "clip": True},
                "encoding": {"x": x, "y": y},
            },
            {
                "transform": [{"filter": "datum.best"}],
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "size": 180,
                    "filled": True,
                    "color": VERMILION,
                    "opacity": 1,
                    "clip": True,
                },
                "encoding": {"x": x, "y": y},
            },
        ],
    }


@lru_cache(maxsize=128)
def _map(along: str, up: str, score: str) -> Spec:
    y = {
        "field": "second",
        "type": "ordinal",
        "sort": {"field": "second order", "order": "descending"},
        "axis": {"title": up},
    }
    color = {
        "field": "score",
        "type": "quantitative",
        "scale": {"scheme": HEAT, "domain": [0, 1], "clamp": True},
        "legend": {
            "title": f"validation {score}",
            "orient": "top",
            "format": ".0%" if score == "accuracy" else ".1f",
        },
    }
    return {
        "height": 420,
        "encoding": {"x": _axes(along), "y": y},
        "layer": [
            {"mark": {"type": "rect"}, "encoding": {"color": color}},
            {
                "transform": [{"filter": "datum.best"}],
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "filled": True,
                    "size": 160,
                    "color": "#ffffff",
                    "stroke": "#000000",
                    "strokeWidth": 1.5,
                    "opacity": 1,
                },
            },
        ],
    }


def _caption(found: Sweep) -> str:
    plan = found.plan
    first, second = plan.points[found.best]
    where = f"{TITLES[plan.first.setting]} {shown(first)}"
    if plan.second:
        where += f", {TITLES[plan.second.setting]} {shown(second)}"
    means = found.means
    words = (
        f"Best: {_number(found, means[found.best])} with {where}. Worst: "
        f"{_number(found, float(np.min(means)))}."
    )
    if plan.setup.n_seeds > 1:
        words += f" Means of {plan.setup.n_seeds} seeds."
    return f"{words} A run that diverged counts as 0."


def _number(found: Sweep, value: float) -> str:
    return f"{value:.1%}" if found.score == "accuracy" else f"{value:.3f}"
