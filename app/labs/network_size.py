"""How many numbers a network learns, and how few settings decide about them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

from engine.config import TrainConfig

WIDTHS = (8, 16, 32, 64, 128, 256, 512)
MAX_DEPTH = 4
N_INPUTS, N_OUTPUTS = 64, 10
# The seed is none: a configuration that needs a certain one does not work.
SETTINGS = tuple(field.name for field in fields(TrainConfig) if field.name != "seed")


@dataclass(frozen=True)
class Counts:
    """Parameters of one network.

    Attributes:
        total: All of them.
        trainable: Those in layers that are not frozen.
    """

    total: int
    trainable: int


@dataclass(frozen=True)
class NetworkSize:
    """A network for the digits, and the same one in other widths.

    Attributes:
        width: Units in each hidden layer.
        depth: Number of hidden layers.
        frozen: Frozen layers, counted from the input; at most `depth`.
        counts: Its parameters.
        by_width: Parameters at each of `WIDTHS`.
    """

    width: int
    depth: int
    frozen: int
    counts: Counts
    by_width: tuple[Counts, ...]


def network_size(width: int, depth: int, frozen: int) -> NetworkSize:
    """Count the parameters of a network and of its wider and narrower kin.

    Args:
        width: Units in each hidden layer, at least 1.
        depth: Number of hidden layers, 1 to `MAX_DEPTH`.
        frozen: How many layers are frozen, at least 0; the output layer never is.

    Raises:
        ValueError: If one of them does not fit.
    """
    if width < 1:
        raise ValueError(f"`width` must be at least 1, but got width={width}.")
    if not 1 <= depth <= MAX_DEPTH:
        raise ValueError(f"`depth` must be between 1 and {MAX_DEPTH}, but got depth={depth}.")
    if frozen < 0:
        raise ValueError(f"`frozen` must be at least 0, but got frozen={frozen}.")
    frozen = min(frozen, depth)
    return NetworkSize(
        width,
        depth,
        frozen,
        _count(width, depth, frozen),
        tuple(_count(other, depth, frozen) for other in WIDTHS),
    )


def _count(width: int, depth: int, frozen: int) -> Counts:
    sizes = (N_INPUTS, *(width,) * depth, N_OUTPUTS)
    layers = [(inputs + 1) * outputs for inputs, outputs in pairwise(sizes)]  # 1 for the bias
    return Counts(sum(layers), sum(layers[frozen:]))
