"""Data and charts of lesson 6: folds, how many of them, and what leaks do on pure noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from app.labs import fold_count
from app.labs.folds import flowers, runs
from app.theme import BLUE, GRAY, OCHRE, PURPLE, VERMILION

N_SMALL = 120
N_SETS, N_ROWS, N_COLUMNS, N_KEPT, N_FOLDS = 40, 60, 500, 10, 5
N_CONFIGS, N_TUNED_SETS = 50, 20

Row = dict[str, Any]
Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Pair:
    """Accuracies on pure noise, where every honest estimate is a half on average.

    Attributes:
        wrong: Of the leaking way, one a data set.
        right: Of the honest way, on the same data sets.
    """

    wrong: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]


class Centroids:
    """Predicts the class whose mean is nearest, from some of the columns."""

    def __init__(self, columns: npt.NDArray[np.int64] | None = None) -> None:
        """Take the columns to look at, or None to choose the ten that differ most in training."""
        self.columns = columns

    def fit(self, X: npt.NDArray[np.float64], y: npt.NDArray[np.int64]) -> Centroids:
        """Learn the classes' means, and which columns to look at if none were given."""
        self._kept = chosen(X, y) if self.columns is None else self.columns
        self._means = [X[y == label][:, self._kept].mean(axis=0) for label in (0, 1)]
        return self

    def score(self, X: npt.NDArray[np.float64], y: npt.NDArray[np.int64]) -> float:
        """Share of rows predicted right."""
        distances = [((X[:, self._kept] - mean) ** 2).sum(axis=1) for mean in self._means]
        return float(np.mean(np.argmin(distances, axis=0) == y))


def chosen(X: npt.NDArray[np.float64], y: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The ten columns whose means differ most between the two classes, shape (N_KEPT,)."""
    difference = np.abs(X[y == 0].mean(axis=0) - X[y == 1].mean(axis=0))
    return np.argsort(-difference)[:N_KEPT]


def noise(n_sets: int, seed: int) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]]:
    """Draw data sets in which the classes have nothing to do with the columns."""
    rng = np.random.default_rng(seed)
    y = np.arange(N_ROWS) % 2
    return [(rng.normal(size=(N_ROWS, N_COLUMNS)), rng.permutation(y)) for _ in range(n_sets)]


def solution() -> ModuleType:
    """Load the course's own functions, which drew these figures."""
    from grader.paths import load_module, solutions_dir

    path = solutions_dir() / "ex06_cross_validation.py"
    return load_module(path, "hyperlings_figures.ex06_cross_validation")


@lru_cache(maxsize=1)
def selection() -> Pair:
    """Cross-validate with the columns chosen on all rows, and with the choice in each fold."""
    ours = solution()
    wrong, right = [], []
    for X, y in noise(N_SETS, seed=0):
        folds = ours.stratified_kfold(y, N_FOLDS)
        peeked = chosen(X, y)
        wrong.append(np.mean(ours.cross_validate(lambda kept=peeked: Centroids(kept), X, y, folds)))
        right.append(np.mean(ours.cross_validate(Centroids, X, y, folds)))
    return Pair(np.array(wrong), np.array(right))


@lru_cache(maxsize=1)
def tuning() -> Pair:
    """Report the best of fifty configurations, each with its own ten columns; then nest it."""
    ours = solution()
    grid = [{"columns": np.arange(i, i + N_KEPT)} for i in range(0, N_COLUMNS, N_KEPT)]
    wrong, right = [], []
    for X, y in noise(N_TUNED_SETS, seed=1):
        outer = ours.stratified_kfold(y, N_FOLDS)
        means = [
            np.mean(ours.cross_validate(lambda config=config: Centroids(**config), X, y, outer))
            for config in grid
        ]
        wrong.append(max(means))
        nested, _ = ours.nested_cv(
            Centroids, grid, X, y, outer, lambda labels: ours.stratified_kfold(labels, 3)
        )
        right.append(np.mean(nested))
    return Pair(np.array(wrong), np.array(right))


def draw_folds() -> alt.TopLevelMixin:
    """Draw plain, stratified and time-series folds, made by the course's functions."""
    ours = solution()
    _, classes = flowers(True)
    panels = [
        _strips("Sorted flowers, 3 plain folds", ours.kfold(30, 3), classes),
        _strips("Stratified", ours.stratified_kfold(list(classes), 3), classes),
        _strips("A series, gap of 2 rows", ours.time_series_split(30, 3, gap=2), ()),
    ]
    return alt.hconcat(*panels, spacing=24).resolve_scale(color="shared")


def draw_fold_count() -> alt.TopLevelMixin:
    """Draw the estimate against the number of folds, with the truth."""
    found = fold_count.estimate(N_SMALL, seed=0)
    truth = float(found.truth.mean())
    rows: list[Row] = [
        {"k": k, "accuracy": mean, "low": mean - spread, "high": mean + spread}
        | {"label": f"{mean:.1%}"}
        for k, mean, spread in zip(
            fold_count.COUNTS, found.means.tolist(), found.spreads.tolist(), strict=True
        )
    ]
    x = alt.X("k:Q", title="number of folds k (log scale)")
    x = x.scale(type="log", domain=[1.8, 22], nice=False).axis(values=list(fold_count.COUNTS))
    y_scale = alt.Scale(domain=[0.8, 0.96], nice=False)
    y = alt.Y("accuracy:Q", title="accuracy").scale(y_scale)
    y = y.axis(format=".0%", tickCount=5)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    band = base.mark_area(color=BLUE, opacity=0.2)
    dots = {"filled": True, "size": 70, "color": BLUE}
    line = base.mark_line(color=BLUE, strokeWidth=2.5, point=dots)
    labels = base.mark_text(dy=18, dx=4, fontWeight="bold", color=BLUE)
    rule = alt.Chart(alt.InlineData(values=[{"accuracy": truth, "k": 2}]))
    name = rule.transform_calculate(label=f"'true accuracy {truth:.1%}'")
    return alt.layer(
        band.encode(y=alt.Y("low:Q").scale(y_scale).title("accuracy"), y2="high:Q"),
        rule.mark_rule(color=VERMILION, strokeDash=[6, 3], strokeWidth=2).encode(y=y),
        line.encode(y=y),
        labels.encode(y=y, text="label:N"),
        name.mark_text(color=VERMILION, fontWeight="bold", align="left", dy=-9).encode(
            x=x, y=y, text="label:N"
        ),
    ).properties(width=620, height=270, title="Few folds are pessimistic")


def draw_leakage() -> alt.TopLevelMixin:
    """Draw what two leaks report on pure noise, beside the honest way."""
    panels = [
        _noise_panel("Columns chosen …", selection(), ("before the folds", "inside each fold")),
        _noise_panel("Best of 50 configurations", tuning(), ("its own score", "nested")),
    ]
    return alt.hconcat(*panels, spacing=30)


def _strips(title: str, folds: Sequence[Fold], classes: Sequence[str]) -> alt.LayerChart:
    rows: list[Row] = [
        {"fold": run.fold, "row": run.first, "end": run.end, "role": run.role, "class": run.name}
        for run in runs(folds, [f"class {name}" for name in classes] or ["row of a series"] * 30)
    ]
    letters: list[Row] = [
        {"fold": fold, "middle": int(row) + 0.5, "letter": classes[row]}
        for fold, (_, test) in enumerate(folds, start=1)
        for row in (test if classes else ())
    ]
    x_scale = alt.Scale(domain=[0, 30], nice=False)
    x = alt.X("row:Q", title="row").scale(x_scale).axis(values=[0, 10, 20, 30], grid=False)
    y = alt.Y("fold:O", title="fold").axis(labelAngle=0).scale(paddingInner=0.2)
    names = ["class A", "class B", "class C", "row of a series"]
    key = alt.Legend(title=None, orient="bottom")
    base = alt.Chart(alt.InlineData(values=rows))
    cells = base.mark_rect().encode(
        x=x,
        x2="end:Q",
        y=y,
        color=alt.Color("class:N", legend=key).scale(
            domain=names, range=[BLUE, OCHRE, PURPLE, GRAY]
        ),
        opacity=alt.Opacity("role:N", legend=key).scale(
            domain=["train", "test"], range=[0.35, 1.0]
        ),
    )
    named = alt.Chart(alt.InlineData(values=letters)).mark_text(
        color="white", fontWeight="bold", fontSize=8
    )
    text = named.encode(x=alt.X("middle:Q").scale(x_scale).title("row"), y=y, text="letter:N")
    return alt.layer(cells, text).properties(width=215, height=130, title=title)


def _noise_panel(title: str, pair: Pair, names: tuple[str, str]) -> alt.LayerChart:
    groups = list(zip(names, (pair.wrong, pair.right), strict=True))
    rows: list[Row] = [
        {"way": name, "accuracy": float(value)} for name, values in groups for value in values
    ]
    means: list[Row] = [
        {"way": name, "accuracy": float(values.mean()), "label": f"{values.mean():.0%}"}
        for name, values in groups
    ]
    x = alt.X("accuracy:Q", title="accuracy reported on pure noise")
    x = x.scale(domain=[0.2, 1.0], nice=False).axis(format=".0%", tickCount=5)
    y = alt.Y("way:N", title=None, sort=list(names)).axis(labelLimit=130)
    color = alt.Color("way:N", legend=None).scale(domain=list(names), range=[VERMILION, BLUE])
    ticks = alt.Chart(alt.InlineData(values=rows)).mark_tick(thickness=2, size=26, opacity=0.45)
    middle = alt.Chart(alt.InlineData(values=means)).encode(x=x, y=y, color=color)
    coin = alt.Chart(alt.InlineData(values=[{"accuracy": 0.5}])).mark_rule(
        color=GRAY, strokeDash=[4, 3], strokeWidth=1.5
    )
    return alt.layer(
        coin.encode(x=x),
        ticks.encode(x=x, y=y, color=color),
        middle.mark_point(filled=True, size=110, opacity=1, stroke="white"),
        middle.mark_text(dy=-24, fontWeight="bold").encode(text="label:N"),
    ).properties(width=265, height=150, title=title)


FIGURES = {
    "06-folds": draw_folds,
    "06-fold-count": draw_fold_count,
    "06-leakage": draw_leakage,
}
