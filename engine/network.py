"""One multilayer perceptron whose every random number comes from its own generators."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

    from engine.config import TrainConfig

MOMENTUM = 0.9


class Network:
    """A perceptron of `config.depth` hidden layers, its optimizer and its random streams.

    Initial weights, batch order and dropout masks have a stream each, spawned from `config.seed`:
    networks of different shape and one seed see the same batches. The streams live on the CPU, so
    a GPU trains the same network on the same batches. Torch's global generator is not touched.

    Args:
        config: What to build.
        n_features: Number of inputs.
        n_classes: Number of outputs.
        dtype: Precision of the weights.
        device: Where the weights live.
    """

    def __init__(
        self,
        config: TrainConfig,
        n_features: int,
        n_classes: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        """Draw the initial weights."""
        import torch
        from torch.nn import functional

        init, self._order, self._masks = _streams(config.seed)
        sizes = [n_features, *[config.width] * config.depth, n_classes]
        self._layers = torch.nn.ModuleList(
            _linear(n_in, n_out, dtype, device, init) for n_in, n_out in pairwise(sizes)
        )
        self._activate = {
            "relu": torch.relu,
            "tanh": torch.tanh,
            "gelu": functional.gelu,
        }[config.activation]
        self._dropout = config.dropout
        self._optimizer = _optimizer(config, list(self._layers.parameters()))

    def batch_order(self, n: int) -> torch.Tensor:
        """The next epoch's order of n training examples, int64 on the CPU, shape (n,)."""
        import torch

        return torch.randperm(n, generator=self._order)

    def step(self, x: torch.Tensor, y: torch.Tensor, lr: float) -> torch.Tensor:
        """Take one optimizer step.

        Args:
            x: Inputs of the batch, shape (n, n_features).
            y: Classes of the batch, shape (n,).
            lr: Learning rate of this step.

        Returns:
            The batch's mean cross-entropy before the step, a detached scalar.
        """
        from torch.nn import functional

        for group in self._optimizer.param_groups:
            group["lr"] = lr
        loss = functional.cross_entropy(self._logits(x, training=True), y)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return loss.detach()

    def evaluate(self, x: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
        """Mean cross-entropy and accuracy without dropout, over all of x and y."""
        import torch
        from torch.nn import functional

        with torch.no_grad():
            logits = self._logits(x, training=False)
            loss = functional.cross_entropy(logits, y)
            correct = int((logits.argmax(dim=1) == y).sum())
        return float(loss), correct / len(y)

    def _logits(self, x: torch.Tensor, *, training: bool) -> torch.Tensor:
        import torch

        *hidden, last = self._layers
        for layer in hidden:
            x = self._activate(layer(x))
            if training and self._dropout > 0:
                # nn.Dropout draws from the global generator, hence the mask by hand.
                draws = torch.rand(x.shape, generator=self._masks, dtype=torch.float32)
                x = x * (draws >= self._dropout).to(x.device) / (1 - self._dropout)
        logits: torch.Tensor = last(x)
        return logits


def _streams(seed: int) -> tuple[torch.Generator, torch.Generator, torch.Generator]:
    import torch

    words = (
        int(child.generate_state(1, np.uint64)[0])
        for child in np.random.SeedSequence(seed).spawn(3)
    )
    init, order, masks = (torch.Generator().manual_seed(word) for word in words)
    return init, order, masks


def _linear(
    n_in: int, n_out: int, dtype: torch.dtype, device: torch.device, init: torch.Generator
) -> torch.nn.Linear:
    import torch

    # On "meta" nothing is drawn: nn.Linear's own initialization would move the global generator.
    layer = torch.nn.Linear(n_in, n_out, device="meta", dtype=dtype).to_empty(device=device)
    # nn.Linear's default distribution, drawn in float32 so that both precisions start alike.
    bound = n_in**-0.5
    with torch.no_grad():
        for parameter in (layer.weight, layer.bias):
            parameter.copy_(torch.empty(parameter.shape).uniform_(-bound, bound, generator=init))
    return layer


def _optimizer(config: TrainConfig, parameters: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
    from torch import optim

    lr, weight_decay = config.lr, config.weight_decay
    if config.optimizer == "adam":
        return optim.Adam(parameters, lr=lr, weight_decay=weight_decay)
    if config.optimizer == "adamw":
        return optim.AdamW(parameters, lr=lr, weight_decay=weight_decay)
    return optim.SGD(
        parameters,
        lr=lr,
        momentum=0.0 if config.optimizer == "sgd" else MOMENTUM,
        nesterov=config.optimizer == "nesterov",
        weight_decay=weight_decay,
    )
