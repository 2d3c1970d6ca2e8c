"""How many configurations to train at a time when nobody said."""

from __future__ import annotations

FIRST_NETWORKS = 32
"""Networks in the first population: a second's work for a network of the course's size."""

TARGET_SECONDS = 4.0
"""What a population should take: long beside what each costs to begin, short enough that the bar
moves and a killed process loses little."""

# One measurement is trusted only so far: the first of all may include starting processes.
_MOST_CHANGE = 8.0


class Pace:
    """The size of the next population, by how long the last one took.

    Attributes:
        limit: Configurations to train next.
    """

    def __init__(self, population: int | None, n_folds: int) -> None:
        """Begin.

        Args:
            population: Configurations to train at a time, always; None adapts.
            n_folds: Networks that a configuration takes.
        """
        self._fixed = population is not None
        self.limit = max(1, FIRST_NETWORKS // n_folds) if population is None else population

    def took(self, n: int, seconds: float) -> None:
        """Learn that n configurations took so long."""
        if self._fixed:
            return
        change = TARGET_SECONDS / max(seconds, TARGET_SECONDS / _MOST_CHANGE)
        self.limit = max(1, round(n * max(change, 1 / _MOST_CHANGE)))
