"""Forward and backward passes of many perceptrons at once, written out by hand.

A step of small networks costs as much in calling operations as in arithmetic, so every view and
buffer is made once, before the first step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.batched import streams
from engine.batched.layers import Layer

if TYPE_CHECKING:
    import torch

    from engine.batched.shape import Shape


class Forward:
    """The outputs of all members for a fixed number of rows, without dropout.

    Args:
        shape: Of the members.
        layers: Their networks, as `FlatLayers` lays them out.
        rows: Examples a network, at least 2: torch takes a product with a single row by another
            route, which would round differently alone and in company.
    """

    def __init__(self, shape: Shape, layers: Sequence[Layer], rows: int) -> None:
        """Allocate the buffers."""
        like = layers[-1].weight
        self._activation = shape.activation
        self._hidden, self._last = layers[:-1], layers[-1]
        self._size = (len(like), rows, shape.width)
        self.active = [like.new_empty(self._size) for _ in self._hidden]
        self._last_inputs = [active.transpose(1, 2) for active in self.active[-1:]]
        self._outputs = like.new_empty(len(like), shape.n_outputs, rows)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The members' outputs.

        Args:
            x: Inputs, shape (n_members, rows, n_inputs).

        Returns:
            Logits or predictions, shape (n_members, n_outputs, rows), overwritten by the next call.
        """
        import torch

        last_input = self._last_inputs[0] if self._hidden else x.transpose(1, 2)
        for layer, active in zip(self._hidden, self.active, strict=True):
            torch.baddbmm(layer.bias, x, layer.weight, out=active)
            _activate(self._activation, active, active)
            x = active
        return torch.baddbmm(self._last.bias, self._last.weight, last_input, out=self._outputs)


class Passes:
    """A forward and a backward pass for a fixed number of rows.

    Args:
        shape: Of the members.
        layers: Their networks.
        gradients: Where the derivatives by weights and biases are written.
        rows: Examples a network, at least 2; see `Forward`.
        shared: Whether all networks see the same examples; they are then there once.

    Attributes:
        x: Inputs of both passes, to be filled in, shape (n_members, rows, n_inputs).
        slope: Derivative of the loss by the outputs, to be filled in between the passes, shape
            (n_members, n_outputs, rows).
    """

    def __init__(
        self,
        shape: Shape,
        layers: Sequence[Layer],
        gradients: Sequence[Layer],
        rows: int,
        *,
        shared: bool,
    ) -> None:
        """Allocate the buffers."""
        like, n, depth = layers[-1].weight, len(layers[-1].weight), shape.depth

        def hidden(count: int) -> list[torch.Tensor]:
            return [like.new_empty(n, rows, shape.width) for _ in range(count)]

        self._activation = shape.activation
        self._layers, self._gradients = layers, gradients
        self._active = hidden(depth)
        # The exact GELU's slope needs its input; the others' can be told from the output.
        self._before = hidden(depth) if shape.activation == "gelu" else self._active
        self._scales = hidden(depth) if shape.dropout else []
        self._dropped = hidden(depth) if shape.dropout else self._active
        self._counters = streams.counters(rows, shape.width, like.device)
        # Going down, a layer's slope is read while that of the one below is written.
        spare = hidden(min(2, depth))
        self._slopes = [spare[i % 2] for i in range(depth)]
        self._outputs = like.new_empty(n, shape.n_outputs, rows)
        own = like.new_empty(1 if shared else n, rows, shape.n_inputs)
        self._flat_x = own.view(-1, shape.n_inputs)
        self.x = own.expand(n, -1, -1)
        self.slope = like.new_empty(n, shape.n_outputs, rows)
        self._inputs = [self.x, *self._dropped]
        self._inputs_turned = [each.transpose(1, 2) for each in self._inputs]
        self._weights_turned = [layer.weight.transpose(1, 2) for layer in layers]
        self._slope_turned = self.slope.transpose(1, 2)

    def choose(self, inputs: torch.Tensor, rows: torch.Tensor) -> None:
        """Fill `x` with rows of the inputs, by index.

        Args:
            inputs: Shape (n_examples, n_inputs).
            rows: int64, shape (n_members * rows,), or (rows,) if they are shared.
        """
        import torch

        torch.index_select(inputs, 0, rows, out=self._flat_x)

    def draw_masks(self, keys: torch.Tensor, thresholds: torch.Tensor, scale: torch.Tensor) -> None:
        """Decide which hidden units the next passes silence.

        Args:
            keys: int32, shape (depth, n_members, 1, 1).
            thresholds: int32, shape (n_members, 1, 1).
            scale: What a unit that stays is multiplied by, 1 / (1 - rate), shape (n_members, 1, 1).
        """
        import torch

        for layer_keys, out in zip(keys, self._scales, strict=True):
            torch.mul(streams.keep(layer_keys, thresholds, self._counters), scale, out=out)

    def forward(self) -> torch.Tensor:
        """The members' outputs for `x`, shape (n_members, n_outputs, rows)."""
        import torch

        *hidden, last = self._layers
        for i, layer in enumerate(hidden):
            torch.baddbmm(layer.bias, self._inputs[i], layer.weight, out=self._before[i])
            _activate(self._activation, self._before[i], self._active[i])
            if self._scales:
                torch.mul(self._active[i], self._scales[i], out=self._dropped[i])
        return torch.baddbmm(last.bias, last.weight, self._inputs_turned[-1], out=self._outputs)

    def backward(self) -> None:
        """The gradients of all weights, from `x`, `slope` and the last forward pass."""
        import torch

        last = self._gradients[-1]
        torch.bmm(self.slope, self._inputs[-1], out=last.weight)
        torch.sum(self.slope, 2, keepdim=True, out=last.bias)
        for i in reversed(range(len(self._slopes))):
            slope, gradient = self._slopes[i], self._gradients[i]
            if i == len(self._slopes) - 1:
                torch.bmm(self._slope_turned, self._layers[-1].weight, out=slope)
            else:
                torch.bmm(self._slopes[i + 1], self._weights_turned[i + 1], out=slope)
            if self._scales:
                slope.mul_(self._scales[i])
            _through_activation(self._activation, slope, self._before[i])
            torch.bmm(self._inputs_turned[i], slope, out=gradient.weight)
            torch.sum(slope, 1, keepdim=True, out=gradient.bias)


def _activate(name: str, before: torch.Tensor, out: torch.Tensor) -> None:
    import torch

    if name == "relu":
        before.relu_()
    elif name == "tanh":
        torch.tanh(before, out=out)
    else:
        torch.ops.aten.gelu.out(before, out=out)


def _through_activation(name: str, slope: torch.Tensor, kept: torch.Tensor) -> None:
    import torch

    aten = torch.ops.aten
    if name == "relu":
        aten.threshold_backward.grad_input(slope, kept, 0, grad_input=slope)
    elif name == "tanh":
        aten.tanh_backward.grad_input(slope, kept, grad_input=slope)
    else:
        aten.gelu_backward.grad_input(slope, kept, grad_input=slope)
