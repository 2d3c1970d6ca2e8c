"""A trained network as plain arrays, so that anyone can ask it about new points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.config import Activation


@dataclass(frozen=True, eq=False)
class Network:
    """A perceptron: products and sums, an activation after each layer but the last.

    Attributes:
        activation: After each hidden layer.
        weights: From the first layer to the last, shape (n_out, n_in) each, as in
            `torch.nn.Linear`.
        biases: Shape (n_out,) each.
    """

    activation: Activation
    weights: tuple[NDArray[np.floating], ...]
    biases: tuple[NDArray[np.floating], ...]

    def outputs(self, x: NDArray[np.floating]) -> NDArray[np.floating]:
        """What the network answers, without dropout.

        Args:
            x: Inputs standardized like the data set's, shape (n, n_features).

        Returns:
            Logits, or predictions in units of the target's standard deviation, shape
            (n, n_outputs).

        Raises:
            ValueError: If `x` has another shape.
        """
        n_features = self.weights[0].shape[1]
        if x.ndim != 2 or x.shape[1] != n_features:
            raise ValueError(f"`x` must have shape (n, {n_features}), but got {x.shape}.")
        *hidden, last = zip(self.weights, self.biases, strict=True)
        for weight, bias in hidden:
            x = _activate(self.activation, x @ weight.T + bias)
        return np.asarray(x @ last[0].T + last[1])


def _activate(name: Activation, x: NDArray[np.floating]) -> NDArray[np.floating]:
    if name == "relu":
        return np.asarray(np.maximum(x, 0))
    if name == "tanh":
        return np.asarray(np.tanh(x))
    from scipy.special import ndtr

    return np.asarray(x * ndtr(x))
