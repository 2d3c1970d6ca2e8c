"""Data and charts of lesson 3: interactions, the cost of a grid, and coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.theme import BLUE, GRAY, GREEN, VERMILION

EPOCHS = 5
DEPTH_AT_START = 3
BATCH_SIZE = 16
COARSE = (0.001, 0.01, 0.1, 1.0, 10.0)
CHANCE_LOSS = 2.3  # nats: ln 10, what a network knows that has learned nothing
LIMIT = 100  # combinations up to which a grid is a good plan
MAX_SETTINGS = 8

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Interaction:
    """Learning rate by depth, recorded on the digits.

    Attributes:
        lrs: Learning rates, shape (n_lrs,).
        depths: Hidden layers, shape (n_depths,).
        loss: Validation loss in nats, mean over the seeds, shape (n_lrs, n_depths).
        accuracy: Validation accuracy, mean over the seeds, shape (n_lrs, n_depths).
    """

    lrs: tuple[float, ...]
    depths: tuple[int, ...]
    loss: npt.NDArray[np.float64]
    accuracy: npt.NDArray[np.float64]

    @property
    def best(self) -> tuple[float, int]:
        """Learning rate and depth of the lowest loss, as `grid_search` finds them."""
        config, _, _ = solution().grid_search(
            lambda config: self.loss_of(config["lr"], config["depth"]),
            {"lr": list(self.lrs), "depth": list(self.depths)},
        )
        return config["lr"], config["depth"]

    def loss_of(self, lr: float, depth: int) -> float:
        """Loss at a point of the grid."""
        return float(self.loss[self.lrs.index(lr), self.depths.index(depth)])

    def accuracy_of(self, lr: float, depth: int) -> float:
        """Accuracy at a point of the grid."""
        return float(self.accuracy[self.lrs.index(lr), self.depths.index(depth)])

    def best_lr(self, depth: int) -> float:
        """Learning rate of the lowest loss at a depth."""
        return self.lrs[int(self.loss[:, self.depths.index(depth)].argmin())]

    def one_setting_each(self) -> tuple[float, int]:
        """Where tuning the learning rate, then the depth, ends that starts with three layers."""
        lr = self.best_lr(DEPTH_AT_START)
        return lr, self.depths[int(self.loss[self.lrs.index(lr)].argmin())]


@dataclass(frozen=True)
class Rates:
    """Losses of a search over the learning rate alone.

    Attributes:
        lrs: Learning rates, rising.
        losses: Validation losses in nats at them; NaN where training diverged.
    """

    lrs: tuple[float, ...]
    losses: tuple[float, ...]

    @property
    def best(self) -> tuple[float, float]:
        """Learning rate and loss of the best trial, as `grid_search` finds them."""
        known = dict(zip(self.lrs, self.losses, strict=True))
        config, loss, _ = solution().grid_search(
            lambda config: known[config["lr"]], {"lr": list(self.lrs)}
        )
        return config["lr"], loss


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex03_grid_search.py"
    return load_module(path, "hyperlings_figures.ex03_grid_search")


def interaction() -> Interaction:
    """Read learning rate by depth off the recorded digits landscape; the rest as in its base."""
    from engine import landscape

    recorded = landscape.load("digits")
    names = [name for name in recorded.axes if name != "seed"]
    shown = {"lr": slice(None), "depth": slice(None)}
    at: tuple[Any, ...] = tuple(
        shown.get(name, recorded.axes[name].index(getattr(recorded.base, name))) for name in names
    )
    seeds = list(recorded.axes).index("seed")
    loss, accuracy = (
        recorded.after_epochs(EPOCHS, metric).mean(axis=seeds)[at]
        for metric in ("val_loss", "val_score")
    )
    lrs, depths = recorded.axes["lr"], recorded.axes["depth"]
    return Interaction(
        tuple(float(lr) for lr in lrs), tuple(int(depth) for depth in depths), loss, accuracy
    )


def recorded_rates() -> Rates:
    """Read all thirteen learning rates off the recorded landscape, at batch size 16, SGD, seed 0.

    A loss above that of chance is the loss of a run that blew up.
    """
    from engine import landscape

    recorded = landscape.load("digits_lr_batch")
    sizes = [int(size) for size in recorded.axes["batch_size"]]
    losses = recorded.after_epochs(EPOCHS, "val_loss")[:, sizes.index(BATCH_SIZE), 0]
    losses = np.where(losses > 2 * CHANCE_LOSS, np.nan, losses)
    lrs = recorded.axes["lr"]
    return Rates(tuple(float(lr) for lr in lrs), tuple(float(loss) for loss in losses))


def coarse_to_fine() -> tuple[Rates, Rates]:
    """Search five rates a decade apart, then those recorded on both sides of the best."""
    every = recorded_rates()
    known = dict(zip(every.lrs, every.losses, strict=True))
    coarse = Rates(COARSE, tuple(known[lr] for lr in COARSE))
    best, _ = coarse.best
    around = tuple(lr for lr in every.lrs if best / 9 < lr < best * 9 and lr != best)
    return coarse, Rates(around, tuple(known[lr] for lr in around))


def draw_interaction() -> alt.TopLevelMixin:
    """Draw loss by learning rate and depth, with the best of each depth and of all."""
    found = interaction()
    labels = [f"{lr:g}" for lr in found.lrs]
    cells: list[Row] = [
        {
            "lr": labels[i],
            "depth": depth,
            "loss": min(float(found.loss[i, j]), CHANCE_LOSS),
            "text": f"{found.loss[i, j]:.2f}",
            "dark": bool(found.loss[i, j] > 0.4),
        }
        for i in range(len(found.lrs))
        for j, depth in enumerate(found.depths)
    ]
    marks: list[Row] = [
        {"lr": f"{found.best_lr(depth):g}", "depth": depth, "kind": "best of its row"}
        for depth in found.depths
    ]
    x = alt.X("lr:O", sort=labels, title="learning rate (log scale)").axis(labelAngle=0)
    y = alt.Y("depth:O", sort="descending", title="hidden layers")
    heat = alt.Chart(alt.InlineData(values=cells)).encode(x=x, y=y)
    color = (
        alt.Color("loss:Q", title=["validation", "loss (nats)"])
        .scale(type="log", scheme="viridis", reverse=True, domain=[0.06, CHANCE_LOSS])
        .legend(values=[0.1, 0.3, 1, 2.3], gradientLength=110, format="~g")
    )
    ink = alt.condition("datum.dark", alt.value("white"), alt.value("black"))
    frames = alt.Chart(alt.InlineData(values=marks)).encode(x=x, y=y)
    return alt.layer(
        heat.mark_rect().encode(color=color),
        frames.mark_rect(fill=None, stroke=VERMILION, strokeWidth=4),
        heat.mark_text(fontWeight="bold", dy=0).encode(text="text:N", color=ink),
    ).properties(width=560, height=190, title="The deeper the network, the smaller its best rate")


def draw_count() -> alt.TopLevelMixin:
    """Draw how many combinations a grid has, over the number of settings."""
    count = solution().grid_size
    settings = list(range(1, MAX_SETTINGS + 1))
    x = alt.X("settings:Q", title="number of settings").scale(domain=[1, MAX_SETTINGS + 0.9])
    x = x.axis(values=settings, grid=False)
    y = alt.Y("size:Q", title="combinations (log scale)").scale(type="log", domain=[1, 1e8])
    y = y.axis(values=[10.0**k for k in range(9)], format="~s")
    layers = []
    for choices, color, dash in ((3, BLUE, [1, 0]), (5, GREEN, [7, 3]), (10, VERMILION, [2, 2])):
        rows: list[Row] = [
            {"settings": d, "size": count({f"h{i}": [0] * choices for i in range(d)})}
            for d in settings
        ]
        base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        end = alt.Chart(alt.InlineData(values=[rows[-1] | {"label": f"{choices} values"}]))
        layers += [
            base.mark_line(color=color, strokeWidth=3, strokeDash=dash),
            base.mark_point(color=color, filled=True, size=60, opacity=1),
            end.mark_text(align="left", dx=9, fontWeight="bold", color=color).encode(
                x=x, y=y, text="label:N"
            ),
        ]
    limit: list[Row] = [{"settings": 5.6, "size": LIMIT, "label": f"{LIMIT} combinations"}]
    rule = alt.Chart(alt.InlineData(values=limit))
    layers += [
        rule.mark_rule(color=GRAY, strokeDash=[5, 4], strokeWidth=2).encode(y=y),
        rule.mark_text(align="left", dx=6, dy=-9).encode(x=x, y=y, text="label:N"),
    ]
    return alt.layer(*layers).properties(
        width=600, height=270, title="Every further setting multiplies the cost"
    )


def draw_coarse_to_fine() -> alt.TopLevelMixin:
    """Draw a coarse search, a fine one around its best, and where even spacing would look."""
    coarse, fine = coarse_to_fine()
    every = recorded_rates()
    x_scale = alt.Scale(type="log", domain=[0.0008, 12.5], nice=False)
    ticks = [10.0**k for k in range(-3, 2)]
    x = alt.X("lr:Q", title=None).scale(x_scale).axis(values=ticks, labels=False)
    y = alt.Y("loss:Q", title="validation loss (nats)").scale(type="log", domain=[0.05, 4])
    y = y.axis(values=[0.1, 0.3, 1, 3], format="~g")
    line: list[Row] = [
        {"lr": lr, "loss": loss}
        for lr, loss in zip(every.lrs, every.losses, strict=True)
        if not np.isnan(loss)
    ]
    layers = [alt.Chart(alt.InlineData(values=line)).mark_line(color=GRAY).encode(x=x, y=y)]
    for rates, color, shape, name in (
        (coarse, BLUE, "circle", "coarse"),
        (fine, VERMILION, "diamond", "fine"),
    ):
        rows: list[Row] = [
            {"lr": lr, "loss": 3.2 if np.isnan(loss) else loss, "diverged": bool(np.isnan(loss))}
            for lr, loss in zip(rates.lrs, rates.losses, strict=True)
        ]
        points = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        lr, loss = rates.best
        label: list[Row] = [{"lr": lr, "loss": loss, "label": f"{name}: {loss:.3f} at {lr:g}"}]
        layers += [
            points.transform_filter("!datum.diverged").mark_point(
                filled=True, size=120, opacity=1, color=color, shape=shape
            ),
            points.transform_filter("datum.diverged").mark_point(
                filled=True, size=110, opacity=1, color=color, shape="cross", angle=45
            ),
            alt.Chart(alt.InlineData(values=label))
            .mark_text(align="left", dx=10, dy=-8, fontWeight="bold", color=color)
            .encode(x=x, y=y, text="label:N"),
        ]
    curve = alt.layer(*layers).properties(
        width=620, height=230, title="Five rates a decade apart, then four around the best"
    )
    even: list[Row] = [{"lr": float(lr)} for lr in evenly_spaced()]
    x_even = alt.X("lr:Q", title="learning rate (log scale)").scale(x_scale)
    x_even = x_even.axis(values=ticks, format="~g")
    strip = (
        alt.Chart(alt.InlineData(values=even))
        .mark_tick(thickness=3, height=22, color=GRAY)
        .encode(x=x_even)
        .properties(width=620, height=30, title="Nine rates evenly spaced on a linear scale")
    )
    return alt.vconcat(curve, strip, spacing=14)


def evenly_spaced() -> npt.NDArray[np.float64]:
    """Nine learning rates over the same range, at equal differences."""
    return np.linspace(COARSE[0], COARSE[-1], 9)


FIGURES = {
    "03-interaction": draw_interaction,
    "03-count": draw_count,
    "03-coarse-to-fine": draw_coarse_to_fine,
}
