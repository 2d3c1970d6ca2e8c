"""What the best of many configurations reports, and what judging the whole choice reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app import own_value
from app.own_call import Call, Lab
from app.own_value import OwnValue
from app.showcases.model import WrongShapeError, numbers
from grader.labs import noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTER, INNER = 5, 3
N_CONFIGS = (1, 2, 5, 10, 20, 50, 100)
ROWS = (30, 60, 120, 240)
TELLING = (0, 10, 30)
N_DRAWS = 40


@dataclass(frozen=True)
class Setting:
    """What is chosen from, and on what.

    Attributes:
        n_configs: Number of configurations, one of `N_CONFIGS`.
        n: Rows of a data set, one of `ROWS`.
        telling: Columns that tell something, one of `TELLING`.
    """

    n_configs: int
    n: int
    telling: int

    def __post_init__(self) -> None:
        """Refuse what the page does not offer.

        Raises:
            ValueError: If a value is not one of those listed.
        """
        for name, options in (("n_configs", N_CONFIGS), ("n", ROWS), ("telling", TELLING)):
            if getattr(self, name) not in options:
                raise ValueError(
                    f"`{name}` must be one of {options}, but got {name}={getattr(self, name)}."
                )


@dataclass(frozen=True, eq=False)
class Judged:
    """Accuracies over many data sets.

    Attributes:
        setting: What was chosen from.
        best: Number of the configuration with the highest mean over the folds, shape (N_DRAWS,).
        own: That mean: the winner's own score, shape (N_DRAWS,).
        nested: Mean of nested cross-validation, shape (N_DRAWS,).
        truth: What the winner, trained on all rows, would score on endless new ones, shape
            (N_DRAWS,).
    """

    setting: Setting
    best: NDArray[np.int64]
    own: NDArray[np.float64]
    nested: NDArray[np.float64]
    truth: NDArray[np.float64]


@lru_cache(maxsize=128)
def judge(setting: Setting) -> Judged:
    """Choose among configurations on many data sets, and judge the choice in both ways."""
    table = _table(setting.n, setting.telling)
    outside = table.outside[..., : setting.n_configs]
    chosen = table.inside[..., : setting.n_configs].argmax(axis=2)
    nested = np.take_along_axis(outside, chosen[..., None], axis=2).mean(axis=(1, 2))
    means = outside.mean(axis=1)
    best, draws = means.argmax(axis=1), np.arange(N_DRAWS)
    return Judged(setting, best, means[draws, best], nested, table.truth[draws, best])


def ask_score(found: Judged) -> OwnValue[float]:
    """The winner's own score on the first data set, by the learner's `cross_validate`."""
    call = Call("cross_validate", (int(found.best[0]),), _lab(found.setting), through="score")
    return own_value.ask(lambda values: _mean(values[0]), call)


def ask_nested(found: Judged) -> OwnValue[float]:
    """Nested cross-validation of the first data set, by the learner's `nested_cv`."""
    call = Call("nested_cv", (), _lab(found.setting), through="nested")
    return own_value.ask(lambda values: read_nested(values[0]), call)


def read_nested(value: Any) -> float:
    """Read the mean score.

    Raises:
        WrongShapeError: If it is not a pair (scores, chosen) with a score for each outer fold.
    """
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise WrongShapeError("It must return a pair (scores, chosen).")
    return _mean(value[0])


def _mean(value: Any) -> float:
    return float(np.mean(numbers(value, OUTER)))


def _lab(setting: Setting) -> Lab:
    values = {
        "n": setting.n,
        "telling": setting.telling,
        "seed": 0,
        "n_configs": setting.n_configs,
        "outer": OUTER,
        "inner": INNER,
    }
    return Lab("noise:selection", tuple(values.items()))


@dataclass(frozen=True, eq=False)
class _Table:
    """Accuracies of the most configurations that there are to choose from, data set by data set.

    Attributes:
        outside: On the test rows of each outer fold, shape (N_DRAWS, OUTER, n_most).
        inside: Mean over the inner folds of each outer training set, same shape.
        truth: Trained on all of the data set, on endless new rows, shape (N_DRAWS, n_most).
    """

    outside: NDArray[np.float64]
    inside: NDArray[np.float64]
    truth: NDArray[np.float64]


@lru_cache(maxsize=len(ROWS) * len(TELLING))
def _table(n: int, telling: int) -> _Table:
    draws = [noise.rows(n, telling, np.random.default_rng(seed)) for seed in range(N_DRAWS)]
    x, y = np.stack([x for x, _ in draws]), draws[0][1]  # the classes always come in turn
    outside, inside = [], []
    for train, test in noise.blocks(n, OUTER):
        outside.append(_accuracies(x, y, train, test))
        folds = [(train[i], train[j]) for i, j in noise.blocks(len(train), INNER)]
        inside.append(np.mean([_accuracies(x, y, *fold) for fold in folds], axis=0))
    return _Table(np.stack(outside, axis=1), np.stack(inside, axis=1), _truth(x, y, telling))


@lru_cache(maxsize=1)
def _uses() -> NDArray[np.float64]:
    """Which columns each configuration uses, 0 or 1, shape (N_COLUMNS, n_most)."""
    uses = np.zeros((noise.N_COLUMNS, N_CONFIGS[-1]))
    for i in range(N_CONFIGS[-1]):
        uses[noise.columns(i), i] = 1
    return uses


def _means(
    x: NDArray[np.float64], y: NDArray[np.int64], rows: NDArray[np.int64]
) -> list[NDArray[np.float64]]:
    """Each class's mean over some rows, in every data set, shape (N_DRAWS, N_COLUMNS)."""
    return [x[:, rows[y[rows] == label]].mean(axis=1) for label in (0, 1)]


def _accuracies(
    x: NDArray[np.float64],
    y: NDArray[np.int64],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Accuracy of every configuration in one fold of every data set, by a single product.

    Returns:
        Shape (N_DRAWS, n_most).
    """
    zero, one = (mean[:, None, :] for mean in _means(x, y, train))
    says = ((x[:, test] - (one + zero) / 2) * (one - zero)) @ _uses() > 0
    return np.asarray((says == (y[test] == 1)[:, None]).mean(axis=1))


def _truth(x: NDArray[np.float64], y: NDArray[np.int64], telling: int) -> NDArray[np.float64]:
    """Exact accuracy of every configuration on the distribution that the rows come from.

    A weighted sum of independent normal columns is normal, so that each class falls on its side of
    the middle with a probability that the normal distribution gives.

    Returns:
        Shape (N_DRAWS, n_most).
    """
    from scipy.special import ndtr

    zero, one = _means(x, y, np.arange(len(y)))
    weights, uses = one - zero, _uses()
    middle = (weights * (one + zero) / 2) @ uses
    apart = (noise.SHIFT * weights[:, :telling]) @ uses[:telling]
    spread = np.sqrt(weights**2 @ uses)
    return np.asarray((ndtr(middle / spread) + ndtr((apart - middle) / spread)) / 2)
