"""Every random number of training, from the member's seed and the epoch alone.

Initial weights, batch order and dropout masks have a stream each, so networks of different shape
and one seed see the same batches. Nothing is carried from epoch to epoch, so training can go on in
another process; nothing depends on the device, so a GPU trains the same networks on the same
batches. No global generator is touched.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from engine.config import Init, TrainConfig

_INIT, _ORDER, _MASKS = range(3)

# Rows of a mask are counted in this stride, whatever the padded width.
_ROW_STRIDE = 512


def initial_layers(
    config: TrainConfig, n_features: int, n_outputs: int
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Weights and biases before training, in float32, so that both precisions start alike.

    `config.init` says how they are drawn: "default" as `torch.nn.Linear` does, uniform within
    1/sqrt(n_in) on both sides of 0, biases too. With the others biases are 0, and weights are
    "xavier", uniform within sqrt(6 / (n_in + n_out)); "he", normal with standard deviation
    sqrt(2 / n_in); "normal", the same with 1; "zeros", all 0.

    Returns:
        From the first layer to the last: weight of shape (n_out, n_in), bias of shape (n_out,).

    Source:
        "xavier": Glorot and Bengio, AISTATS 2010. "he": He et al., arXiv 1502.01852.
    """
    rng = _generator(config.seed, _INIT)
    sizes = [n_features, *[config.width] * config.depth, n_outputs]
    layers = []
    for n_in, n_out in pairwise(sizes):
        weight, bias = _drawn(config.init, rng, n_in, n_out)
        layers.append((weight.astype(np.float32), bias.astype(np.float32)))
    return layers


def _drawn(
    init: Init, rng: np.random.Generator, n_in: int, n_out: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    size = n_out, n_in
    match init:
        case "default":
            bound = n_in**-0.5
            return rng.uniform(-bound, bound, size), rng.uniform(-bound, bound, n_out)
        case "xavier":
            bound = (6 / (n_in + n_out)) ** 0.5
            weight = rng.uniform(-bound, bound, size)
        case "he":
            weight = rng.normal(0.0, (2 / n_in) ** 0.5, size)
        case "normal":
            weight = rng.normal(0.0, 1.0, size)
        case "zeros":
            weight = np.zeros(size)
    return weight, np.zeros(n_out)


def batch_order(seed: int, epoch: int, n_train: int) -> NDArray[np.int64]:
    """Order of the training examples in an epoch counted from 1, shape (n_train,)."""
    return _generator(seed, _ORDER, epoch).permutation(n_train)


def mask_keys(seed: int, epoch: int, n_steps: int, depth: int) -> NDArray[np.int32]:
    """One key a step and hidden layer, from which `keep` makes a mask; shape (n_steps, depth)."""
    low, high = -(2**31), 2**31
    rng = _generator(seed, _MASKS, epoch)
    return rng.integers(low, high, size=(n_steps, depth), dtype=np.int32)


def counters(rows: int, width: int, device: torch.device) -> torch.Tensor:
    """A number for each unit of a mask, int32, shape (1, rows, width); the same in any size."""
    import torch

    row = torch.arange(rows, dtype=torch.int32, device=device).view(1, -1, 1)
    unit = torch.arange(width, dtype=torch.int32, device=device)
    # Spread by an odd constant first, so that neighbors do not differ in their low bits alone.
    return (row * _ROW_STRIDE + unit).mul_(-1640531527)


def thresholds(dropout: torch.Tensor) -> torch.Tensor:
    """Where a chance in [0, 1) lies among the int32 numbers, in the chance's shape."""
    import torch

    lowest, highest = -(2.0**31), 2.0**31 - 1
    return torch.round(dropout.double() * 2.0**32 + lowest).clamp_(max=highest).to(torch.int32)


def keep(keys: torch.Tensor, thresholds: torch.Tensor, counters: torch.Tensor) -> torch.Tensor:
    """Which hidden units stay in one training step: a hash of key and counter, cut at the rate.

    A hash is the same on every device, costs no state, and serves all members in one pass, where
    generators would have to be asked one by one.

    Args:
        keys: One `mask_keys` entry a member, int32, shape (n_members, 1, 1).
        thresholds: Of the members' dropout rates, int32, shape (n_members, 1, 1).
        counters: Of the layer, int32, shape (1, rows, width).

    Returns:
        True where a unit stays, bool, shape (n_members, rows, width).

    Source:
        The mixing is Christopher Wellons's "lowbias32", a 32-bit integer hash found by search.
    """
    bits = counters + keys
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B - 2**32)):
        bits.bitwise_xor_(_logical_shift(bits, shift)).mul_(factor)
    bits.bitwise_xor_(_logical_shift(bits, 16))
    return bits >= thresholds


def _logical_shift(bits: torch.Tensor, by: int) -> torch.Tensor:
    # int32 shifts keep the sign; the mask takes its copies out again.
    return (bits >> by).bitwise_and_((1 << (32 - by)) - 1)


def _generator(seed: int, *stream: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=stream))
