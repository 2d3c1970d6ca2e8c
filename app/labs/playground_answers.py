"""What a trained network answers: everywhere on a plane, and to the validation part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset
    from engine.network import Network

REACH = 3.0  # standard deviations: the plane is drawn from -REACH to REACH
CELLS = 48  # a side
MAX_EXAMPLES = 300  # that are drawn: a browser has to, many times a second
MAX_REGIONS = 6
MAX_CONFUSED = 20


@dataclass(frozen=True, eq=False)
class Boundary:
    """What a network answers on the plane.

    Attributes:
        answer: The likeliest class at each cell's center, row by row from the lowest second input
            up, shape (CELLS, CELLS).
        chance: Its probability by softmax, shape (CELLS, CELLS).
        examples: What it answers to the `examples` of the data.
        sure: With which probability.
    """

    answer: NDArray[np.int64]
    chance: NDArray[np.float64]
    examples: NDArray[np.int64]
    sure: NDArray[np.float64]


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


class Answers:
    """All that is drawn of a network's answers, asked when somebody looks.

    A training that goes on has hundreds of networks a second; few of them are looked at.

    Args:
        network: The network as it is now.
        data: What it is trained on.
    """

    def __init__(self, network: Network, data: Dataset) -> None:
        """Ask nothing yet."""
        self._network: Network | None = network
        self._data = data

    @cached_property
    def boundary(self) -> Boundary | None:
        """What it answers where, if the data are a few classes on a plane."""
        return None if self._network is None else boundary_of(self._network, self._data)

    @cached_property
    def confusion(self) -> Confusion | None:
        """What it answers to the validation part, if that can be counted."""
        return None if self._network is None else confusion_of(self._network, self._data)

    def settle(self) -> Answers:
        """Ask now and let the network go: a run may be kept long, and a network is large."""
        _ = self.boundary, self.confusion
        self._network = None
        return self


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


def examples(data: Dataset) -> tuple[NDArray[np.floating], NDArray[np.integer], int]:
    """The examples that are drawn, of both parts in proportion.

    Returns:
        Inputs of shape (n, n_features), classes of shape (n,), and how many of them are training
        examples; these come first.
    """
    n_train, n_val = len(data.x_train), len(data.x_val)
    share = min(1.0, MAX_EXAMPLES / (n_train + n_val))
    first, last = int(n_train * share), int(n_val * share)  # rows are shuffled
    x = np.concatenate([data.x_train[:first], data.x_val[:last]])
    return x, np.concatenate([data.y_train[:first], data.y_val[:last]]), first


def boundary_of(network: Network, data: Dataset) -> Boundary | None:
    """Ask a network about the whole plane, if there is one."""
    if not has_plane(data):
        return None
    edges = np.linspace(-REACH, REACH, CELLS + 1)
    centers = (edges[:-1] + edges[1:]) / 2
    x, y = (axis.ravel() for axis in np.meshgrid(centers, centers))
    plane = np.column_stack([x, y]).astype(data.x_train.dtype)
    logits = network.outputs(np.concatenate([plane, examples(data)[0]]))
    chances = np.exp(logits - logits.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    answer, chance = chances.argmax(1), chances.max(1)
    sides = (CELLS, CELLS)
    n = CELLS**2
    return Boundary(answer[:n].reshape(sides), chance[:n].reshape(sides), answer[n:], chance[n:])


def confusion_of(network: Network, data: Dataset) -> Confusion | None:
    """Count a network's answers, if they can be told apart."""
    if not has_table(data):
        return None
    n = data.n_classes
    answers = network.outputs(data.x_val).argmax(1)
    counts = np.zeros((n, n), dtype=np.int64)
    np.add.at(counts, (data.y_val, answers), 1)
    return Confusion(counts)
