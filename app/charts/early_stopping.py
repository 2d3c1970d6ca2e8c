"""Training and validation loss, with the epochs at which a rule stops and which it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.labs.early_stopping import EPOCHS, Stop
from app.theme import GRAY, GREEN, OCHRE, PURPLE, REFERENCE, VERMILION, Line, Point

if TYPE_CHECKING:
    from engine import History

_TOP = 0.5  # nats: above it the first epochs are cut, so that the valley can be seen
_LINES = {"training": Line(GRAY, (5, 3), 2.0), "validation": REFERENCE}
_POINTS = {
    "stop": Point(PURPLE, "square"),
    "best, kept": Point(GREEN, "circle", 180),
    "lowest": Point(OCHRE, "diamond"),
    "yours": Point(VERMILION, "triangle-up", 300),
}
_X: dict[str, Any] = {
    "field": "epoch",
    "type": "quantitative",
    "scale": {"domain": [0, EPOCHS]},
    "axis": {"title": "epoch"},
}
_Y: dict[str, Any] = {
    "field": "loss",
    "type": "quantitative",
    "scale": {"domain": [0, _TOP]},
    "axis": {"title": f"loss (nats, cut at {_TOP})", "tickCount": 5},
}


def _rule(series: str, color: str, dash: list[int]) -> dict[str, Any]:
    return {
        "transform": only("series", series),
        "mark": {"type": "rule", "color": color, "strokeDash": dash, "strokeWidth": 1.5},
        "encoding": {"x": _X},
    }


_SPEC: Spec = {
    "height": 420,
    "layer": [
        _rule("stop", PURPLE, [2, 3]),
        _rule("best, kept", GREEN, [6, 3]),
        line_layer("series", _LINES, _X, _Y),
        point_layer("series", _POINTS, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of training and validation loss over the epochs. Vertical lines with markers show "
    "where the rule stops and which epoch's weights it keeps; a diamond marks the lowest "
    "validation loss of all epochs, a triangle where your own EarlyStopping stops."
)


def early_stopping(history: History, stop: Stop, yours: Stop | None = None) -> Figure:
    """Draw the curves of a whole training and what a rule makes of them.

    Args:
        history: The training, whose validation losses the rule followed.
        stop: What the rule did.
        yours: What the learner's own class did, where it is written.
    """
    import numpy as np
    import pandas as pd

    losses = history.val_loss
    epochs = range(1, len(losses) + 1)
    lowest = int(np.nanargmin(losses)) + 1
    # The lowest goes beneath the best, which it often is.
    marks = {
        "lowest": lowest,
        "yours": yours.stopped if yours else 0,
        "stop": stop.stopped,
        "best, kept": stop.best,
    }
    points = [(name, epoch, losses[epoch - 1]) for name, epoch in marks.items() if epoch]
    parts = [
        pd.DataFrame({"series": "training", "epoch": epochs, "loss": history.train_loss}),
        pd.DataFrame({"series": "validation", "epoch": epochs, "loss": losses}),
        pd.DataFrame(points, columns=["series", "epoch", "loss"]),
    ]
    rows = pd.concat(parts, ignore_index=True)
    return Figure("early-stopping", _SPEC, rows, _ALT, _caption(history, stop, lowest, yours))


def _caption(history: History, stop: Stop, lowest: int, yours: Stop | None) -> str:
    losses = history.val_loss
    ended = "Stopped" if stop.early else "Nothing stopped it: ended"
    words = [f"{ended} after epoch {stop.stopped}, with loss {losses[stop.stopped - 1]:.3f}."]
    if stop.best:
        words.append(f"The best it kept is epoch {stop.best}, with {losses[stop.best - 1]:.3f}.")
    words.append(
        f"The lowest of all {len(losses)} epochs is {losses[lowest - 1]:.3f}, at {lowest}."
    )
    words.append(f"Epochs saved: {1 - stop.stopped / len(losses):.0%}.")
    if yours:
        words.append(f"Yours stops after epoch {yours.stopped} and keeps epoch {yours.best}.")
    return " ".join(words)
