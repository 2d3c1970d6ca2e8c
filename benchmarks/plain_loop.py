"""The loop that a course notebook would have: one `nn.Module`, one `torch.optim`, batch by batch.

It shares the engine's start, batch order and masks and nothing else, so it serves twice: as the
baseline of the benchmarks and as the oracle of the engine's tests.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn, optim

from engine import Dataset, TrainConfig
from engine.batched import streams
from engine.schedule import learning_rates


class Perceptron(nn.Module):
    """A perceptron in the engine's initial state; its masks are handed to it."""

    def __init__(self, config: TrainConfig, data: Dataset) -> None:
        """Build the layers in the data's precision."""
        super().__init__()
        sizes = [data.n_features, *[config.width] * config.depth, data.n_outputs]
        layers = [nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes)]
        self.hidden, self.last = nn.ModuleList(layers[:-1]), layers[-1]
        self.activation = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}[config.activation]()
        self.dropout = config.dropout
        drawn = streams.initial_layers(config, data.n_features, data.n_outputs)
        with torch.no_grad():
            for layer, (weight, bias) in zip(layers, drawn, strict=True):
                layer.weight.copy_(torch.from_numpy(weight))
                layer.bias.copy_(torch.from_numpy(bias))
        self.to(torch.from_numpy(np.empty(0, data.x_train.dtype)).dtype)

    def forward(self, x: torch.Tensor, keys: torch.Tensor | None = None) -> torch.Tensor:
        """Outputs, shape (n, n_outputs); with dropout if there are keys, one a hidden layer."""
        for i, layer in enumerate(self.hidden):
            x = self.activation(layer(x))
            if keys is not None and self.dropout > 0:
                counters = streams.counters(len(x), x.shape[1], x.device)
                rate = torch.full((1, 1, 1), self.dropout, device=x.device, dtype=torch.float64)
                kept = streams.keep(keys[i].view(1, 1, 1), streams.thresholds(rate), counters)
                x = x * kept[0] / (1 - self.dropout)
        outputs: torch.Tensor = self.last(x)
        return outputs


def plain_loop(
    config: TrainConfig, data: Dataset, *, evaluate_train: bool = True, device: str = "cpu"
) -> NDArray[np.float64]:
    """Train one network the plain way.

    Args:
        config: Its hyperparameters.
        data: What to train and measure on, in the precision to train in.
        evaluate_train: Whether to measure on the training part as well; NaN if not.
        device: As torch takes it.

    Returns:
        Training loss and score, validation loss and score after each epoch, shape (4, epochs).
    """
    x, y, x_val, y_val = (
        torch.tensor(part, device=device)
        for part in (data.x_train, data.y_train, data.x_val, data.y_val)
    )
    if data.task == "regression":
        y, y_val = y[:, None], y_val[:, None]
    loss_fn = nn.MSELoss() if data.task == "regression" else nn.CrossEntropyLoss()
    model = Perceptron(config, data).to(device)
    optimizer = _optimizer(config, model)
    n_steps = -(-len(x) // config.batch_size)
    rates = iter(learning_rates(config, n_steps))
    rows = []
    for epoch in range(1, config.epochs + 1):
        order = torch.from_numpy(streams.batch_order(config.seed, epoch, len(x))).to(device)
        keys = streams.mask_keys(config.seed, epoch, n_steps, config.depth)
        for batch, step_keys in zip(
            torch.split(order, config.batch_size), torch.from_numpy(keys).to(device), strict=True
        ):
            optimizer.param_groups[0]["lr"] = float(next(rates))
            optimizer.zero_grad()
            loss_fn(model(x[batch], step_keys), y[batch]).backward()
            optimizer.step()
        train = _measured(model, loss_fn, x, y) if evaluate_train else (np.nan, np.nan)
        rows.append([*train, *_measured(model, loss_fn, x_val, y_val)])
    return np.array(rows).T


def _measured(
    model: nn.Module,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> tuple[float, float]:
    with torch.no_grad():
        outputs = model(x)
        loss = loss_fn(outputs, y).item()
        if y.dtype == torch.int64:
            return loss, (outputs.argmax(1) == y).double().mean().item()
        return loss, 1 - loss / y.var(correction=0).item()


def _optimizer(config: TrainConfig, model: nn.Module) -> optim.Optimizer:
    lr, decay = config.lr, config.weight_decay
    if config.optimizer == "adam":
        return optim.Adam(model.parameters(), lr=lr, weight_decay=decay)
    if config.optimizer == "adamw":
        return optim.AdamW(model.parameters(), lr=lr, weight_decay=decay)
    momentum = 0.0 if config.optimizer == "sgd" else 0.9
    nesterov = config.optimizer == "nesterov"
    return optim.SGD(
        model.parameters(), lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=decay
    )
