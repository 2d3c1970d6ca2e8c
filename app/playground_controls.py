"""The playground's controls: a data set, every hyperparameter, and how many seeds.

Each control's key is the field's name, so that an address reads like a configuration.
"""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from app import controls, playground_upload
from app.labs import playground as lab
from app.labs.playground import Setup, Source
from app.labs.playground_device import Device, has_gpu
from app.labs.playground_presets import START
from app.labs.playground_sweep import shown
from engine import Dataset, TrainConfig
from engine.config import Activation, Init, Optimizer, Schedule

OWN = "your own table"
_RATES = [f"{digit}e{power}" for power in range(-5, 1) for digit in (1, 2, 5)] + ["1e1"]
_DECAYS = ["0", *_RATES[:16]]
_BATCHES = [str(2**i) for i in range(10)]
_WIDTHS = ["1", "2", "3", "4", "6", "8", "12", "16", "24", "32", "48", "64", "96"]
_WIDTHS += ["128", "256", "512"]
_EPOCHS = ["1", "2", "5", "10", "20", "30", "40", "60", "80", "100", "150", "200", "300"]
_EPOCHS += ["500", "1000"]
_EXTRAS = "playground-extras"
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
    with st.expander("Seeds and device" if has_gpu() else "Seeds", key="seeds-group"):
        first = controls.number(
            "First seed", 0, 20, 0, key="seed", help="Decides start, batches and dropout masks."
        )
        n_seeds = controls.number(
            "Seeds in a row", 1, lab.MAX_SEEDS, 1, key="n_seeds", help="Drawn as a band."
        )
        asked = _device() if has_gpu() else st.query_params.get("device", "cpu")
    device = asked if has_gpu() else "cpu"
    if asked != device and has_gpu() is False:
        st.warning("There is no GPU here that torch sees, so this trains on the CPU.")
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
    return Setup(source, config, n_seeds, device), data


def values(setup: Setup) -> dict[str, object]:
    """What each control's widget holds at a setup; an uploaded table stays where it is."""
    config, source = setup.config, setup.source
    data: dict[str, object] = {
        "data": source.name,
        "n": str(source.n or 600),
        "noise": "usual" if source.noise is None else shown(source.noise),
    }
    return ({} if source.table else data) | {
        "depth": config.depth,
        "width": str(config.width),
        "activation": config.activation,
        "init": config.init,
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
    """A number as `_RATES` and `_DECAYS` write it, or any other in few characters."""
    return next((label for label in ("0", *_RATES) if float(label) == value), f"{value:g}")


def _scale(label: str, options: list[str], default: str, *, key: str, help: str = "") -> str:
    """A slider over listed numbers, and over those that a search or an address brought along."""
    extras: set[str] = st.session_state.setdefault(_EXTRAS, {}).setdefault(key, set())
    asked = st.session_state.get(key, st.query_params.get(key))
    if isinstance(asked, str) and asked not in options and _fits(asked, options):
        # Kept from then on: a slider whose options change forgets its value.
        extras.add(asked)
    both = sorted([*options, *extras], key=float)
    return controls.scale(label, both, default, key=key, help=help)


def _fits(text: str, options: list[str]) -> bool:
    """Whether a text is a number among the options', written as this page would write it."""
    try:
        number = float(text)
    except ValueError:
        return False
    if not float(options[0]) <= number <= float(options[-1]):
        return False
    is_whole = all(option.isdecimal() for option in options)
    return text == (str(int(number)) if is_whole else _label(number))


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
        "width": int(_scale("Units a layer", _WIDTHS, str(config.width), key="width")),
        "activation": controls.choice("Activation", get_args(Activation), key="activation"),
        "init": controls.pick(
            "Initialization",
            get_args(Init),
            config.init,
            key="init",
            help="How the first weights are drawn; default is PyTorch's own.",
        ),
    }


def _device() -> Device:
    return controls.choice(
        "Device",
        get_args(Device),
        key="device",
        help="Networks this small are quick on a CPU; a GPU pays for a large search.",
    )


def _training() -> dict[str, Any]:
    config = START.config
    optimizer: Optimizer = controls.pick(
        "Optimizer", get_args(Optimizer), config.optimizer, key="optimizer"
    )
    rate = _scale("Learning rate", _RATES, _label(config.lr), key="lr")
    return {
        "optimizer": optimizer,
        "lr": float(rate),
        "batch_size": int(_scale("Batch size", _BATCHES, str(config.batch_size), key="batch_size")),
        "epochs": int(_scale("Epochs", _EPOCHS, str(config.epochs), key="epochs")),
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
    decay = _scale(
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
