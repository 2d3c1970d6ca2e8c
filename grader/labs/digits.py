"""A real training bench: a small network, its optimizer and batches of the digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_WIDTH = 64


class Batches:
    """Batches of one pass, which can be iterated again and again.

    A class of its own, and no list: a list would leave the process as arrays.
    """

    def __init__(self, x: torch.Tensor, y: torch.Tensor, size: int) -> None:
        """Cut inputs (n, 64) and classes (n,) into batches; the last one may be short."""
        self._pairs = [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Start a pass."""
        return iter(self._pairs)

    def __len__(self) -> int:
        """Return the number of batches in a pass."""
        return len(self._pairs)


@dataclass(frozen=True)
class Bench:
    """What a training function takes.

    Attributes:
        model: A 64-64-10 network.
        optimizer: Plain SGD on its weights.
        loss_fn: Cross-entropy of logits and classes.
        batches: Pairs of standardized inputs (batch, 64) and classes (batch,).
    """

    model: torch.nn.Module
    optimizer: torch.optim.Optimizer
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    batches: Batches


def bench(batch_size: int, seed: int) -> Bench:
    """Build a bench; one seed gives the same weights and batches again.

    Args:
        batch_size: Examples a batch, at least 1.
        seed: Decides the initial weights and the order of examples; the global state stays put.
    """
    import torch
    from sklearn.datasets import load_digits

    images, classes = load_digits(return_X_y=True)
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(images), generator=generator)
    scale = images.std(axis=0)
    standardized = (images - images.mean(axis=0)) / (scale + (scale == 0))
    x = torch.tensor(standardized, dtype=torch.float32)[order]
    y = torch.tensor(classes, dtype=torch.int64)[order]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = torch.nn.Sequential(
            torch.nn.Linear(64, _WIDTH), torch.nn.ReLU(), torch.nn.Linear(_WIDTH, 10)
        )
    return Bench(
        model,
        torch.optim.SGD(model.parameters(), lr=0.1),
        torch.nn.functional.cross_entropy,
        Batches(x, y, batch_size),
    )
