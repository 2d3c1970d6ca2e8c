"""What a grid costs: combinations, trainings and time, as settings are added."""

from __future__ import annotations

from dataclasses import dataclass

MAX_SETTINGS = 8
LIMIT = 100  # combinations up to which a grid is a good plan


@dataclass(frozen=True)
class Cost:
    """The cost of grids with equally many values for each setting.

    Attributes:
        choices: Values for each setting.
        settings: Number of settings that is looked at.
        folds: Trainings a combination.
        minutes: Duration of a training.
        combinations: Combinations with 1 .. `MAX_SETTINGS` settings.
    """

    choices: int
    settings: int
    folds: int
    minutes: int
    combinations: tuple[int, ...]

    @property
    def size(self) -> int:
        """Combinations with the number of settings that is looked at."""
        return self.combinations[self.settings - 1]

    @property
    def hours(self) -> float:
        """Duration of all its trainings, one after the other."""
        return self.size * self.folds * self.minutes / 60

    @property
    def affordable(self) -> int:
        """The most settings that stay within `LIMIT` combinations; 0 if none does."""
        return sum(size <= LIMIT for size in self.combinations)


def cost(choices: int, settings: int, folds: int, minutes: int) -> Cost:
    """Count combinations and time.

    Raises:
        ValueError: If a number is below 1, or there are more than `MAX_SETTINGS` settings.
    """
    named = {"choices": choices, "settings": settings, "folds": folds, "minutes": minutes}
    for name, value in named.items():
        if value < 1:
            raise ValueError(f"`{name}` must be at least 1, but got {name}={value}.")
    if settings > MAX_SETTINGS:
        raise ValueError(f"`settings` must be at most {MAX_SETTINGS}, but got settings={settings}.")
    sizes = tuple(choices**d for d in range(1, MAX_SETTINGS + 1))
    return Cost(choices, settings, folds, minutes, sizes)
