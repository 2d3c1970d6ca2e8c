"""The playground's controls: a data set, every hyperparameter, and how many seeds.

Each control's key is the field's name, so that an address reads like a configuration.
"""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from app import controls, playground_upload
from app.labs import playground as lab
from app.labs.playground import Setup, Source
from app.labs.playground_presets import START
from app.labs.playground_sweep import shown
from engine import Dataset, TrainConfig
from engine.config import Activation, Optimizer, Schedule

OWN = "your own table"
_RATES = [f"{digit}e{power}" for power in range(-5, 1) for digit in (1, 2, 5)] + ["1e1"]
_DECAYS = ["0", *_RATES[:16]]
_BATCHES = tuple(2**i for i in range(10))
_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512)
_EPOCHS = (1, 2, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000)
_COUNTS = (60, 120, 300, 600, 1200)
_NOISES = ("usual", "0", "0.05", "0.1", "0.2", "0.3", "0.5")


def choose() -> tuple[Setup, Dataset] | None:
    """Draw the controls.

    Returns:
        What to train and on what, or None where a message says what is missing.
    """
    with st.expander("Data", expanded=True):
        found = _data()
    with st.expander("Network", expanded=True):
        network = _network()
    with st.expander("Training", expanded=True):
        training = _training()
    with st.expander("Regularization and schedule"):
        rest = _rest()
    with st.expander("Seeds"):
        first = controls.number(
            "First seed", 0, 20, 0, key="seed", help="Decides start, batches and dropout masks."
        )
        n_seeds = controls.number(
            "Seeds in a row", 1, lab.MAX_SEEDS, 1, key="n_seeds", help="Drawn as a band."
        )
    if found is None:
        return None
    source, data = found
    try:
        config = TrainConfig(**network, **training, **rest, seed=first)
    except ValueError as error:
        st.warning(str(error))
        return None
    if not 1 <= n_seeds <= lab.MAX_SEEDS:
        st.warning(f"Choose 1 to {lab.MAX_SEEDS} seeds in a row, not {n_seeds}.")
        return None
    return Setup(source, config, n_seeds), data


def values(setup: Setup) -> dict[str, object]:
    """What each control's widget holds at a setup of a named data set."""
    config, source = setup.config, setup.source
    return {
        "data": source.name,
        "n": str(source.n or 600),
        "noise": "usual" if source.noise is None else shown(source.noise),
        "depth": config.depth,
        "width": str(config.width),
        "activation": config.activation,
        "optimizer": config.optimizer,
        "lr": _label(config.lr),
        "batch_size": str(config.batch_size),
        "epochs": str(config.epochs),
        "dropout": config.dropout,
        "weight_decay": _label(config.weight_decay),
        "schedule": config.schedule,
        "warmup": config.warmup,
        "seed": config.seed,
        "n_seeds": setup.n_seeds,
    }


def _label(value: float) -> str:
    """A number as `_RATES` and `_DECAYS` write it."""
    return next(label for label in ("0", *_RATES) if float(label) == value)


def _data() -> tuple[Source, Dataset] | None:
    name = controls.pick("Data set", (*lab.NAMES, OWN), START.source.name, key="data")
    if name == OWN:
        return playground_upload.choose()
    n = noise = None
    if name in lab.DRAWN:
        n = controls.step("Examples", _COUNTS, 600, key="n")
        n = None if n == 600 else n
        label = controls.scale("Noise", _NOISES, "usual", key="noise")
        noise = None if label == "usual" else float(label)
    source = Source(name, n, noise)
    try:
        return source, lab.load(source)
    except ValueError as error:
        st.warning(str(error))
        return None


def _network() -> dict[str, Any]:
    config = START.config
    return {
        "depth": controls.number("Hidden layers", 0, 4, config.depth, key="depth"),
        "width": controls.step("Units a layer", _WIDTHS, config.width, key="width"),
        "activation": controls.choice("Activation", get_args(Activation), key="activation"),
    }


def _training() -> dict[str, Any]:
    config = START.config
    optimizer: Optimizer = controls.pick(
        "Optimizer", get_args(Optimizer), config.optimizer, key="optimizer"
    )
    rate = controls.scale("Learning rate", _RATES, _label(config.lr), key="lr")
    return {
        "optimizer": optimizer,
        "lr": float(rate),
        "batch_size": controls.step("Batch size", _BATCHES, config.batch_size, key="batch_size"),
        "epochs": controls.step("Epochs", _EPOCHS, config.epochs, key="epochs"),
    }


def _rest() -> dict[str, Any]:
    dropout = controls.share(
        "Dropout",
        0.0,
        0.9,
        0.0,
        by=0.05,
        key="dropout",
        help="Chance that a hidden unit is silenced in a step; without hidden layers, nothing.",
    )
    decay = controls.scale(
        "Weight decay",
        _DECAYS,
        "0",
        key="weight_decay",
        help="Decoupled with adamw, part of the gradient with all others.",
    )
    schedule: Schedule = controls.pick("Schedule", get_args(Schedule), "constant", key="schedule")
    warmup = controls.share(
        "Warm-up",
        0.0,
        0.5,
        0.0,
        by=0.05,
        key="warmup",
        help="Share of all steps; one-cycle has its own climb and takes none.",
    )
    return {
        "dropout": dropout,
        "weight_decay": float(decay),
        "schedule": schedule,
        "warmup": 0.0 if schedule == "one-cycle" else warmup,
    }
