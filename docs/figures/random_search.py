"""Data and charts of lesson 4: grid against random, scales of sampling, and chances of a hit."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.theme import BLUE, GRAY, VERMILION

STEPS = 508
GRID: Mapping[str, list[Any]] = {"lr": [0.001, 0.1, 10.0], "batch_size": [8, 64, 256]}
N_TRIALS = 9
LOW, HIGH, N_DRAWS = 1e-5, 1e-1, 10_000
MAX_TRIALS = 100
CHANCE_LOSS = 2.3  # nats: ln 10, what a network knows that has learned nothing
DIVERGED = 3.9  # where the figure puts a trial without a loss

Row = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """One configuration that was trained.

    Attributes:
        lr: Its learning rate.
        batch_size: Its batch size.
        loss: Validation loss in nats after about 508 steps; NaN if it diverged.
    """

    lr: float
    batch_size: int
    loss: float


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex04_random_search.py"
    return load_module(path, "hyperlings_figures.ex04_random_search")


def surface() -> tuple[tuple[float, ...], tuple[int, ...], npt.NDArray[np.float64]]:
    """Read the recorded landscape: learning rates, batch sizes, and loss of seed 0 after 508 steps.

    Returns:
        Shapes (n_lrs,), (n_batches,) and (n_lrs, n_batches); NaN where training diverged.
    """
    from engine import landscape

    recorded = landscape.load("digits_lr_batch")
    sizes = tuple(int(size) for size in recorded.axes["batch_size"])
    return recorded.axes["lr"], sizes, recorded.after_steps(STEPS, "val_loss")[..., 0]


def grid_trials() -> list[Trial]:
    """Look the grid's nine points up in the recorded landscape."""
    lrs, sizes, loss = surface()
    return [
        Trial(lr, size, float(loss[lrs.index(lr), sizes.index(size)]))
        for lr, size in itertools.product(GRID["lr"], GRID["batch_size"])
    ]


def random_trials(seed: int = 0) -> list[Trial]:
    """Draw nine configurations at random, and train each for about 508 steps."""
    from scipy.stats import loguniform

    from engine import TrainConfig, train
    from engine.data import load

    _, sizes, _ = surface()
    data = load("digits")
    space = {"lr": loguniform(GRID["lr"][0], GRID["lr"][-1]), "batch_size": list(sizes)}
    drawn = solution().sample_configs(space, N_TRIALS, np.random.default_rng(seed))
    epochs = [round(STEPS / -(-len(data.x_train) // config["batch_size"])) for config in drawn]
    trained = train(
        [
            TrainConfig(
                optimizer="sgd",
                depth=1,
                width=32,
                lr=float(config["lr"]),
                batch_size=config["batch_size"],
                epochs=n,
            )
            for config, n in zip(drawn, epochs, strict=True)
        ],
        data,
        device="cpu",
    )
    return [Trial(run.config.lr, run.config.batch_size, float(run.val_loss[-1])) for run in trained]


def random_wins(n_searches: int = 10_000, seed: int = 0) -> float:
    """Share of random searches of nine trials whose best loss beats the grid's best.

    Each trial takes its loss from the recorded point that is nearest on the log scale.
    """
    lrs, sizes, loss = surface()
    rng = np.random.default_rng(seed)
    shape = (n_searches, N_TRIALS)
    drawn = rng.uniform(np.log(lrs[0]), np.log(lrs[-1]), shape)
    rows = np.abs(drawn[..., None] - np.log(lrs)).argmin(axis=-1)
    columns = rng.integers(len(sizes), size=shape)
    found = np.nan_to_num(loss, nan=np.inf)[rows, columns].min(axis=1)
    return float(np.mean(found < np.nanmin([trial.loss for trial in grid_trials()])))


def decade_shares() -> dict[str, list[float]]:
    """Share of 10,000 draws in each decade from 1e-5 to 1e-1: scale -> shares, shape (4,)."""
    rng = np.random.default_rng(0)
    samples = {
        "uniform": rng.uniform(LOW, HIGH, N_DRAWS),
        "log-uniform": solution().sample_loguniform(LOW, HIGH, N_DRAWS, rng),
    }
    edges = np.arange(-5, 0)
    return {
        scale: (np.histogram(np.log10(draws), edges)[0] / N_DRAWS).tolist()
        for scale, draws in samples.items()
    }


def draw_grid_and_random() -> alt.TopLevelMixin:
    """Draw nine trials on a grid beside nine at random, and the learning rates that they try."""
    panels = [
        _search_panel("Grid: 9 trials, 3 learning rates", grid_trials()),
        _search_panel("Random: 9 trials, 9 learning rates", random_trials()),
    ]
    return alt.hconcat(*panels, spacing=26)


def draw_scales() -> alt.TopLevelMixin:
    """Draw in which decade the draws of two scales fall."""
    decades = ["1e-5 to 1e-4", "1e-4 to 1e-3", "1e-3 to 1e-2", "1e-2 to 1e-1"]
    panels = []
    for (scale, shares), color in zip(decade_shares().items(), (VERMILION, BLUE), strict=True):
        rows: list[Row] = [
            {"decade": decade, "share": share, "label": f"{share:.1%}"}
            for decade, share in zip(decades, shares, strict=True)
        ]
        base = alt.Chart(alt.InlineData(values=rows)).encode(
            x=alt.X("decade:O", sort=decades, title="learning rate").axis(labelAngle=0),
            y=alt.Y("share:Q", title="share of 10,000 draws")
            .scale(domain=[0, 1])
            .axis(format=".0%", tickCount=5),
        )
        bars = base.mark_bar(color=color, width=54)
        labels = base.mark_text(dy=-9, fontWeight="bold").encode(text="label:N")
        panel = alt.layer(bars, labels)
        panels.append(panel.properties(width=335, height=210, title=f"Drawn {scale}ly"))
    return alt.hconcat(*panels, spacing=26)


def draw_hit_chances() -> alt.TopLevelMixin:
    """Draw the chance of a hit over the number of trials, with 20, 50 and 59 marked."""
    chance = solution().prob_hit
    x = alt.X("trials:Q", title="number of random trials n").scale(domain=[0, MAX_TRIALS])
    x = x.axis(values=list(range(0, MAX_TRIALS + 1, 20)))
    y = alt.Y("chance:Q", title="chance of at least one hit").scale(domain=[0, 1])
    y = y.axis(format=".0%", tickCount=5)
    layers = []
    for q, color, width, dash in (
        (0.10, GRAY, 2.0, [6, 3]),
        (0.01, GRAY, 2.0, [2, 3]),
        (0.05, BLUE, 3.0, [1, 0]),
    ):
        rows = [{"trials": n, "chance": chance(q, n)} for n in range(MAX_TRIALS + 1)]
        mark = alt.Chart(alt.InlineData(values=rows)).mark_line(
            color=color, strokeWidth=width, strokeDash=dash
        )
        layers.append(mark.encode(x=x, y=y))
    ends: list[Row] = [
        {"trials": 84, "chance": chance(0.01, 84) - 0.09, "label": "best 1%", "color": GRAY},
        {"trials": 3, "chance": chance(0.1, 18), "label": "best 10%", "color": GRAY},
        {"trials": 31, "chance": chance(0.05, 27) - 0.04, "label": "best 5%", "color": BLUE},
    ]
    names = alt.Chart(alt.InlineData(values=ends)).mark_text(align="left", fontWeight="bold")
    marks: list[Row] = [
        {
            "trials": n,
            "chance": chance(0.05, n),
            "label": f"{n} trials:\n{chance(0.05, n):.1%}",
            "at": n + shift,
        }
        for n, shift in ((20, 1.2), (50, -11.0), (solution().trials_needed(0.05, 0.95), 1.2))
    ]
    base = alt.Chart(alt.InlineData(values=marks)).encode(x=x, y=y)
    rules = base.mark_rule(color=VERMILION, strokeDash=[4, 3]).encode(y2=alt.datum(0))
    dots = base.mark_point(filled=True, size=120, color=VERMILION, opacity=1)
    labels = base.mark_text(align="left", fontWeight="bold", lineBreak="\n").encode(
        x=alt.X("at:Q"), y=alt.datum(0.11), text="label:N"
    )
    named = names.encode(x=x, y=y, text="label:N", color=alt.Color("color:N").scale(None))
    return alt.layer(rules, *layers, dots, labels, named).properties(
        width=620, height=300, title="59 trials, not 20, for a 95% chance at the best 5%"
    )


def _search_panel(title: str, trials: Sequence[Trial]) -> alt.VConcatChart:
    lrs, sizes, loss = surface()
    x_edges, y_edges = _edges(lrs), _edges(sizes)
    x_scale = alt.Scale(type="log", domain=[x_edges[0], x_edges[-1]], nice=False)
    y_scale = alt.Scale(type="log", base=2, domain=[y_edges[0], y_edges[-1]], nice=False)
    ticks = [10.0**k for k in range(-3, 2)]
    rows: list[Row] = [
        {
            "lr": trial.lr,
            "batch": trial.batch_size,
            "loss": DIVERGED if np.isnan(trial.loss) else min(trial.loss, DIVERGED),
            "kind": "diverged" if np.isnan(trial.loss) else "trained",
        }
        for trial in trials
    ]
    lowest = min(rows, key=lambda row: float(row["loss"]))
    points = alt.Chart(alt.InlineData(values=rows))
    shape = alt.Shape("kind:N", legend=None).scale(
        domain=["trained", "diverged"], range=["circle", "cross"]
    )
    look: Row = {"filled": True, "size": 90, "opacity": 1, "color": VERMILION, "stroke": "white"}
    x_top = alt.X("lr:Q", title=None).scale(x_scale).axis(values=ticks, labels=False)
    y_top = alt.Y("loss:Q", title="validation loss").scale(type="log", domain=[0.05, 5])
    y_top = y_top.axis(values=[0.1, 0.3, 1, 3], format="~g")
    valley: list[Row] = [
        {"lr": lr, "loss": min(float(np.nanmin(row)), CHANCE_LOSS)}
        for lr, row in zip(lrs, loss, strict=True)
        if not np.isnan(row).all()
    ]
    line = alt.Chart(alt.InlineData(values=valley)).mark_line(color=GRAY, strokeWidth=2)
    strip = alt.layer(
        points.mark_rule(color=VERMILION, opacity=0.35).encode(x=x_top),
        line.encode(x=x_top, y=y_top),
        points.mark_point(**look).encode(x=x_top, y=y_top, shape=shape),
        alt.Chart(alt.InlineData(values=[lowest | {"label": f"best {lowest['loss']:.3f}"}]))
        .mark_text(fontWeight="bold", dx=7, dy=-11, align="left")
        .encode(x=x_top, y=y_top, text="label:N"),
    ).properties(width=330, height=130, title=title)
    cells: list[Row] = [
        {
            "x": x_edges[i],
            "x2": x_edges[i + 1],
            "y": y_edges[j],
            "y2": y_edges[j + 1],
            "cell": None if np.isnan(loss[i, j]) else min(float(loss[i, j]), CHANCE_LOSS),
        }
        for i in range(len(lrs))
        for j in range(len(sizes))
    ]
    x = alt.X("lr:Q", title="learning rate (log scale)").scale(x_scale)
    x = x.axis(values=ticks, format="~g")
    y = alt.Y("batch:Q", title="batch size").scale(y_scale).axis(values=sizes, grid=False)
    heat = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("x:Q").scale(x_scale), x2="x2:Q", y=alt.Y("y:Q").scale(y_scale), y2="y2:Q"
    )
    color = alt.Color("cell:Q", legend=None).scale(
        type="log", scheme="viridis", reverse=True, domain=[0.08, CHANCE_LOSS]
    )
    field = alt.layer(
        heat.mark_rect(color="#e3e6ea"),
        heat.transform_filter("datum.cell !== null").mark_rect().encode(color=color),
        points.mark_point(**look).encode(x=x, y=y, shape=shape),
    ).properties(width=330, height=200)
    return alt.vconcat(strip, field, spacing=8)


def _edges(centers: Sequence[float]) -> list[float]:
    """Return the borders half way, on a log scale, between rising centers and beyond the ends."""
    logs = np.log(np.asarray(centers, dtype=np.float64))
    middles = (logs[1:] + logs[:-1]) / 2
    ends = np.array([2 * logs[0] - middles[0], 2 * logs[-1] - middles[-1]])
    borders: list[float] = np.exp(np.concatenate([ends[:1], middles, ends[1:]])).tolist()
    return borders


FIGURES = {
    "04-grid-and-random": draw_grid_and_random,
    "04-scales": draw_scales,
    "04-hit-chances": draw_hit_chances,
}
