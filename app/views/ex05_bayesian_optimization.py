"""Topic 5's labs: where to train next, by a process and by TPE; whom to stop; what mattered."""

from __future__ import annotations

from collections.abc import Callable

from app import lab_menu
from app.views.bayesian_optimization import brackets, parzen, process, pruning, study


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


LABS: dict[str, Callable[[], None]] = {
    "Gaussian process": process.show,
    "TPE": parzen.show,
    "Pruning": pruning.show,
    "Hyperband": brackets.show,
    "Read a study": study.show,
}
