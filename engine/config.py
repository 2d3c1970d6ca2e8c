"""What one training run is told beforehand: its hyperparameters, checked once and frozen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal, get_args

Activation = Literal["relu", "tanh", "gelu"]
Init = Literal["default", "xavier", "he", "normal", "zeros"]
Optimizer = Literal["sgd", "momentum", "nesterov", "adam", "adamw"]
Schedule = Literal["constant", "step", "cosine", "one-cycle"]

MAX_DEPTH = 4
MAX_WIDTH = 512
MAX_EPOCHS = 1000
MAX_SEED = 2**63 - 1


def _integer(name: str, value: object, low: int, high: int | None = None) -> int:
    # bool is an Integral in Python, yet `epochs=True` is a slip, never a wish.
    number = None if isinstance(value, bool) or not isinstance(value, Integral) else int(value)
    if number is None or number < low or (high is not None and number > high):
        bounds = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(
            f"`{name}` must be a whole number, {bounds}, but got {name}={_shown(value)}."
        )
    return number


def _real(name: str, value: object, bounds: str) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ValueError(f"`{name}` must be {bounds}, but got {name}={_shown(value)}.")
    return float(value)


def _choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"`{name}` must be one of {listed}, but got {name}={_shown(value)}.")


def _shown(value: object) -> str:
    # A slider's numpy scalar reads as the number that it is: 0.5, not np.float64(0.5).
    return str(value) if isinstance(value, Real) else repr(value)


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """The hyperparameters of one network's training run.

    The defaults are the course's starting point, cut to 10 epochs so that the sandbox stays
    instant. Numbers from NumPy are accepted and become plain ints and floats.

    Attributes:
        lr: Learning rate, the schedule's peak; greater than 0 and finite.
        batch_size: Examples per step, at least 1; a short last batch is kept, and a batch larger
            than the training part is the whole of it.
        depth: Number of hidden layers, 0 to 4; 0 is softmax regression.
        width: Units in each hidden layer, 1 to 512; unused at depth 0.
        activation: Applied after each hidden layer; "gelu" is the exact one.
        init: Where the weights start; see `engine.batched.streams.initial_layers`.
        dropout: Chance that a hidden unit is silenced in a training step, 0 <= dropout < 1.
        weight_decay: At least 0 and finite, for weights and biases alike. Added to the gradient
            (an L2 penalty, coupled) by every optimizer but "adamw", which shrinks the weights
            directly (decoupled).
        optimizer: "sgd" has no momentum; "momentum" and "nesterov" are SGD with momentum 0.9.
        schedule: How the learning rate moves over the run; see `engine.schedule`.
        warmup: Fraction of all steps over which the learning rate climbs linearly to `lr` before
            the schedule begins, 0 <= warmup < 1; 0 with "one-cycle", which has its own climb.
        epochs: Passes over the training part, 1 to 1000.
        seed: Decides initial weights, batch order and dropout masks; 0 to 2**63 - 1.

    Raises:
        ValueError: If a value is outside its bounds; the message names the field, the bounds and
            what came.
    """

    lr: float = 1e-3
    batch_size: int = 32
    depth: int = 2
    width: int = 128
    activation: Activation = "relu"
    init: Init = "default"
    dropout: float = 0.0
    weight_decay: float = 0.0
    optimizer: Optimizer = "adam"
    schedule: Schedule = "constant"
    warmup: float = 0.0
    epochs: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field and turn NumPy numbers into plain ones."""
        integers = {
            "batch_size": _integer("batch_size", self.batch_size, 1),
            "depth": _integer("depth", self.depth, 0, MAX_DEPTH),
            "width": _integer("width", self.width, 1, MAX_WIDTH),
            "epochs": _integer("epochs", self.epochs, 1, MAX_EPOCHS),
            "seed": _integer("seed", self.seed, 0, MAX_SEED),
        }
        reals = {name: _real(name, getattr(self, name), bounds) for name, bounds in _BOUNDS.items()}
        within = {
            "lr": 0 < reals["lr"] < math.inf,
            "dropout": 0 <= reals["dropout"] < 1,
            "weight_decay": 0 <= reals["weight_decay"] < math.inf,
            "warmup": 0 <= reals["warmup"] < 1,
        }
        for name, is_within in within.items():
            if not is_within:
                raise ValueError(
                    f"`{name}` must be {_BOUNDS[name]}, but got {name}={reals[name]:g}."
                )
        _choice("activation", self.activation, get_args(Activation))
        _choice("init", self.init, get_args(Init))
        _choice("optimizer", self.optimizer, get_args(Optimizer))
        _choice("schedule", self.schedule, get_args(Schedule))
        if self.schedule == "one-cycle" and reals["warmup"] > 0:
            raise ValueError(
                "`warmup` must be 0 with schedule='one-cycle', which has its own climb, "
                f"but got warmup={reals['warmup']:g}."
            )
        for name, value in (integers | reals).items():
            object.__setattr__(self, name, value)


_BOUNDS = {
    "lr": "greater than 0 and finite",
    "dropout": "at least 0 and less than 1",
    "weight_decay": "at least 0 and finite",
    "warmup": "at least 0 and less than 1",
}
