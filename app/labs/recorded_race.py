"""The race's outcome at one budget: recorded, so that Home shows it without running any search.

`python -m app.labs.recorded_race` writes it anew; it takes seconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.labs.contestants import METHODS, Method
from app.labs.track import NAMES, Name

FILE = Path(__file__).resolve().parent / "recorded_race.json"
BUDGET = 16  # whole trainings
RUNS = 20
_DIGITS = 6  # decimals: what is left of one image of the landscapes is far larger


@dataclass(frozen=True)
class Outcome:
    """How much of the best test accuracy a method misses in the end, as a fraction.

    Attributes:
        track: The track.
        method: The method.
        low: What the luckiest tenth of the runs stays below.
        median: What half of the runs stays below.
        high: What all but the unluckiest tenth stay below.
    """

    track: Name
    method: Method
    low: float
    median: float
    high: float


@lru_cache(maxsize=1)
def recorded() -> tuple[Outcome, ...]:
    """Read the outcomes, track by track, the methods in the race's order."""
    items = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Outcome(**item) for item in items)


def compute() -> tuple[Outcome, ...]:
    """Run the race."""
    from app.labs.race import lane

    found = []
    for name in NAMES:
        for method in METHODS:
            ends = lane(name, method, BUDGET, RUNS).quantiles("regret")[:, -1]
            low, median, high = (round(float(end), _DIGITS) for end in ends)
            found.append(Outcome(name, method, low, median, high))
    return tuple(found)


def sentence(outcomes: Sequence[Outcome]) -> str:
    """What the outcomes teach, in words."""
    medians = [100 * each.median for each in outcomes if each.track == "digits"]
    unlucky = {each.method: 100 * each.high for each in outcomes if each.track == "spirals"}
    return (
        f"With {BUDGET} trainings each, no method gets far ahead on the digits: the median run "
        f"misses {min(medians):.1f} to {max(medians):.1f} points of the best test accuracy. On "
        f"the spirals it is luck that differs: one random search in ten misses more than "
        f"{unlucky['random']:.0f} points, one halving in ten more than {unlucky['halving']:.0f}."
    )


def main() -> None:
    """Record all tracks."""
    lines = ",\n".join(f" {json.dumps(vars(outcome))}" for outcome in compute())
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{FILE.name}: {len(recorded())} outcomes")


if __name__ == "__main__":
    main()
