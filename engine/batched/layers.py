"""The weights of many perceptrons in one buffer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engine.batched.shape import Shape

_CACHE_LINE = 16


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of all members: views into a flat buffer.

    Attributes:
        weight: (n_members, n_in, n_out) for a hidden layer; (n_members, n_outputs, n_in) for the
            last, whose results are kept with the examples innermost: a product with a dimension
            as short as the classes is quicker so, and so is the softmax.
        bias: (n_members, 1, n_out); (n_members, n_outputs, 1) for the last.
    """

    weight: torch.Tensor
    bias: torch.Tensor


class FlatLayers:
    """All layers of all members, so that an update rule is a few long operations.

    Attributes:
        flat: Everything, layer after layer, shape (n,); the gaps between layers stay zero.
        views: Weight and bias of each layer in turn.
        layers: The same, in pairs.
    """

    def __init__(
        self, shape: Shape, n_members: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        """Make a buffer of zeros."""
        import torch

        self._arguments = (shape, n_members, dtype, device)
        sizes = _sizes(shape)
        # Every view begins on a cache line, whatever the number of members.
        lengths = [
            -(-rows * columns * n_members // _CACHE_LINE) * _CACHE_LINE for rows, columns in sizes
        ]
        self.flat = torch.zeros(sum(lengths), dtype=dtype, device=device)
        views = []
        for (rows, columns), part in zip(sizes, torch.split(self.flat, lengths), strict=True):
            used = part[: rows * columns * n_members]
            views.append(used.view(n_members, rows, columns))
        self.views: Sequence[torch.Tensor] = views
        self.layers = [
            Layer(weight, bias) for weight, bias in zip(views[::2], views[1::2], strict=True)
        ]

    def __reduce__(self) -> tuple[object, ...]:
        """Torch would pickle each view as a tensor of its own; here they go on being views."""
        return _rebuilt, (self._arguments, self.flat)

    def fill(self, values: torch.Tensor) -> None:
        """Set everything of a member to its value; values of shape (n_members,)."""
        for view in self.views:
            view.copy_(values.view(-1, 1, 1))


def _rebuilt(
    arguments: tuple[Shape, int, torch.dtype, torch.device], flat: torch.Tensor
) -> FlatLayers:
    layers = FlatLayers(*arguments)
    layers.flat.copy_(flat)
    return layers


def _sizes(shape: Shape) -> list[tuple[int, int]]:
    *hidden, (n_in, n_out) = pairwise(shape.sizes)
    sizes = [size for below, above in hidden for size in ((below, above), (1, above))]
    return [*sizes, (n_out, n_in), (n_out, 1)]
