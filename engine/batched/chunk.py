"""A handful of members in training, as many as the cache likes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.batched import streams
from engine.batched.layers import FlatLayers
from engine.batched.session import Session
from engine.batched.updates import N_MOMENTS
from engine.network import Network

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from engine.batched.shape import Member, Shape


class Chunk:
    """Members of one shape, and what training has made of them so far.

    Between epochs it can be pickled and trained on elsewhere.

    Args:
        shape: What the members have in common.
        members: Those of one data set standing together.
        device: Where they are trained.

    Attributes:
        epoch: Epochs trained.
    """

    def __init__(self, shape: Shape, members: Sequence[Member], device: torch.device) -> None:
        """Draw the initial weights."""
        self.shape = shape
        self.members = tuple(members)
        self.device = device
        self.epoch = 0
        self._weights = self._new_layers(len(members))
        self._moments = [self._new_layers(len(members)) for _ in range(N_MOMENTS[shape.optimizer])]
        self._session: Session | None = None
        self._draw_weights()

    def __getstate__(self) -> dict[str, object]:
        """All but the buffers that a session can make anew."""
        return self.__dict__ | {"_session": None}

    def train_epoch(self, *, evaluate_train: bool = True) -> NDArray[np.float64]:
        """Train all members for one epoch and measure them.

        Args:
            evaluate_train: Whether to measure on the training part as well.

        Returns:
            Training loss and score (NaN if not measured), validation loss and score; shape
            (4, n_members).
        """
        if self._session is None:
            self._session = Session(self.shape, self.members, self._weights, self._moments)
        self.epoch += 1
        self._session.train(self.epoch)
        return self._session.measure(evaluate_train=evaluate_train)

    def rest(self) -> None:
        """Give back the memory that is used in training only."""
        self._session = None

    def state(self) -> tuple[int, list[NDArray[np.floating]]]:
        """What training changes, to be sent back from another process."""
        return self.epoch, [layers.flat.cpu().numpy() for layers in self._buffers()]

    def restore(self, state: tuple[int, list[NDArray[np.floating]]]) -> None:
        """Take over what another process made of these members."""
        import torch

        self.epoch, buffers = state
        for layers, buffer in zip(self._buffers(), buffers, strict=True):
            layers.flat.copy_(torch.from_numpy(buffer))

    def network(self, position: int) -> Network:
        """A member's network as it is now, without padding."""
        member = self.members[position]
        config, data = member.config, member.data
        sizes = pairwise([data.n_features, *[config.width] * config.depth, data.n_outputs])
        *hidden, last = zip(self._weights.layers, sizes, strict=True)
        pairs = [
            (layer.weight[position, :n_in, :n_out].T, layer.bias[position, 0, :n_out])
            for layer, (n_in, n_out) in hidden
        ]
        layer, (n_in, _) = last
        pairs.append((layer.weight[position, :, :n_in], layer.bias[position, :, 0]))
        # Copied: training goes on in the same buffers.
        arrays = [(w.cpu().numpy().copy(), b.cpu().numpy().copy()) for w, b in pairs]
        weights, biases = zip(*arrays, strict=True)
        return Network(config.activation, weights, biases)

    def take(self, positions: Sequence[int]) -> Chunk:
        """A chunk of some of the members, as far in training as this one."""
        return _gather([(self, list(positions))])

    def join(self, other: Chunk) -> Chunk:
        """A chunk of both ones' members; both must be of one shape and as far in training."""
        return _gather([(each, list(range(len(each.members)))) for each in (self, other)])

    def _buffers(self) -> list[FlatLayers]:
        return [self._weights, *self._moments]

    def _new_layers(self, n_members: int) -> FlatLayers:
        import torch

        return FlatLayers(self.shape, n_members, getattr(torch, self.shape.dtype), self.device)

    def _draw_weights(self) -> None:
        import torch

        for i, member in enumerate(self.members):
            drawn = streams.initial_layers(
                member.config, member.data.n_features, member.data.n_outputs
            )
            for number, (layer, arrays) in enumerate(
                zip(self._weights.layers, drawn, strict=True), start=1
            ):
                weight, bias = map(torch.from_numpy, arrays)
                if number < len(drawn):
                    layer.weight[i, : weight.shape[1], : weight.shape[0]] = weight.T
                    layer.bias[i, 0, : len(bias)] = bias
                else:
                    layer.weight[i, :, : weight.shape[1]] = weight
                    layer.bias[i, :, 0] = bias


def _gather(pieces: Sequence[tuple[Chunk, list[int]]]) -> Chunk:
    import torch

    first, _ = pieces[0]
    gathered = object.__new__(Chunk)
    gathered.__dict__ |= first.__dict__ | {"_session": None}
    gathered.members = tuple(chunk.members[i] for chunk, chosen in pieces for i in chosen)
    n_members = len(gathered.members)
    gathered._weights, *gathered._moments = (
        gathered._new_layers(n_members) for _ in first._buffers()
    )
    for number, layers in enumerate(gathered._buffers()):
        for i, view in enumerate(layers.views):
            parts = [chunk._buffers()[number].views[i][chosen] for chunk, chosen in pieces]
            torch.cat(parts, out=view)
    return gathered
