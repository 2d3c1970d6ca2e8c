"""Runs that were pinned, and what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from app.labs import playground as lab
from app.labs.playground import Run, Setup, Source, check_length
from app.labs.playground_presets import START
from app.labs.playground_sweep import TITLES, score_name, shown

if TYPE_CHECKING:
    from app.jobs import Report

LETTERS = "ABCDEF"


def free_letter(taken: Sequence[str]) -> str | None:
    """The first letter that is not taken, or None."""
    return next((letter for letter in LETTERS if letter not in taken), None)


def compared(runs: Mapping[str, Run]) -> list[dict[str, str]]:
    """A row a run: its name, the settings in which the runs differ, and how it did.

    Args:
        runs: At least one, by name.
    """
    settings = {name: _settings(run) for name, run in runs.items()}
    first, *others = settings.values()
    differing = [key for key in first if any(other[key] != first[key] for other in others)]
    return [
        {"run": name, "validation": _score(run), "training": _training(run)}
        | {key: settings[name][key] for key in differing}
        for name, run in runs.items()
    ]


def _settings(run: Run) -> dict[str, str]:
    source = run.setup.source
    data = {
        "data": source.name.replace("_", " "),
        "examples": str(len(run.data.x_train)),
        "noise": "usual" if source.noise is None else shown(source.noise),
        "target": source.target,
        "taken as": source.task,
    }
    config: dict[str, Any] = asdict(run.setup.config)
    named = {TITLES[key]: shown(value) for key, value in config.items()}
    return {**data, **named, "seeds": str(run.setup.n_seeds), "device": run.setup.device}


def _score(run: Run) -> str:
    return f"{run.score:.1%}" if score_name(run.data) == "accuracy" else f"R² {run.score:.3f}"


def _training(run: Run) -> str:
    if run.diverged:
        return "diverged" if run.setup.n_seeds == 1 else f"{run.diverged} diverged"
    score = float(run.curves[1, :, -1].mean())
    return f"{score:.1%}" if score_name(run.data) == "accuracy" else f"R² {score:.3f}"


def in_address(pins: Mapping[str, Setup]) -> list[str]:
    """Pins as an address holds them: the letter, the data set, and what differs from the start.

    Runs on a table of the visitor's own are left out: no address restores the table.
    """
    return [f"{k}:{_told(setup)}" for k, setup in pins.items() if not setup.source.table]


def from_address(texts: Sequence[str]) -> dict[str, Setup]:
    """The pins that an address holds, without those that it does not spell right."""
    found = {}
    for text in texts:
        letter, _, told = text.partition(":")
        try:
            setup = _read(told)
        except (ValueError, KeyError, TypeError):
            continue
        if letter in tuple(LETTERS):
            found[letter] = setup
    return dict(sorted(found.items()))


def run_all(setups: Mapping[str, Setup], report: Report[dict[str, Run]]) -> dict[str, Run]:
    """Train pinned setups one after the other, as far as they are not known.

    Raises:
        ValueError: If they would take too long together.
    """
    seconds = [lab.seconds(s.config, lab.load(s.source)) * s.n_seeds for s in setups.values()]
    check_length(sum(seconds), lab.MAX_SECONDS)
    runs: dict[str, Run] = {}
    for letter, setup in setups.items():
        runs[letter] = lab.run(setup, lab.load(setup.source), lambda _: report(dict(runs)))
    return runs


def _told(setup: Setup) -> str:
    source = setup.source
    parts: dict[str, object] = {"data": source.name}
    parts |= {k: v for k, v in (("n", source.n), ("noise", source.noise)) if v is not None}
    config, start = asdict(setup.config), asdict(START.config)
    parts |= {field: value for field, value in config.items() if value != start[field]}
    if setup.n_seeds != 1:
        parts["n_seeds"] = setup.n_seeds
    return ",".join(f"{field}={value}" for field, value in parts.items())


def _read(told: str) -> Setup:
    parts = dict(part.split("=", 1) for part in told.split(","))
    source = Source(
        parts.pop("data"),
        int(parts.pop("n")) if "n" in parts else None,
        float(parts.pop("noise")) if "noise" in parts else None,
    )
    if source.name not in lab.NAMES:
        raise ValueError(f"There is no data set {source.name!r}.")
    lab.load(source)  # refuses an `n` or `noise` that does not fit
    n_seeds = int(parts.pop("n_seeds", "1"))
    if not 1 <= n_seeds <= lab.MAX_SEEDS:
        raise ValueError(f"`n_seeds` must be 1 to {lab.MAX_SEEDS}, but got n_seeds={n_seeds}.")
    kinds = {field: type(value) for field, value in asdict(START.config).items()}
    changed: dict[str, Any] = {field: kinds[field](text) for field, text in parts.items()}
    return Setup(source, replace(START.config, **changed), n_seeds)
