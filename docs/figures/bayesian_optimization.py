"""Data and charts of lesson 5: a process and its promises, pruning, and TPE against random."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.labs import gaussian_process as lab
from app.labs import pruning
from app.theme import BLUE, GRAY, OCHRE, PURPLE, VERMILION

if TYPE_CHECKING:
    import optuna

LENGTH, NOISE = 0.5, 0.02  # decades, and nats
N_STUDIES, N_TRIALS, BLOCK = 12, 40, 5
HASTE, PATIENCE = pruning.Rule(), pruning.Rule(n_warmup=8)
N_ORDERS = 60

# How a curve is drawn: color, dash, width.
_LOOKS: dict[str, tuple[str, list[int], float]] = {
    "complete": (BLUE, [1, 0], 1.3),
    "pruned": (GRAY, [1, 0], 1.0),
    "good, but pruned": (VERMILION, [5, 3], 2.0),
    "median": (PURPLE, [8, 3], 3.5),
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """What a search believes after some trials.

    Attributes:
        x: log10 of the learning rates looked at, shape (n,).
        mean: Expected loss in nats, shape (n,).
        std: Its standard deviation, shape (n,).
        improvement: Expected improvement, shape (n,).
        tried: log10 of the learning rates trained, shape (n_trials,).
        losses: Their losses, shape (n_trials,).
        following: log10 of the rate to train next.
    """

    x: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    std: npt.NDArray[np.float64]
    improvement: npt.NDArray[np.float64]
    tried: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]
    following: float


@dataclass(frozen=True)
class PruningSums:
    """What a rule costs and saves on average over orders of the trials.

    Attributes:
        saved: Share of the epochs saved.
        killed: How many of the best five trials were pruned.
        keeps_best: Share of the orders in which the best trial of all came through.
    """

    saved: float
    killed: float
    keeps_best: float


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex05_bayesian_optimization.py"
    return load_module(path, "hyperlings_figures.ex05_bayesian_optimization")


def moments(*counts: int) -> list[Moment]:
    """Let the course's functions search the learning rate; return what they believe on the way.

    The search starts with three trials, at both ends and in the middle, and trains next where it
    expects most.

    Args:
        counts: After how many trials, rising, each at least 3.
    """
    ours = solution()
    offered, losses = lab.labels(), lab.losses()
    grid = np.log10([float(label) for label in offered])
    fine = np.linspace(grid[0], grid[-1], 4 * (len(grid) - 1) + 1)
    rows = [offered.index(label) for label in lab.START]
    found = []
    while True:
        seen = losses[rows]
        mean, std = ours.gp_posterior(
            grid[rows][:, None],
            seen - seen.mean(),
            fine[:, None],
            LENGTH,
            lab.SIGNAL**2,
            NOISE**2,
        )
        promise = ours.expected_improvement(mean + seen.mean(), std, seen.min())
        untried = np.setdiff1d(np.arange(len(grid)), rows)
        following = int(untried[promise[4 * untried].argmax()])
        if len(rows) in counts:
            found.append(
                Moment(fine, mean + seen.mean(), std, promise, grid[rows], seen, grid[following])
            )
        if len(rows) == max(counts):
            return found
        rows.append(following)


def pruning_sums(rule: pruning.Rule) -> PruningSums:
    """Average what a rule does over `N_ORDERS` draws of 40 recorded trials."""
    runs = [pruning.prune(seed, rule) for seed in range(N_ORDERS)]
    return PruningSums(
        float(np.mean([run.saved for run in runs])),
        float(np.mean([run.killed.sum() for run in runs])),
        float(np.mean([run.best == run.errors[:, -1].min() for run in runs])),
    )


@lru_cache(maxsize=1)
def studies() -> dict[str, npt.NDArray[np.float64]]:
    """Search the recorded digits landscape with Optuna's TPE and at random.

    A suggestion takes the result of the recorded point that is nearest, the mean over its seeds.

    Returns:
        Sampler -> validation accuracy of each trial, shape (N_STUDIES, N_TRIALS).
    """
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    objective = _recorded_objective()
    found = {}
    try:
        for name, make in (
            ("TPE", optuna.samplers.TPESampler),
            ("random", optuna.samplers.RandomSampler),
        ):
            values = []
            for seed in range(N_STUDIES):
                study = optuna.create_study(direction="maximize", sampler=make(seed=seed))
                study.optimize(objective, n_trials=N_TRIALS)
                values.append([trial.value for trial in study.trials])
            found[name] = np.array(values, dtype=np.float64)
    finally:
        optuna.logging.set_verbosity(before)
    return found


def _recorded_objective() -> Callable[[optuna.Trial], float]:
    from engine import landscape

    recorded = landscape.load("digits")
    scores = np.nan_to_num(recorded.val_score[..., -1], nan=0.0).mean(axis=-1)
    axes = {name: np.array(values) for name, values in recorded.axes.items() if name != "seed"}

    def objective(trial: optuna.Trial) -> float:
        logarithmic = {
            name: trial.suggest_float(name, axes[name][0], axes[name][-1], log=True)
            for name in ("lr", "width", "batch_size")
        }
        values = {
            **logarithmic,
            "depth": trial.suggest_int("depth", 1, 3),
            "dropout": trial.suggest_float("dropout", 0.0, 0.5),
            "weight_decay": trial.suggest_categorical("weight_decay", [0.0, 1e-3]),
        }
        point = []
        for name, axis in axes.items():
            distance = (
                np.abs(np.log(axis / values[name]))
                if name in logarithmic
                else np.abs(axis - values[name])
            )
            point.append(int(distance.argmin()))
        return float(scores[tuple(point)])

    return objective


def draw_process() -> alt.TopLevelMixin:
    """Draw the process and the expected improvement after four trials and after seven."""
    panels = [
        _process_panel(moment, f"After {len(moment.tried)} trials") for moment in moments(4, 7)
    ]
    return alt.hconcat(*panels, spacing=26)


def draw_pruning() -> alt.TopLevelMixin:
    """Draw forty learning curves under the median rule, without a warm-up and with one."""
    panels = []
    for rule, name in ((HASTE, "No warm-up"), (PATIENCE, "Warm-up of 8 epochs")):
        found = pruning.prune(0, rule)
        title = f"{name}: {found.epochs} of {found.errors.size} epochs"
        panels.append(_curves(found).properties(width=335, height=260, title=title))
    return alt.hconcat(*panels, spacing=26)


def draw_tpe_and_random() -> alt.TopLevelMixin:
    """Draw the medians of the trials themselves, and of the best so far."""
    values = studies()
    trials = {name: block_medians(found) for name, found in values.items()}
    best = {
        name: np.median(np.maximum.accumulate(found, axis=1), axis=0)
        for name, found in values.items()
    }
    middles = np.arange(N_TRIALS // BLOCK) * BLOCK + (BLOCK + 1) / 2
    return alt.hconcat(
        _race("Trials, in blocks of five", middles, trials),
        _race("The best so far", np.arange(1, N_TRIALS + 1), best),
        spacing=26,
    )


def block_medians(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Median over blocks of five trials, all studies together, shape (N_TRIALS / 5,).

    Args:
        values: Value of each trial, shape (n_studies, N_TRIALS).
    """
    blocks = values.reshape(len(values), -1, BLOCK).transpose(1, 0, 2)
    return np.asarray(np.median(blocks.reshape(len(blocks), -1), axis=1))


def _process_panel(moment: Moment, title: str) -> alt.VConcatChart:
    ticks = [-4, -3, -2, -1]
    label = "format(pow(10, datum.value), '~g')"
    x = alt.X("x:Q", title="learning rate (log scale)").scale(domain=[-4, -1], nice=False)
    x_top = alt.X("x:Q", title=None).scale(domain=[-4, -1], nice=False)
    x = x.axis(values=ticks, labelExpr=label)
    x_top = x_top.axis(values=ticks, labels=False)
    y = alt.Y("loss:Q", title="validation loss").scale(domain=[-1, 3], nice=False)
    rows: list[Row] = [
        {"x": at, "loss": mean, "low": max(mean - 2 * std, -1), "high": min(mean + 2 * std, 3)}
        | {"promise": promise}
        for at, mean, std, promise in zip(
            moment.x, moment.mean, moment.std, moment.improvement, strict=True
        )
    ]
    curve = alt.Chart(alt.InlineData(values=rows))
    dots = alt.Chart(
        alt.InlineData(
            values=[
                {"x": at, "loss": loss}
                for at, loss in zip(moment.tried, moment.losses, strict=True)
            ]
        )
    ).mark_point(filled=True, size=90, color=OCHRE, shape="diamond", opacity=1)
    following = alt.Chart(alt.InlineData(values=[{"x": moment.following}])).mark_rule(
        color=VERMILION, strokeDash=[4, 3], strokeWidth=1.5
    )
    band = curve.mark_area(color=BLUE, opacity=0.2)
    belief = alt.layer(
        band.encode(x=x_top, y=alt.Y("low:Q").title("validation loss"), y2="high:Q"),
        curve.mark_line(color=BLUE, strokeWidth=2.5).encode(x=x_top, y=y),
        following.encode(x=x_top),
        dots.encode(x=x_top, y=y),
    ).properties(width=335, height=190, title=title)
    height = float(moment.improvement.max())
    promise = alt.Y("promise:Q", title="exp. improvement")
    promise = promise.scale(domain=[0, _rounded_up(height)]).axis(tickCount=3)
    improvement = alt.layer(
        curve.mark_area(color=BLUE, opacity=0.35, line={"color": BLUE}).encode(x=x, y=promise),
        following.encode(x=x),
    ).properties(width=335, height=80)
    return alt.vconcat(belief, improvement, spacing=8)


def _rounded_up(value: float) -> float:
    """The next number above with one significant digit."""
    digit = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / digit) * digit


def _curves(found: pruning.Pruned) -> alt.LayerChart:
    rows: list[Row] = []
    for trial, (curve, last) in enumerate(zip(found.errors, found.lasts, strict=True)):
        kind = "complete" if found.complete[trial] else "pruned"
        rows += [
            {"trial": trial, "epoch": e + 1, "error": max(float(curve[e]), 0.01), "kind": kind}
            for e in range(last + 1)
        ]
        if found.killed[trial]:
            rows += [
                {
                    "trial": trial,
                    "epoch": e + 1,
                    "error": float(curve[e]),
                    "kind": "good, but pruned",
                }
                for e in range(last, len(curve))
            ]
    median: list[Row] = [
        {"trial": -1, "epoch": e + 1, "error": float(value), "kind": "median"}
        for e, value in enumerate(found.median)
    ]
    x = alt.X("epoch:Q", title="epoch").scale(domain=[1, 20]).axis(values=[1, 5, 10, 15, 20])
    y = alt.Y("error:Q", title="validation error (log scale)")
    y = y.scale(type="log", domain=[0.01, 1]).axis(values=[0.01, 0.03, 0.1, 0.3, 1], format="~%")
    key = alt.Legend(title=None, orient="bottom", symbolType="stroke", symbolSize=300)
    names = list(_LOOKS)
    color, dash, width = (
        channel("kind:N", legend=key).scale(type="ordinal", domain=names, range=list(values))
        for channel, values in zip(
            (alt.Color, alt.StrokeDash, alt.StrokeWidth),
            zip(*_LOOKS.values(), strict=True),
            strict=True,
        )
    )
    ends = [
        row
        for row in rows
        if row["kind"] == "pruned" and row["epoch"] == found.lasts[row["trial"]] + 1
    ]
    lines = alt.Chart(alt.InlineData(values=rows + median)).mark_line()
    crosses = alt.Chart(alt.InlineData(values=ends)).mark_point(
        shape="cross", filled=True, size=40, color=GRAY, opacity=1
    )
    return alt.layer(
        lines.encode(x=x, y=y, detail="trial:N", color=color, strokeDash=dash, strokeWidth=width),
        crosses.encode(x=x, y=y),
    )


def _race(
    title: str, at: npt.NDArray[np.float64], medians: dict[str, npt.NDArray[np.float64]]
) -> alt.LayerChart:
    x = alt.X("trial:Q", title="trial").scale(domain=[0, N_TRIALS], nice=False)
    y = alt.Y("accuracy:Q", title="validation accuracy (median)")
    y = y.scale(domain=[0.93, 0.98], nice=False).axis(format=".0%", tickCount=5)
    layers = []
    for (name, values), color, dash, height in zip(
        medians.items(), (BLUE, VERMILION), ([1, 0], [6, 3]), (0.937, 0.9335), strict=True
    ):
        rows: list[Row] = [
            {"trial": float(trial), "accuracy": float(value)}
            for trial, value in zip(at, values, strict=True)
        ]
        line = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        look: Row = {"color": color, "strokeDash": dash, "strokeWidth": 2.5, "clip": True}
        layers.append(
            line.mark_line(**look, point={"filled": True, "size": 45, "color": color})
            if len(values) < N_TRIALS
            else line.mark_line(**look)
        )
        key = alt.Chart(alt.InlineData(values=[{"trial": 2, "accuracy": height, "label": name}]))
        mark = key.mark_text(align="left", fontWeight="bold", color=color)
        layers.append(mark.encode(x=x, y=y, text="label:N"))
    return alt.layer(*layers).properties(width=335, height=230, title=title)


FIGURES = {
    "05-process": draw_process,
    "05-pruning": draw_pruning,
    "05-tpe-and-random": draw_tpe_and_random,
}
