"""Training and validation curves of a run, with the band of its seeds and the run before."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from app.charts.figure import Figure, Spec, line_layer, only
from app.charts.rows import Part, stack
from app.labs.playground_sweep import score_name
from app.theme import BLUE, GHOST, VERMILION, Line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.playground import Run
    from engine import Dataset

Measure = Literal["loss", "score"]

LINES = {
    "training": Line(BLUE, (1, 0), 2.0),
    "validation": Line(VERMILION, (6, 3), 2.5),
    "previous": GHOST,
}
_ROWS = {"loss": (0, 2), "score": (1, 3)}
_MOST_POINTS = 200


def training_curves(run: Run, measure: Measure, previous: Run | None = None) -> Figure:
    """Draw one measure of a run over its epochs.

    Args:
        run: As far as it is trained.
        measure: "loss" or "score".
        previous: The run before, on the same data, for its ghost line.
    """
    parts = [
        _part(name, run.curves[row])
        for name, row in zip(("training", "validation"), _ROWS[measure], strict=True)
    ]
    if previous is not None:
        parts.append(_part("previous", previous.curves[_ROWS[measure][1]]))
    name = _name(measure, run.data)
    top = _top(run.data) if measure == "loss" else 1.0
    spec = _spec(name, run.setup.config.epochs, top, _unit(measure, run.data))
    alt = (
        f"Line chart of training and validation {name} over the epochs, with a band from the "
        "lowest to the highest of several seeds, and the previous run's validation curve."
    )
    return Figure(
        f"playground-{measure}", spec, stack(*parts), alt, _caption(run, measure, previous)
    )


def _part(name: str, curves: NDArray[np.float64]) -> Part:
    """Mean, lowest and highest of the seeds that are left, thinned; shape (n_seeds, n_epochs)."""
    alive = np.isfinite(curves).any(axis=0)
    epochs = np.flatnonzero(alive)
    every = -(-len(epochs) // _MOST_POINTS) if len(epochs) else 1
    chosen = np.unique(np.append(epochs[::every], epochs[-1:]))
    shown = curves[:, chosen]
    return {
        "series": name,
        "epoch": chosen + 1,
        "value": np.nanmean(shown, axis=0),
        "low": np.nanmin(shown, axis=0) if len(chosen) else np.empty(0),
        "high": np.nanmax(shown, axis=0) if len(chosen) else np.empty(0),
    }


def _name(measure: Measure, data: Dataset) -> str:
    return "loss" if measure == "loss" else score_name(data)


def _unit(measure: Measure, data: Dataset) -> str:
    if measure == "score":
        return ".0%" if data.task == "classification" else ".1f"
    return ".1f"


def _top(data: Dataset) -> float:
    """A loss somewhat above that of guessing, where curves are cut."""
    return math.ceil(12 * math.log(data.n_classes)) / 10 if data.n_classes else 1.5


@lru_cache(maxsize=64)
def _spec(name: str, epochs: int, top: float, labels: str) -> Spec:
    x: dict[str, Any] = {
        "field": "epoch",
        "type": "quantitative",
        "scale": {"domain": [0, epochs], "nice": False},
        "axis": {"title": "epoch", "tickCount": 5, "format": "d"},
    }
    title = f"loss (cut at {top:g})" if name == "loss" else name
    y: dict[str, Any] = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False, "clamp": False},
        "axis": {"title": title, "tickCount": 5, "format": labels},
    }
    band = {
        "transform": only("series", "training", "validation"),
        "mark": {"type": "area", "opacity": 1, "fillOpacity": 0.18, "clip": True, "aria": False},
        "encoding": {
            "x": x,
            "y": {**y, "field": "low"},
            "y2": {"field": "high"},
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {
                    "type": "ordinal",
                    "domain": list(LINES),
                    "range": [line.color for line in LINES.values()],
                },
            },
        },
    }
    return {"height": 280, "layer": [band, line_layer("series", LINES, x, y)]}


def _caption(run: Run, measure: Measure, previous: Run | None) -> str:
    if not run.epoch:
        return "Training …"
    if run.diverged == run.setup.n_seeds:
        return f"The loss stopped being finite in epoch {run.epoch}: training has diverged."
    train, val = (run.curves[row] for row in _ROWS[measure])
    words = _loss_words(run, train, val) if measure == "loss" else _score_words(run, train, val)
    if run.diverged:
        words += f" Of {run.setup.n_seeds} seeds, {run.diverged} diverged and are left out."
    if previous is not None and previous.diverged < previous.setup.n_seeds:
        before = _mean(previous.curves[_ROWS[measure][1]])[-1]
        words += f" The run before: {_number(run, measure, before)}."
    return words


def _loss_words(run: Run, train: NDArray[np.float64], val: NDArray[np.float64]) -> str:
    mean = _mean(val)
    lowest = int(np.nanargmin(mean))
    return (
        f"After epoch {run.epoch}: training loss {_mean(train)[-1]:.3f}, validation loss "
        f"{mean[-1]:.3f}. The lowest was {mean[lowest]:.3f}, at epoch {lowest + 1}."
    )


def _score_words(run: Run, train: NDArray[np.float64], val: NDArray[np.float64]) -> str:
    now = _number(run, "score", _mean(val)[-1])
    words = (
        f"Validation {score_name(run.data)} {now}, training "
        f"{_number(run, 'score', _mean(train)[-1])}."
    )
    if run.setup.n_seeds > 1:
        low, high = np.nanmin(val[:, -1]), np.nanmax(val[:, -1])
        words += (
            f" Validation of the {run.setup.n_seeds} seeds: {_number(run, 'score', low)} to "
            f"{_number(run, 'score', high)}."
        )
    return words


def _mean(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    alive = np.isfinite(curves)
    count = np.maximum(alive.sum(axis=0), 1)
    mean = np.where(alive, curves, 0.0).sum(axis=0) / count
    return np.asarray(np.where(alive.any(axis=0), mean, np.nan))


def _number(run: Run, measure: Measure, value: float) -> str:
    is_share = measure == "score" and run.data.task == "classification"
    return f"{value:.1%}" if is_share else f"{value:.3f}"
