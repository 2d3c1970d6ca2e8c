"""The course's table of search methods, each claim beside what the race measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.labs.contestants import Method
from app.labs.race import Lane
from app.labs.track import Track

Verdict = Literal["yes", "no", "too close"]
EVEN = 0.005  # accuracy; half a point is what a few images decide
GOOD = 0.05  # the best 5% of configurations, as topic 4 counts them
_SIGMAS = 2  # a share of some runs may miss its expectation by so many standard errors


@dataclass(frozen=True)
class Claim:
    """What the table says of one method, and whether the race agrees.

    Attributes:
        method: The method.
        says: The claim.
        measured: What the race shows, with its number.
        holds: Whether that is what the claim would lead one to expect.
    """

    method: Method
    says: str
    measured: str
    holds: Verdict


def check(lanes: Mapping[Method, Lane], on: Track, budget: int) -> tuple[Claim, ...]:
    """Check every claim at one budget.

    Args:
        lanes: Every method's, at that budget.
        on: The track.
        budget: Whole trainings.
    """
    n_settings, n = len(on.shape), int(np.prod(on.shape))
    return (
        _behind(lanes, "manual", f"For one or two settings; here are {n_settings}."),
        _behind(lanes, "grid", f"For fewer than 100 combinations; here are {n:,}."),
        _hits(lanes["random"], on, budget),
        _sooner(lanes, "TPE", "When each training is expensive: it learns, and needs fewer."),
        _sooner(lanes, "halving", "When a bad start shows: most trainings can be cut short."),
    )


def median(lane: Lane) -> float:
    """Median test accuracy of what the runs of a lane return."""
    return float(np.median(lane.ends))


def verdict_on(guess: Method, lanes: Mapping[Method, Lane]) -> str:
    """Compare a guess of the winner, by median test accuracy, with the race."""
    ends = {method: median(lane) for method, lane in lanes.items()}
    best = max(ends.values())
    winners = [method for method, end in ends.items() if end == best]
    behind = 100 * (best - ends[guess])
    if guess in winners:
        others = [method for method in winners if method != guess]
        level = f", level with {_listed(others)}" if others else ""
        return f"You said {guess}, and it ends highest{level}: {best:.1%} on the test."
    place = 1 + sum(end > ends[guess] for end in ends.values())
    return (
        f"You said {guess}. It ends in place {place} of {len(ends)}, {behind:.1f} points below "
        f"{_listed(winners)} with {best:.1%}."
    )


def _behind(lanes: Mapping[Method, Lane], method: Method, says: str) -> Claim:
    """A method out of its depth should end below random search."""
    gap = median(lanes[method]) - median(lanes["random"])
    points = f"{abs(100 * gap):.1f}"
    where = (
        "level with" if points == "0.0" else f"{points} points {'above' if gap > 0 else 'below'}"
    )
    return Claim(method, says, f"{median(lanes[method]):.1%}, {where} random", _verdict(-gap))


def _hits(lane: Lane, on: Track, budget: int) -> Claim:
    """Random search returns a good configuration as often as it would draw one."""
    expected = 1 - (1 - GOOD) ** budget
    runs = len(lane.ends)
    bars = np.array([np.quantile(tests, 1 - GOOD) for tests in on.test])
    share = float(np.mean([end >= bars[run % len(bars)] for run, end in enumerate(lane.ends)]))
    allowed = _SIGMAS * float(np.sqrt(expected * (1 - expected) / runs))
    return Claim(
        "random",
        f"For several settings: {budget} trials hit the best 5% with chance {expected:.0%}.",
        f"{median(lane):.1%}; {share:.0%} of the runs return one of these",
        "yes" if share >= expected - allowed else "no",
    )


def _sooner(lanes: Mapping[Method, Lane], method: Method, says: str) -> Claim:
    """A method that learns as it goes should need less to get as far as random search."""
    goal = median(lanes["random"])
    own, random = _reaches(lanes[method], goal), _reaches(lanes["random"], goal)
    end = f"{median(lanes[method]):.1%}; "
    assert random is not None  # its own end is on its lane
    if own is None:
        return Claim(method, says, f"{end}never gets to random's {goal:.1%}", "no")
    return Claim(
        method,
        says,
        f"{end}at random's {goal:.1%} after {own:.1f} trainings, random after {random:.1f}",
        "yes" if own < random else "no",
    )


def _listed(words: list[Method]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _reaches(lane: Lane, goal: float) -> float | None:
    """Whole trainings after which the median first reaches a test accuracy."""
    middle = lane.quantiles("test accuracy")[1]
    places = np.flatnonzero(np.nan_to_num(middle, nan=-1.0) >= goal)
    return float(lane.cost[places[0]]) if len(places) else None


def _verdict(lead: float) -> Verdict:
    if abs(lead) <= EVEN:
        return "too close"
    return "yes" if lead > 0 else "no"
