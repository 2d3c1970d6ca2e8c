"""A training, a validation and a test set, and what it costs when samples are in two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from app.own_call import Call
from app.showcases.model import WrongShapeError, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

Name = Literal["train", "validation", "test"]
NAMES: tuple[Name, ...] = get_args(Name)
SIZES = (20, 40, 60, 80, 120)
TRUTH = 0.8  # accuracy on samples that the model has never seen


@dataclass(frozen=True, eq=False)
class Split:
    """Which samples are in which set.

    Attributes:
        n: Number of samples, numbered from 0.
        sets: Sample numbers of each set, in the order of `NAMES`; a sample may stand in several.
    """

    n: int
    sets: tuple[NDArray[np.int64], ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of entries of each set."""
        return tuple(len(rows) for rows in self.sets)

    @property
    def counts(self) -> NDArray[np.int64]:
        """In how many places each sample stands, shape (n,): 1 in a clean split."""
        return np.bincount(np.concatenate(self.sets), minlength=self.n)

    @property
    def leaked(self) -> NDArray[np.int64]:
        """Samples that stand in several places."""
        return np.flatnonzero(self.counts > 1)

    @property
    def missing(self) -> NDArray[np.int64]:
        """Samples that stand nowhere."""
        return np.flatnonzero(self.counts == 0)

    @property
    def test_score(self) -> float:
        """Expected test accuracy of a model that remembers every sample that it was trained on."""
        train, _, test = self.sets
        known = float(np.isin(test, train).mean())
        return known + (1 - known) * TRUTH


def split(n: int, val_share: float, test_share: float, leak: int, seed: int) -> Split:
    """Deal samples out at random, then let some test samples be trained on as well.

    Args:
        n: Number of samples, at least 10.
        val_share: Share of the validation set, from 0.1 to 0.4.
        test_share: Share of the test set, from 0.1 to 0.4.
        leak: Test samples that are put into the training set too, at least 0; at most all are.
        seed: Seed of the deal.

    Raises:
        ValueError: If an argument is out of range.
    """
    if n < 10:
        raise ValueError(f"`n` must be at least 10, but got n={n}.")
    for name, share in (("val_share", val_share), ("test_share", test_share)):
        if not 0.1 <= share <= 0.4:
            raise ValueError(f"`{name}` must be between 0.1 and 0.4, but got {name}={share}.")
    if leak < 0:
        raise ValueError(f"`leak` must be at least 0, but got leak={leak}.")
    order = np.random.default_rng(seed).random(n).argsort()
    n_val, n_test = (round(n * share) for share in (val_share, test_share))
    n_train = n - n_val - n_test
    train, val, test = np.split(order, [n_train, n_train + n_val])
    return Split(n, (np.concatenate([train, test[:leak]]), val, test))


def call(n: int, val_share: float, test_share: float, seed: int) -> Call:
    """Ask the learner's function for the same split, without a leak."""
    shares = (round(1 - val_share - test_share, 10), val_share, test_share)
    return Call("three_way_split", (n, shares, seed))


def reader(n: int) -> Callable[[tuple[Any, ...]], Split]:
    """Return what reads the answer to `call`."""

    def read_answer(values: tuple[Any, ...]) -> Split:
        return read(values[0], n)

    return read_answer


def read(value: Any, n: int) -> Split:
    """Read a split.

    Raises:
        WrongShapeError: If it is anything but three lists of sample numbers.
    """
    wanted = f"The picture needs three sets of whole numbers from 0 to {n - 1}, none of them empty."
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise WrongShapeError(wanted)
    sets = [np.array(numbers(rows)) for rows in value]
    for rows in sets:
        if not len(rows) or len(rows) > 2 * n or not np.isin(rows, np.arange(n)).all():
            raise WrongShapeError(wanted)
    return Split(n, tuple(rows.astype(np.int64) for rows in sets))
