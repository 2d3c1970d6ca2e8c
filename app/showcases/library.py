"""Finds a task's showcase and the reference's recorded values for it."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from app.showcases.model import Points, Showcase

RECORDED = Path(__file__).resolve().parent / "recorded"


@lru_cache(maxsize=32)
def of_module(module: str) -> tuple[Showcase, ...]:
    """The showcases of a topic's module, e.g. "ex02_manual_tuning"; none if it has no file here."""
    name = f"app.showcases.{module}"
    if find_spec(name) is None:
        return ()
    found: tuple[Showcase, ...] = import_module(name).SHOWCASES
    return found


def find(module: str, task: str) -> Showcase | None:
    """The showcase of a task, or None."""
    return next((item for item in of_module(module) if item.task == task), None)


@lru_cache(maxsize=32)
def reference(module: str) -> dict[str, Points]:
    """The reference's recorded points by task; see `app.record`."""
    path = RECORDED / f"{module}.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))
    return {task: (item["x"], item["y"]) for task, item in recorded.items()}
