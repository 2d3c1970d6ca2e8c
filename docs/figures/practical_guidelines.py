"""Data and charts of lesson 7: early stopping, one standard error, and tuning under a budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.theme import BLUE, GRAY, GREEN, PURPLE, VERMILION

if TYPE_CHECKING:
    from engine import History

PATIENCE = 5
N_TRAIN, LR, WIDTH, EPOCHS = 200, 0.003, 64, 100
ALPHAS = np.logspace(0.5, -3, 22)  # from the simplest model to the most complex
K = 10
BUDGETS = (2, 3, 4, 6, 9, 12, 18, 27)  # in trainings of all epochs
SEARCHES = 40  # of each budget and each recorded seed
POOR_LR = 0.03

Row = dict[str, Any]


@dataclass(frozen=True)
class Stopped:
    """A whole training, and what early stopping would have made of it.

    Attributes:
        history: All epochs.
        stop: The epoch after which it says stop, counted from 1.
        best: The epoch whose weights it brings back.
        lowest: The epoch of the lowest validation loss of all.
    """

    history: History
    stop: int
    best: int
    lowest: int

    def loss(self, epoch: int) -> float:
        """Validation loss after an epoch, in nats."""
        return float(self.history.val_loss[epoch - 1])


@dataclass(frozen=True)
class Path:
    """Lasso models along a path, from the simplest to the most complex.

    Attributes:
        sizes: Coefficients that are not 0 when fitted to all data, shape (n_models,).
        scores: R^2 on each fold, shape (n_models, K).
        best: Row of the highest mean.
        chosen: Row that the one-standard-error rule takes.
    """

    sizes: tuple[int, ...]
    scores: npt.NDArray[np.float64]
    best: int
    chosen: int

    @property
    def errors(self) -> npt.NDArray[np.float64]:
        """Standard error of each mean, shape (n_models,)."""
        spread: npt.NDArray[np.float64] = self.scores.std(axis=1, ddof=1)
        return spread / np.sqrt(K)


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex07_practical_guidelines.py"
    return load_module(path, "hyperlings_figures.ex07_practical_guidelines")


@cache
def stopped() -> Stopped:
    """Train a 64-64 network on 200 digits for all epochs, then ask when to stop."""
    from engine import TrainConfig, train
    from engine.data import load

    digits = load("digits")
    few = replace(digits, x_train=digits.x_train[:N_TRAIN], y_train=digits.y_train[:N_TRAIN])
    config = TrainConfig(lr=LR, width=WIDTH, epochs=EPOCHS)
    (history,) = train([config], few, device="cpu")
    return _watched(history)


@cache
def stopped_start() -> Stopped:
    """Train the course's starting point on all training digits, and ask the same."""
    from engine import TrainConfig, train
    from engine.data import load

    (history,) = train([TrainConfig(epochs=EPOCHS)], load("digits"), device="cpu")
    return _watched(history)


@cache
def lasso_path() -> Path:
    """Cross-validate the lasso on the diabetes data for each strength of its penalty."""
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import KFold, cross_val_score

    x, y = load_diabetes(return_X_y=True)
    folds = KFold(K, shuffle=True, random_state=0)
    scores = np.array([cross_val_score(Lasso(alpha=alpha), x, y, cv=folds) for alpha in ALPHAS])
    sizes = tuple(int(np.sum(Lasso(alpha=alpha).fit(x, y).coef_ != 0)) for alpha in ALPHAS)
    best = int(scores.mean(axis=1).argmax())
    return Path(sizes, scores, best, solution().one_standard_error(scores))


@dataclass(frozen=True)
class Searches:
    """Mean test accuracies of tuning on the recorded digits, one a budget.

    Attributes:
        random: Of random search that trains everything in full, shape (n_budgets,).
        tuned: Of the course's `tune`, shape (n_budgets,).
        start: Of the configuration that `tune` starts with, without any search.
    """

    random: tuple[float, ...]
    tuned: tuple[float, ...]
    start: float


@cache
def by_budget(lr: float = POOR_LR, budgets: tuple[int, ...] = BUDGETS) -> Searches:
    """Search from the course's starting point, but for the learning rate."""
    from engine import landscape
    from grader.recorded import Problem
    from grader.subject import LocalSubject

    recorded = landscape.load("digits")
    subject = LocalSubject(vars(solution()), "ex07_practical_guidelines.py")
    axes = {name: values for name, values in recorded.axes.items() if name != "seed"}
    begin = {"lr": lr, "width": 128, "depth": 2, "batch_size": 32, "dropout": 0.0}
    begin["weight_decay"] = 0.0
    space = {
        name: (begin[name], *(value for value in values if value != begin[name]))
        for name, values in axes.items()
    }
    random, tuned, start = [], [], []
    for budget in budgets:
        by_random, by_tune = [], []
        for seed in recorded.axes["seed"]:
            epochs = budget * recorded.epoch_budgets[-1]
            problem = Problem(recorded, space, int(seed), epochs)
            by_random.append(problem.by_random_search())
            start.append(problem.test_score(problem.start))
            for search in range(SEARCHES):
                fresh = Problem(recorded, space, int(seed), epochs)
                by_tune.append(fresh.tuned(subject, search)[1])
        random.append(float(np.mean(by_random)))
        tuned.append(float(np.mean(by_tune)))
    return Searches(tuple(random), tuple(tuned), float(np.mean(start)))


def draw_early_stopping() -> alt.TopLevelMixin:
    """Draw both losses, the best epoch and the stop."""
    run = stopped()
    x = alt.X("epoch:Q", title="epoch").scale(domain=[0, 60], nice=False)
    y = alt.Y("loss:Q", title="loss (nats)").scale(domain=[0, 1])
    layers: list[alt.Chart] = []
    for losses, color, width, dash in (
        (run.history.train_loss, GRAY, 2.0, [6, 3]),
        (run.history.val_loss, BLUE, 3.0, [1, 0]),
    ):
        rows = [{"epoch": i, "loss": float(loss)} for i, loss in enumerate(losses[:60], start=1)]
        line = alt.Chart(alt.InlineData(values=rows))
        layers.append(
            line.mark_line(color=color, strokeWidth=width, strokeDash=dash, clip=True).encode(
                x=x, y=y
            )
        )
    marks: list[Row] = [
        {"epoch": run.best, "loss": run.loss(run.best), "color": GREEN, "shape": "circle"},
        {"epoch": run.stop, "loss": run.loss(run.stop), "color": PURPLE, "shape": "square"},
    ]
    base = alt.Chart(alt.InlineData(values=marks)).encode(
        x=x, color=alt.Color("color:N").scale(None)
    )
    rules = base.mark_rule(strokeDash=[4, 3], strokeWidth=1.5)
    points = base.mark_point(filled=True, size=130, opacity=1).encode(
        y=y, shape=alt.Shape("shape:N").scale(None)
    )
    words: list[Row] = [
        {"at": run.best - 1, "loss": 0.9, "label": f"best: {run.best}", "side": "right"},
        {"at": run.stop + 1, "loss": 0.9, "label": f"stop: {run.stop}", "side": "left"},
        {"at": 46, "loss": run.loss(46) + 0.05, "label": "validation", "side": "left"},
        {"at": 46, "loss": 0.045, "label": "training", "side": "left"},
    ]
    labels = []
    for side in ("left", "right"):
        rows = [word for word in words if word["side"] == side]
        text = alt.Chart(alt.InlineData(values=rows)).mark_text(align=side, fontWeight="bold")
        labels.append(text.encode(x=alt.X("at:Q"), y=y, text="label:N"))
    return alt.layer(rules, *layers, points, *labels).properties(
        width=620, height=280, title=f"With a patience of {PATIENCE}, the stop is not the best"
    )


def draw_one_standard_error() -> alt.TopLevelMixin:
    """Draw each model's mean and standard error, the best, and the one that the rule takes."""
    path = lasso_path()
    means, errors = path.scores.mean(axis=1), path.errors
    line = float(means[path.best] - errors[path.best])
    rows: list[Row] = [
        {
            "alpha": float(alpha),
            "mean": float(mean),
            "low": float(mean - error),
            "high": float(mean + error),
        }
        for alpha, mean, error in zip(ALPHAS, means, errors, strict=True)
    ]
    x = alt.X("alpha:Q", title="penalty alpha (log scale): simple models on the left")
    x = x.scale(type="log", reverse=True, domain=[0.0008, 4], nice=False)
    x = x.axis(values=[1, 0.1, 0.01, 0.001], format="~g")
    y = alt.Y("mean:Q", title="R² over 10 folds").scale(domain=[-0.1, 0.6])
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    bars = base.mark_rule(color=GRAY, strokeWidth=2).encode(y=alt.Y("low:Q"), y2="high:Q")
    dots = base.mark_point(filled=True, size=50, color=GRAY, opacity=1).encode(y=y)
    chosen: list[Row] = [
        rows[i]
        | {"label": f"{name}: {path.sizes[i]} coefficients", "color": color, "shape": shape}
        | {"at": at}
        for i, name, color, shape, at in (
            (path.best, "best", GREEN, "circle", 0.4),
            (path.chosen, "one standard error", VERMILION, "diamond", 0.33),
        )
    ]
    two = alt.Chart(alt.InlineData(values=chosen)).encode(
        x=x, y=y, color=alt.Color("color:N").scale(None)
    )
    points = two.mark_point(filled=True, size=170, opacity=1).encode(
        shape=alt.Shape("shape:N").scale(None)
    )
    labels = two.mark_text(fontWeight="bold", align="left").encode(y=alt.Y("at:Q"), text="label:N")
    level = alt.Chart(alt.InlineData(values=[{"mean": line}]))
    rule = level.mark_rule(color=GREEN, strokeDash=[5, 4], strokeWidth=1.5).encode(y=y)
    return alt.layer(rule, bars, dots, points, labels).properties(
        width=620, height=280, title="As good as the best, as far as anyone can tell, and simpler"
    )


def draw_budget() -> alt.TopLevelMixin:
    """Draw the accuracy that random search and `tune` reach under each budget."""
    found = by_budget()
    random, tuned, start = found.random, found.tuned, found.start
    x = alt.X("budget:Q", title="budget, in whole trainings (log scale)")
    x = x.scale(type="log", domain=[BUDGETS[0], BUDGETS[-1]], nice=False)
    x = x.axis(values=list(BUDGETS), format="d")
    y = alt.Y("accuracy:Q", title="test accuracy, mean").scale(domain=[0.92, 0.98])
    y = y.axis(format=".0%", tickCount=4)
    layers: list[alt.Chart] = []
    for values, color, shape in ((random, VERMILION, "diamond"), (tuned, BLUE, "circle")):
        rows = [{"budget": b, "accuracy": v} for b, v in zip(BUDGETS, values, strict=True)]
        base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
        layers.append(base.mark_line(color=color, strokeWidth=3, clip=True))
        layers.append(
            base.mark_point(filled=True, size=80, color=color, shape=shape, opacity=1, clip=True)
        )
    level = alt.Chart(alt.InlineData(values=[{"accuracy": start}]))
    rule = level.mark_rule(color=GRAY, strokeDash=[5, 4], strokeWidth=2).encode(y=y)
    words: list[Row] = [
        {"budget": 3.2, "accuracy": random[1] - 0.003, "label": "random", "color": VERMILION},
        {"budget": 2.1, "accuracy": tuned[0] + 0.005, "label": "tune", "color": BLUE},
        {"budget": 14, "accuracy": start + 0.004, "label": "the start", "color": GRAY},
    ]
    labels = alt.Chart(alt.InlineData(values=words)).mark_text(align="left", fontWeight="bold")
    named = labels.encode(x=x, y=y, text="label:N", color=alt.Color("color:N").scale(None))
    return alt.layer(rule, *layers, named).properties(
        width=620, height=260, title="What is saved on poor configurations goes to good ones"
    )


def _watched(history: History) -> Stopped:
    stopper = solution().EarlyStopping(patience=PATIENCE)
    for epoch, loss in enumerate(history.val_loss.tolist(), start=1):
        if stopper.update(loss, epoch):
            break
    lowest = int(np.argmin(history.val_loss)) + 1
    return Stopped(history, epoch, stopper.best_state, lowest)


FIGURES = {
    "07-early-stopping": draw_early_stopping,
    "07-one-standard-error": draw_one_standard_error,
    "07-budget": draw_budget,
}
