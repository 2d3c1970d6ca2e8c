"""Data sets by name: real ones and drawn ones behind one function."""

from __future__ import annotations

import numpy as np

from engine.data.bundled import BUNDLED
from engine.data.dataset import Dataset
from engine.data.drawn import DRAWN
from engine.data.split import Names, Seeds, dataset_of, seeds_of, split_rows


def load(name: str, *, seed: int = 0, noise: float | None = None, n: int | None = None) -> Dataset:
    """Load a data set, split it and standardize it.

    A quarter of the examples is kept for the test, and a quarter of the rest for validation, each
    with the classes in equal proportion: digits gives 1010, 337 and 450. Every input, and the
    target of a regression, is shifted and scaled by the mean and standard deviation of the
    training part alone; an input that is constant there (digits' blank corners) is only shifted.

    Args:
        name: A real data set, "digits" (8 x 8 images), "breast_cancer", "wine" or "diabetes"
            (regression), or one of the two-dimensional sets drawn on the spot: "moons", "circles",
            "spirals", "blobs", "xor".
        seed: Decides the draw and the split, at least 0.
        noise: Standard deviation of the jitter on a drawn set's coordinates, at least 0 (for
            blobs, that of each blob); None is the set's own. Real sets take none.
        n: Number of examples of a drawn set, at least 40; None is 600. Real sets take none.

    Returns:
        The three parts, inputs float32.

    Raises:
        ValueError: If the name is unknown, or `noise`, `n` or `seed` does not fit.
    """
    if name not in names():
        listed = ", ".join(repr(known) for known in names())
        raise ValueError(f"`name` must be one of {listed}, but got name={name!r}.")
    seeds = seeds_of(seed)
    if name in BUNDLED:
        return _bundled(name, seeds, noise=noise, n=n)
    return _drawn(name, seeds, noise=noise, n=n)


def names() -> tuple[str, ...]:
    """What `load` knows, digits first."""
    return (*BUNDLED, *DRAWN)


def _bundled(name: str, seeds: Seeds, *, noise: float | None, n: int | None) -> Dataset:
    for option, value in (("noise", noise), ("n", n)):
        if value is not None:
            raise ValueError(
                f"`{option}` is for drawn data sets: {name} is what it is; "
                f"leave it out, but got {option}={value}."
            )
    task = BUNDLED[name].task
    bundle = BUNDLED[name].read()
    rows = split_rows(bundle.y, seed=seeds.split, stratified=task == "classification")
    called = Names(name, bundle.feature_names, bundle.class_names)
    return dataset_of(bundle.x, bundle.y, rows, called, task)


def _drawn(name: str, seeds: Seeds, *, noise: float | None, n: int | None) -> Dataset:
    noise = DRAWN[name].noise if noise is None else noise
    n = 600 if n is None else n
    if not 0 <= noise < np.inf:
        raise ValueError(f"`noise` must be at least 0 and finite, but got noise={noise}.")
    if n < 40:
        raise ValueError(f"`n` must be at least 40, but got n={n}.")
    x, y = DRAWN[name].draw(n, noise, seeds.draw)
    rows = split_rows(y, seed=seeds.split, stratified=True)
    classes = tuple(str(code) for code in range(int(y.max()) + 1))
    return dataset_of(x, y, rows, Names(name, ("x1", "x2"), classes), "classification")
