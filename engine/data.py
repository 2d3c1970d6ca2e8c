"""Data sets for the labs: split once, standardized without looking past the training part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

_PARTS = ("train", "val", "test")


@dataclass(frozen=True, eq=False)
class Dataset:
    """A classification data set in three parts.

    Networks train in the precision of the inputs: float32 as loaded, float64 after `astype`.
    The arrays are read-only, so a cached data set cannot be changed by one of its users.

    Attributes:
        name: What `load` calls it.
        x_train: Training inputs, shape (n_train, n_features).
        y_train: Training classes, int64 from 0 to n_classes - 1, shape (n_train,).
        x_val: Validation inputs, shape (n_val, n_features).
        y_val: Validation classes, shape (n_val,).
        x_test: Test inputs, shape (n_test, n_features); `train` never reads them.
        y_test: Test classes, shape (n_test,).
        n_classes: Number of classes, at least 2.

    Raises:
        ValueError: If the shapes, types or classes of a part do not fit.
    """

    name: str
    x_train: NDArray[np.floating]
    y_train: NDArray[np.int64]
    x_val: NDArray[np.floating]
    y_val: NDArray[np.int64]
    x_test: NDArray[np.floating]
    y_test: NDArray[np.int64]
    n_classes: int

    def __post_init__(self) -> None:
        """Check that the parts fit together and make them read-only."""
        if self.n_classes < 2:
            raise ValueError(f"`n_classes` must be at least 2, but got n_classes={self.n_classes}.")
        for part in _PARTS:
            x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
            if x.ndim != 2 or x.shape[1] != self.n_features:
                raise ValueError(
                    f"`x_{part}` must have shape (n, {self.n_features}), but got {x.shape}."
                )
            if y.shape != (len(x),):
                raise ValueError(f"`y_{part}` must have shape ({len(x)},), but got {y.shape}.")
            if len(x) == 0:
                raise ValueError(f"`x_{part}` must hold at least one example, but got none.")
            if x.dtype != self.x_train.dtype or x.dtype not in (np.float32, np.float64):
                raise ValueError(
                    f"`x_{part}` must be float32 or float64, alike in all parts, but got {x.dtype}."
                )
            if y.dtype != np.int64 or y.min() < 0 or y.max() >= self.n_classes:
                raise ValueError(
                    f"`y_{part}` must hold int64 classes from 0 to {self.n_classes - 1}, "
                    f"but got {y.dtype} from {y.min()} to {y.max()}."
                )
            x.setflags(write=False)
            y.setflags(write=False)

    @property
    def n_features(self) -> int:
        """Number of inputs to a network."""
        return int(self.x_train.shape[-1])

    def astype(self, dtype: DTypeLike) -> Dataset:
        """The same data set with inputs of another precision, float32 or float64."""
        return replace(
            self,
            x_train=self.x_train.astype(dtype),
            x_val=self.x_val.astype(dtype),
            x_test=self.x_test.astype(dtype),
        )


def load(name: str, *, seed: int = 0, noise: float | None = None, n: int | None = None) -> Dataset:
    """Load a data set, split it and standardize it.

    A quarter of the examples is kept for the test, and a quarter of the rest for validation, each
    with the classes in equal proportion: digits gives 1010, 337 and 450. Every input is shifted
    and scaled by the mean and standard deviation of the training part alone; an input that is
    constant there (digits' blank corners) is only shifted.

    Args:
        name: "digits" (8 x 8 images, real) or one of the two-dimensional sets drawn on the spot:
            "moons", "circles", "spirals", "blobs", "xor".
        seed: Decides the draw and the split, at least 0.
        noise: Standard deviation of the jitter on a drawn set's coordinates, at least 0 (for
            blobs, that of each blob); None is the set's own. Digits takes none.
        n: Number of examples of a drawn set, at least 40; None is 600. Digits takes none.

    Returns:
        The three parts, inputs float32.

    Raises:
        ValueError: If the name is unknown, or `noise`, `n` or `seed` does not fit.
    """
    if name != "digits" and name not in _DRAWN:
        listed = ", ".join(repr(known) for known in names())
        raise ValueError(f"`name` must be one of {listed}, but got name={name!r}.")
    if seed < 0:
        raise ValueError(f"`seed` must be at least 0, but got seed={seed}.")
    draw_seed, split_seed = (int(word) for word in np.random.SeedSequence(seed).generate_state(2))
    if name == "digits":
        for option, value in (("noise", noise), ("n", n)):
            if value is not None:
                raise ValueError(
                    f"`{option}` is for drawn data sets: digits is what it is; "
                    f"leave it out, but got {option}={value}."
                )
        from sklearn.datasets import load_digits

        x, y = load_digits(return_X_y=True)
    else:
        draw, own_noise = _DRAWN[name]
        noise = own_noise if noise is None else noise
        n = 600 if n is None else n
        if not 0 <= noise < np.inf:
            raise ValueError(f"`noise` must be at least 0 and finite, but got noise={noise}.")
        if n < 40:
            raise ValueError(f"`n` must be at least 40, but got n={n}.")
        x, y = draw(n, noise, draw_seed)
    return _split(name, x, y, split_seed)


def names() -> tuple[str, ...]:
    """What `load` knows, digits first."""
    return ("digits", *_DRAWN)


def _split(name: str, x: NDArray[np.float64], y: NDArray[np.int64], seed: int) -> Dataset:
    from sklearn.model_selection import train_test_split

    x_rest, x_test, y_rest, y_test = train_test_split(
        x, y, test_size=0.25, stratify=y, random_state=seed
    )
    x_train, x_val, y_train, y_val = train_test_split(
        x_rest, y_rest, test_size=0.25, stratify=y_rest, random_state=seed
    )
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    std[std == 0] = 1.0
    standardized = (((part - mean) / std).astype(np.float32) for part in (x_train, x_val, x_test))
    parts = zip(standardized, (y_train, y_val, y_test), strict=True)
    (x_train, y_train), (x_val, y_val), (x_test, y_test) = (
        (inputs, classes.astype(np.int64)) for inputs, classes in parts
    )
    n_classes = int(y.max()) + 1
    return Dataset(name, x_train, y_train, x_val, y_val, x_test, y_test, n_classes)


_Drawn = tuple["NDArray[np.float64]", "NDArray[np.int64]"]


def _moons(n: int, noise: float, seed: int) -> _Drawn:
    from sklearn.datasets import make_moons

    x, y = make_moons(n, noise=noise, random_state=seed)
    return x, y


def _circles(n: int, noise: float, seed: int) -> _Drawn:
    from sklearn.datasets import make_circles

    x, y = make_circles(n, noise=noise, factor=0.5, random_state=seed)
    return x, y


def _blobs(n: int, noise: float, seed: int) -> _Drawn:
    from sklearn.datasets import make_blobs

    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    x, y = make_blobs(n, centers=corners, cluster_std=noise, random_state=seed)
    return x, y


def _spirals(n: int, noise: float, seed: int) -> _Drawn:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    # The square root spreads the points evenly along the arm instead of crowding the center.
    turn = np.sqrt(rng.uniform(0.02, 1.0, n))
    angle = 1.5 * 2 * np.pi * turn + np.pi * y
    x = turn[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + rng.normal(0.0, noise, x.shape), y


def _xor(n: int, noise: float, seed: int) -> _Drawn:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, (n, 2))
    # Labels come before the jitter: noise blurs the border as it does in the other sets.
    y = (x[:, 0] * x[:, 1] < 0).astype(np.int64)
    return x + rng.normal(0.0, noise, x.shape), y


_DRAWN: dict[str, tuple[Callable[[int, float, int], _Drawn], float]] = {
    "moons": (_moons, 0.2),
    "circles": (_circles, 0.1),
    "spirals": (_spirals, 0.03),
    "blobs": (_blobs, 0.5),
    "xor": (_xor, 0.05),
}
