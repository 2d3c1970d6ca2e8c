"""The learning-rate finder's bench: network, optimizer and batches of one range test."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from grader.labs.digits import Batches, Bench
from grader.labs.digits_file import read_digits

if TYPE_CHECKING:
    import torch

_WIDTH = 64


def bench(optimizer: str, batch_size: int, n_batches: int, seed: int) -> Bench:
    """Build a 64-64-10 network for the digits, and batches drawn with replacement.

    One seed gives the same weights and batches in any process, so that two range tests on them
    can be held against each other.

    Args:
        optimizer: Name in `torch.optim`, "SGD" (no momentum) or "Adam".
        batch_size: Examples a batch, at least 1.
        n_batches: Number of batches, at least 1.
        seed: Decides the initial weights and the batches; the global state stays put.
    """
    import torch

    model, batches = parts(batch_size, n_batches, seed)
    return Bench(
        model,
        getattr(torch.optim, optimizer)(model.parameters(), lr=1e-3),
        torch.nn.functional.cross_entropy,
        batches,
    )


def parts(batch_size: int, n_batches: int, seed: int) -> tuple[torch.nn.Module, Batches]:
    """The network and the batches of `bench`, for who updates the weights without an optimizer."""
    import torch

    x, y = _digits()
    generator = torch.Generator().manual_seed(seed)
    model = torch.nn.Sequential(
        _layer(x.shape[1], _WIDTH, generator), torch.nn.ReLU(), _layer(_WIDTH, 10, generator)
    )
    rows = torch.cat(
        [torch.randint(len(x), (batch_size,), generator=generator) for _ in range(n_batches)]
    )
    return model, Batches(x[rows], y[rows], batch_size)


def _layer(n_in: int, n_out: int, generator: torch.Generator) -> torch.nn.Linear:
    """A layer with He-normal weights and zero biases."""
    import torch

    with torch.random.fork_rng(devices=[]):  # it draws weights of its own from the global state
        layer = torch.nn.Linear(n_in, n_out)
    with torch.no_grad():
        weight = torch.randn(n_in, n_out, generator=generator) * (2 / n_in) ** 0.5
        layer.weight.copy_(weight.T)
        layer.bias.zero_()
    return layer


@lru_cache(maxsize=1)
def _digits() -> tuple[torch.Tensor, torch.Tensor]:
    """The digits: standardized inputs (1797, 64) and classes (1797,)."""
    import torch

    images, classes = read_digits()
    scale = images.std(axis=0)
    standardized = (images - images.mean(axis=0)) / (scale + (scale == 0))
    return torch.tensor(standardized, dtype=torch.float32), torch.tensor(classes)
