"""Runs that were pinned, and what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.labs.playground_sweep import TITLES, score_name, shown

if TYPE_CHECKING:
    from app.labs.playground import Run

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
