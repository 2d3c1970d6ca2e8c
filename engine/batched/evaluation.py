"""Measure the members of a pass on a whole part of their data, without dropout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.batched.layers import Layer
from engine.batched.losses import measure
from engine.batched.parts import Part, PartName
from engine.batched.perceptrons import Forward

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from engine.batched.shape import Shape
    from engine.data import Dataset

# Examples at a time in the hidden layers: enough to be efficient, few enough to stay in the cache.
_ROWS = 256


class Evaluation:
    """Losses and scores of all members on the training or the validation part.

    Args:
        shape: What the members have in common.
        datasets: One a member; equal ones standing together.
        layers: The members' networks.
    """

    def __init__(self, shape: Shape, datasets: Sequence[Dataset], layers: Sequence[Layer]) -> None:
        """Nothing is copied before it is measured on."""
        self._shape, self._datasets, self._layers = shape, datasets, layers
        self._parts: dict[PartName, Part] = {}
        self._passes: dict[tuple[int, int], Forward] = {}

    def measure(self, name: PartName) -> NDArray[np.float64]:
        """Mean loss and score of every member.

        Args:
            name: The part.

        Returns:
            Row 0 the mean cross-entropy in nats or mean squared error; row 1 the accuracy or the
            coefficient of determination R^2; shape (2, n_members).
        """
        import torch

        if name not in self._parts:
            device = self._layers[-1].weight.device
            self._parts[name] = Part.of(name, self._shape, self._datasets, device)
        part = self._parts[name]
        n = self._shape.n_train if name == "train" else self._shape.n_val
        sums = part.inputs.new_zeros(2, len(self._datasets), dtype=torch.float64)
        for members, first in _runs(part):
            inputs, targets = part.inputs[first : first + n], part.targets[first : first + n]
            outputs = inputs.new_empty(members.stop - members.start, self._shape.n_outputs, n)
            for rows in _blocks(n):
                found = self._forward(members, inputs[rows])
                outputs[..., rows] = found[..., : rows.stop - rows.start]
            sums[:, members] = measure(self._shape.task, outputs, targets)
        losses, scores = sums.cpu().numpy() / n
        if self._shape.task == "regression":
            scores = _r2(losses, self._variances(name))
        return np.stack([losses, scores])

    def _forward(self, members: slice, x: torch.Tensor) -> torch.Tensor:
        # See `Forward` on single rows.
        x = x.expand(2, -1) if len(x) == 1 else x
        key = (members.start, len(x))
        if key not in self._passes:
            layers = [Layer(each.weight[members], each.bias[members]) for each in self._layers]
            self._passes[key] = Forward(self._shape, layers, len(x))
        return self._passes[key](x.expand(members.stop - members.start, -1, -1))

    def _variances(self, name: PartName) -> NDArray[np.float64]:
        targets = [np.asarray(getattr(data, f"y_{name}"), np.float64) for data in self._datasets]
        # The mean of equal numbers may miss them by a rounding, so `var` alone would not be 0.
        return np.array([each.var() if np.ptp(each) > 0 else 0.0 for each in targets])


def _r2(losses: NDArray[np.float64], variances: NDArray[np.float64]) -> NDArray[np.float64]:
    """As scikit-learn has it: where targets do not vary, 1 for no error at all and 0 otherwise."""
    unexplained = np.divide(losses, variances, out=np.sign(losses), where=variances > 0)
    return np.asarray(1 - unexplained, dtype=np.float64)


def _runs(part: Part) -> Iterator[tuple[slice, int]]:
    """The members that share a data set, and where its rows begin."""
    start = 0
    for first, group in groupby(part.first_row.tolist()):
        stop = start + len(list(group))
        yield slice(start, stop), first
        start = stop


def _blocks(n: int) -> Iterator[slice]:
    """Cut n rows into blocks of nearly equal size, so that none is left with a single row."""
    edges = np.linspace(0, n, -(-n // _ROWS) + 1).astype(int).tolist()
    return (slice(start, stop) for start, stop in pairwise(edges))
