"""What a trained network answers: everywhere on a plane, and to the validation part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset
    from engine.network import Network

REACH = 3.0  # standard deviations: the plane is drawn from -REACH to REACH
CELLS = 36  # a side: with the points, fewer marks than a browser draws one by one
MAX_REGIONS = 6
MAX_CONFUSED = 20


@dataclass(frozen=True, eq=False)
class Boundary:
    """The answers on a grid of cells, row by row.

    Attributes:
        x: First input at each cell's center, shape (n_cells,).
        y: Second input there.
        answer: The likeliest class there, shape (n_cells,).
        chance: Its probability by softmax, shape (n_cells,).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    answer: NDArray[np.int64]
    chance: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often a class was taken for which.

    Attributes:
        counts: Validation examples by class and answer, shape (n_classes, n_classes).
    """

    counts: NDArray[np.int64]

    @property
    def worst(self) -> tuple[int, int, int] | None:
        """The class, the answer and the count of the most frequent mistake, if there is one."""
        wrong = self.counts - np.diag(np.diag(self.counts))
        if not wrong.any():
            return None
        true, answer = divmod(int(wrong.argmax()), len(wrong))
        return true, answer, int(wrong[true, answer])


def has_plane(data: Dataset) -> bool:
    """Whether the data are a few classes on a plane."""
    return data.n_features == 2 and 2 <= data.n_classes <= MAX_REGIONS


def has_table(data: Dataset) -> bool:
    """Whether mistakes can be told apart, and no plane of two classes says more."""
    n = data.n_classes
    return 2 <= n <= MAX_CONFUSED and not (data.n_features == 2 and n == 2)


def has_answers(data: Dataset) -> bool:
    """Whether there is anything of the two to draw."""
    return has_plane(data) or has_table(data)


def boundary_of(network: Network, data: Dataset) -> Boundary | None:
    """Ask a network about the whole plane, if there is one."""
    if not has_plane(data):
        return None
    edges = np.linspace(-REACH, REACH, CELLS + 1)
    centers = (edges[:-1] + edges[1:]) / 2
    x, y = (axis.ravel() for axis in np.meshgrid(centers, centers))
    logits = network.outputs(np.column_stack([x, y]))
    chances = np.exp(logits - logits.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    return Boundary(x, y, chances.argmax(1), chances.max(1))


def confusion_of(network: Network, data: Dataset) -> Confusion | None:
    """Count a network's answers, if they can be told apart."""
    if not has_table(data):
        return None
    n = data.n_classes
    answers = network.outputs(data.x_val).argmax(1)
    counts = np.zeros((n, n), dtype=np.int64)
    np.add.at(counts, (data.y_val, answers), 1)
    return Confusion(counts)
