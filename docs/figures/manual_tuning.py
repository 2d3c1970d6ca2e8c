"""Data and charts of lesson 2: a range test, its smoothing, and learning rate by batch size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION

LOW, HIGH, N_RATES = 1e-4, 10.0, 100
READING_BETA = 0.9  # to read a curve; the app's lab starts at it too
STOPPING_BETA = 0.98  # of `range_test`, to know when to stop
EPOCHS, STEPS = 5, 508
GOOD_ACCURACY = 0.95
CHANCE_LOSS = 2.3  # nats: ln 10, what a network knows that has learned nothing

Row = dict[str, Any]


@dataclass(frozen=True)
class Curve:
    """What a range test returned.

    Attributes:
        lrs: Learning rates used, shape (n_steps,).
        losses: Raw mini-batch losses at them, in nats, shape (n_steps,).
    """

    lrs: list[float]
    losses: list[float]


@dataclass(frozen=True, eq=False)
class Ridge:
    """Learning rate by batch size, under one budget.

    Attributes:
        lrs: Learning rates, shape (n_lrs,).
        batches: Batch sizes, shape (n_batches,).
        loss: Validation loss, mean over the seeds; NaN where a seed diverged; (n_lrs, n_batches).
        best: Learning rate of the lowest loss for each batch size, shape (n_batches,).
        least: Smallest learning rate whose mean accuracy reaches 95%, for each batch size.
    """

    lrs: tuple[float, ...]
    batches: tuple[int, ...]
    loss: npt.NDArray[np.float64]
    best: tuple[float, ...]
    least: tuple[float, ...]


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex02_manual_tuning.py"
    return load_module(path, "hyperlings_figures.ex02_manual_tuning")


def run_range_test() -> Curve:
    """Run the range test on the digits: one hidden layer of 32, SGD, batches of 32, seed 0."""
    import torch

    from engine.data import load

    # Float64, since close to divergence float32's last digit grows, and machines may differ in it.
    data = load("digits").astype(np.float64)
    x, y = torch.tensor(data.x_train), torch.tensor(data.y_train)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    batches = [(x[rows], y[rows]) for rows in torch.split(order, 32)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = torch.nn.Sequential(
            torch.nn.Linear(data.n_features, 32),
            torch.nn.ReLU(),
            torch.nn.Linear(32, data.n_classes),
        ).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=LOW)
    loss_fn = torch.nn.functional.cross_entropy
    return Curve(*solution().range_test(model, optimizer, loss_fn, batches, LOW, HIGH, N_RATES))


def suggestions(curve: Curve) -> dict[str, float]:
    """Read the smoothed curve in three ways: method -> learning rate."""
    ours = solution()
    smoothed = ours.smooth(curve.losses, READING_BETA)
    return {
        method: ours.suggest_lr(curve.lrs, smoothed, method)
        for method in ("valley", "minimum", "steep")
    }


def uncorrected(losses: Sequence[float], beta: float = STOPPING_BETA) -> list[float]:
    """Smooth a curve as `smooth` does, but without the correction for its start at zero."""
    return [
        average * (1 - beta**t)
        for t, average in enumerate(solution().smooth(losses, beta), start=1)
    ]


def ridge(budget: str) -> Ridge:
    """Read the recorded digits landscape after equally many "epochs" or "steps"."""
    from engine import landscape

    recorded = landscape.load("digits_lr_batch")
    at, amount = {
        "epochs": (recorded.after_epochs, EPOCHS),
        "steps": (recorded.after_steps, STEPS),
    }[budget]
    loss, accuracy = at(amount, "val_loss").mean(axis=-1), at(amount, "val_score").mean(axis=-1)
    lrs = recorded.axes["lr"]
    return Ridge(
        lrs=lrs,
        batches=tuple(int(size) for size in recorded.axes["batch_size"]),
        loss=loss,
        best=tuple(lrs[i] for i in np.nanargmin(loss, axis=0)),
        least=tuple(lrs[i] for i in np.argmax(accuracy >= GOOD_ACCURACY, axis=0)),
    )


def draw_range_test() -> alt.TopLevelMixin:
    """Draw raw and smoothed losses over the learning rate, with what three methods suggest."""
    curve = run_range_test()
    smoothed = solution().smooth(curve.losses, READING_BETA)
    looks = {
        "valley": ("valley", OCHRE),
        "minimum": ("min/10", PURPLE),
        "steep": ("steep", GREEN),
    }
    marks: list[Row] = [
        {
            "lr": lr,
            "loss": float(np.interp(np.log(lr), np.log(curve.lrs), smoothed)),
            "label": f"{looks[method][0]}: {lr:.2g}",
            "color": looks[method][1],
        }
        for method, lr in suggestions(curve).items()
    ]
    x = alt.X("lr:Q", title="learning rate (log scale)").scale(type="log", domain=[LOW, HIGH])
    x = x.axis(values=[10.0**k for k in range(-4, 2)], format="~g")
    y = alt.Y("loss:Q", title="mini-batch loss (nats)").scale(domain=[0, 4]).axis(tickCount=5)
    raw = _line(_rows(curve.lrs, curve.losses), x, y, GRAY, 1.2)
    smooth = _line(_rows(curve.lrs, smoothed), x, y, BLUE, 3.0)
    points = alt.Chart(alt.InlineData(values=marks))
    rules = points.mark_rule(strokeDash=[4, 3], strokeWidth=1.5).encode(
        x=x, y=y, y2=alt.datum(0), color=alt.Color("color:N").scale(None)
    )
    dots = points.mark_point(filled=True, size=110, opacity=1).encode(
        x=x, y=y, color=alt.Color("color:N").scale(None)
    )
    labels = points.mark_text(align="left", dx=7, dy=-11, fontWeight="bold").encode(
        x=x, y=y, text="label:N", color=alt.Color("color:N").scale(None)
    )
    notes = _labels(
        [
            {"lr": 1.4e-4, "loss": 2.62, "label": "smoothed", "color": BLUE},
            {"lr": 0.105, "loss": 1.75, "label": "raw", "color": GRAY},
        ],
        x,
        y,
    )
    return alt.layer(rules, raw, smooth, dots, labels, notes).properties(
        width=680, height=320, title="Three readings of one curve"
    )


def draw_bias_correction() -> alt.TopLevelMixin:
    """Draw the same losses smoothed with the bias correction and without."""
    curve = run_range_test()
    steps = list(range(1, len(curve.losses) + 1))
    x = alt.X("step:Q", title="batch").scale(domain=[1, 80], nice=False).axis(tickCount=8)
    y = alt.Y("loss:Q", title="loss (nats)").scale(domain=[0, 3]).axis(tickCount=4)
    lines = {
        "raw": (curve.losses, GRAY, 1.2, [1, 0]),
        "corrected": (solution().smooth(curve.losses, STOPPING_BETA), BLUE, 3.0, [1, 0]),
        "not corrected": (uncorrected(curve.losses), VERMILION, 3.0, [7, 4]),
    }
    layers = [
        _line(_rows(steps, losses, "step"), x, y, color, width, dash)
        for losses, color, width, dash in lines.values()
    ]
    notes = _labels(
        [
            {"step": 14, "loss": 2.5, "label": "corrected: v / (1 - βᵗ)", "color": BLUE},
            {"step": 20, "loss": 0.42, "label": "not corrected: v", "color": VERMILION},
            {"step": 68, "loss": 0.3, "label": "raw", "color": GRAY},
        ],
        x,
        y,
    )
    return alt.layer(*layers, notes).properties(
        width=620, height=260, title="Without the correction, the curve starts near zero and rises"
    )


def draw_ridges() -> alt.TopLevelMixin:
    """Draw validation loss by learning rate and batch size, for equal epochs and equal steps."""
    panels = [
        _ridge_panel(ridge("epochs"), f"{EPOCHS} epochs each: fewer steps for large batches"),
        _ridge_panel(ridge("steps"), f"{STEPS} steps each: more epochs for large batches"),
    ]
    return alt.vconcat(*panels, spacing=24)


def _ridge_panel(found: Ridge, title: str) -> alt.LayerChart | alt.FacetChart:
    labels = [f"{lr:g}" for lr in found.lrs]
    cells: list[Row] = [
        {
            "lr": labels[i],
            "batch": size,
            "loss": None if np.isnan(found.loss[i, j]) else min(found.loss[i, j], CHANCE_LOSS),
        }
        for i in range(len(found.lrs))
        for j, size in enumerate(found.batches)
    ]
    kinds = {"lowest loss": found.best, "smallest rate with 95% accuracy": found.least}
    marks: list[Row] = [
        {"lr": f"{lr:g}", "batch": size, "kind": kind}
        for kind, lrs in kinds.items()
        for lr, size in zip(lrs, found.batches, strict=True)
    ]
    x = alt.X("lr:O", sort=labels, title="learning rate (log scale)").axis(labelAngle=0)
    y = alt.Y("batch:O", sort="descending", title="batch size")
    heat = alt.Chart(alt.InlineData(values=cells))
    diverged = heat.mark_rect(color="#e3e6ea").encode(x=x, y=y)
    loss = (
        heat.transform_filter("datum.loss !== null")
        .mark_rect()
        .encode(
            x=x,
            y=y,
            color=alt.Color("loss:Q", title=["validation", "loss (nats)"])
            .scale(type="log", scheme="viridis", reverse=True, domain=[0.08, CHANCE_LOSS])
            .legend(values=[0.1, 0.3, 1, 2.3], gradientLength=110, format="~g"),
        )
    )
    dots = (
        alt.Chart(alt.InlineData(values=marks))
        .mark_point(filled=True, stroke="black", strokeWidth=1.3, opacity=1, color="white")
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("kind:N", title=None)
            .scale(domain=list(kinds), range=["circle", "triangle-up"])
            .legend(orient="bottom", labelLimit=300),
            # The circle is the larger one: where both fall on one cell, both can be seen.
            size=alt.Size("kind:N", title=None)
            .scale(domain=list(kinds), range=[230, 70])
            .legend(orient="bottom", labelLimit=300),
        )
    )
    return alt.layer(diverged, loss, dots).properties(width=620, height=190, title=title)


def _rows(xs: Sequence[float], losses: Sequence[float], x: str = "lr") -> list[Row]:
    return [{x: a, "loss": round(b, 6)} for a, b in zip(xs, losses, strict=True)]


def _line(
    rows: list[Row], x: alt.X, y: alt.Y, color: str, width: float, dash: Sequence[int] = (1, 0)
) -> alt.Chart:
    mark: Row = {"color": color, "strokeWidth": width, "strokeDash": list(dash), "clip": True}
    line: alt.Chart = alt.Chart(alt.InlineData(values=rows)).mark_line(**mark).encode(x=x, y=y)
    return line


def _labels(rows: list[Row], x: alt.X, y: alt.Y) -> alt.Chart:
    text = alt.Chart(alt.InlineData(values=rows)).mark_text(align="left", fontWeight="bold")
    color = alt.Color("color:N").scale(None)
    labels: alt.Chart = text.encode(x=x, y=y, text="label:N", color=color)
    return labels


FIGURES = {
    "02-range-test": draw_range_test,
    "02-bias-correction": draw_bias_correction,
    "02-lr-batch": draw_ridges,
}
