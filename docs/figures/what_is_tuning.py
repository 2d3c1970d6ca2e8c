"""Data and charts of lesson 1: what one setting decides, and what the best score is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.theme import BLUE, GRAY, VERMILION

RATES: Mapping[float, str] = {1e-5: "0.00001", 1e-3: "0.001", 1e-1: "0.1"}
EPOCHS = 10
N_TRIALS, N_VAL = 100, 100
TRUTH = 0.95
SIZES = (100, 337, 1000)
SHOWN = (1, 2, 3, 5, 10, 20, 30, 50, 100)

Row = dict[str, Any]


@dataclass(frozen=True)
class Search:
    """A random search whose every trial was measured twice.

    Attributes:
        val: Accuracy of each trial on the validation images that choose, shape (N_TRIALS,).
        fresh: Accuracy of the same network on images that play no part, shape (N_TRIALS,).
        n_fresh: How many of those there are.
    """

    val: npt.NDArray[np.float64]
    fresh: npt.NDArray[np.float64]
    n_fresh: int


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex01_what_is_tuning.py"
    return load_module(path, "hyperlings_figures.ex01_what_is_tuning")


def curves() -> dict[str, list[float]]:
    """Train the start point with three learning rates: rate -> validation accuracy by epoch."""
    from engine import TrainConfig, train
    from engine.data import load

    trained = train(
        [TrainConfig(lr=lr, epochs=EPOCHS) for lr in RATES], load("digits"), device="cpu"
    )
    return {
        name: [float(score) for score in history.val_score]
        for name, history in zip(RATES.values(), trained, strict=True)
    }


def search() -> Search:
    """Train 100 random configurations, and measure each on 100 images and on the others.

    The images are those of the digits that training does not see, 787 in all.
    """
    from engine import TrainConfig, train
    from engine.data import load

    digits = load("digits")
    x = np.concatenate([digits.x_val, digits.x_test])
    y = np.concatenate([digits.y_val, digits.y_test])
    rng = np.random.default_rng(0)
    order = rng.permutation(len(y))
    chosen, others = order[:N_VAL], order[N_VAL:]
    rates = np.exp(rng.uniform(math.log(1e-4), math.log(1e-1), N_TRIALS))
    sizes = rng.choice([16, 32, 64], N_TRIALS)
    configs = [
        TrainConfig(lr=float(lr), batch_size=int(size), depth=1, width=32, epochs=8, seed=i)
        for i, (lr, size) in enumerate(zip(rates, sizes, strict=True))
    ]
    # A network depends on its configuration only: trained twice, it is the same to the last bit.
    val, fresh = (
        train(configs, replace(digits, x_val=x[part], y_val=y[part]), device="cpu")
        for part in (chosen, others)
    )
    return Search(
        np.array([history.val_score[-1] for history in val]),
        np.array([history.val_score[-1] for history in fresh]),
        len(others),
    )


def of_the_winner(found: Search, n: int) -> tuple[float, float]:
    """Expected validation and fresh accuracy of the best of `n` trials, by validation.

    The weights are those of `expected_best`. Trials with equal validation scores win equally often.
    """
    best = solution().expected_best
    order = np.argsort(found.val, kind="stable")
    fresh = found.fresh[order].copy()
    for score in np.unique(found.val):
        tied = found.val[order] == score
        fresh[tied] = fresh[tied].mean()
    # The weight of rank i is what the best is worth if only the trials from rank i on count.
    steps = [best([0.0] * i + [1.0] * (N_TRIALS - i), n) for i in range(N_TRIALS)] + [0.0]
    weights = -np.diff(steps)
    return best(found.val.tolist(), n), float(weights @ fresh)


def best_of_equals(n: int, n_val: int, truth: float = TRUTH) -> float:
    """Expected best validation accuracy of `n` configurations that are all equally good.

    Args:
        n: How many there are.
        n_val: Number of validation samples; each is right with probability `truth`.
        truth: The accuracy that all of them have.
    """
    from scipy.stats import binom

    at_most = binom.cdf(np.arange(n_val), n_val, truth)
    return float(np.sum(1 - at_most**n) / n_val)


def draw_one_setting() -> alt.TopLevelMixin:
    """Draw the three training curves."""
    looks = {"0.00001": (GRAY, [2, 3]), "0.001": (BLUE, [1, 0]), "0.1": (VERMILION, [6, 3])}
    x = alt.X("epoch:Q", title="epoch").scale(domain=[1, EPOCHS + 2.6], nice=False)
    x = x.axis(values=list(range(1, EPOCHS + 1)))
    y = alt.Y("accuracy:Q", title="validation accuracy").scale(domain=[0, 1])
    y = y.axis(format=".0%", tickCount=5)
    layers = []
    for name, scores in curves().items():
        color, dash = looks[name]
        rows: list[Row] = [
            {"epoch": i + 1, "accuracy": score, "label": f"lr = {name}: {score:.1%}"}
            for i, score in enumerate(scores)
        ]
        line = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        last = alt.Chart(alt.InlineData(values=rows[-1:])).encode(x=x, y=y, text="label:N")
        layers += [
            line.mark_line(color=color, strokeDash=dash, strokeWidth=3),
            last.mark_text(color=color, align="left", dx=9, fontWeight="bold"),
        ]
    return alt.layer(*layers).properties(
        width=620, height=270, title="One network, one data set, three learning rates"
    )


def draw_winner() -> alt.TopLevelMixin:
    """Draw what the best of n trials scores on the images that chose it, and on others."""
    found = search()
    points = {n: of_the_winner(found, n) for n in SHOWN if n >= 3}
    x = _trials_axis(3)
    y = alt.Y("accuracy:Q", title="accuracy of the best of n").axis(format=".0%", tickCount=6)
    y = y.scale(domain=[0.95, 1.0], zero=False)
    layers = []
    for index, (name, color, dash, dy) in enumerate(
        (
            (f"on the {N_VAL} validation images", VERMILION, [6, 3], -26),
            (f"on {found.n_fresh} fresh images", BLUE, [1, 0], 16),
        )
    ):
        rows: list[Row] = [
            {"trials": n, "accuracy": pair[index], "label": name} for n, pair in points.items()
        ]
        line = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        middle = alt.Chart(alt.InlineData(values=[rows[4]])).encode(x=x, y=y, text="label:N")
        layers += [
            line.mark_line(color=color, strokeDash=dash, strokeWidth=3, point={"color": color}),
            middle.mark_text(color=color, dy=dy, fontWeight="bold"),
        ]
    return alt.layer(*layers).properties(
        width=620, height=270, title="The more trials, the more the winner's score flatters"
    )


def draw_luck() -> alt.TopLevelMixin:
    """Draw the best of n equally good configurations for three sizes of the validation set."""
    looks: Sequence[tuple[int, str, list[int]]] = (
        (SIZES[0], VERMILION, [6, 3]),
        (SIZES[1], BLUE, [1, 0]),
        (SIZES[2], GRAY, [2, 3]),
    )
    x = _trials_axis(1)
    y = alt.Y("accuracy:Q", title="expected best validation accuracy")
    y = y.scale(domain=[0.94, 1.0], zero=False).axis(format=".0%", tickCount=6)
    truth = alt.Chart(alt.InlineData(values=[{"accuracy": TRUTH, "label": "true accuracy of all"}]))
    layers: list[Any] = [
        truth.mark_rule(color="#24292f", strokeWidth=1.5).encode(y=y),
        truth.mark_text(align="left", dx=6, dy=11).encode(y=y, x=alt.value(0), text="label:N"),
    ]
    for n_val, color, dash in looks:
        rows: list[Row] = [
            {"trials": n, "accuracy": best_of_equals(n, n_val), "label": f"{n_val} samples"}
            for n in SHOWN
        ]
        line = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        near_end = alt.Chart(alt.InlineData(values=[rows[-3]])).encode(x=x, y=y, text="label:N")
        layers += [
            line.mark_line(color=color, strokeDash=dash, strokeWidth=3),
            near_end.mark_text(color=color, dx=-34, dy=-14, fontWeight="bold"),
        ]
    return alt.layer(*layers).properties(
        width=620, height=270, title="Equal configurations, unequal scores: luck alone"
    )


def _trials_axis(first: int) -> alt.X:
    x = alt.X("trials:Q", title="number of trials n (log scale)")
    x = x.scale(type="log", domain=[first, N_TRIALS], nice=False)
    return x.axis(values=[n for n in SHOWN if n >= first], format="d")


FIGURES = {
    "01-one-setting": draw_one_setting,
    "01-luck": draw_luck,
    "01-winner": draw_winner,
}
