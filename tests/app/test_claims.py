"""The course's claims about search methods, beside numbers worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from app.labs import claims, race
from app.labs.contestants import METHODS, Method
from app.labs.race import Lane
from app.labs.track import track

COST = np.array([1.0, 2.0, 3.0, 4.0])


def lane(method: Method, *test: float) -> Lane:
    """Three runs that all have the same test accuracies."""
    values = np.array([test] * 3)
    return Lane(method, COST, values, values, np.ones(3))


LANES: dict[Method, Lane] = {
    "manual": lane("manual", 0.2, 0.3, 0.4, 0.5),
    "grid": lane("grid", 0.2, 0.3, 0.4, 0.804),
    "random": lane("random", 0.2, 0.3, 0.8, 0.8),
    "TPE": lane("TPE", 0.2, 0.3, 0.4, 0.9),
    "halving": lane("halving", 0.2, 0.8, 0.7, 0.9),
}


def test_each_claim_is_measured_against_random_search() -> None:
    found = {claim.method: claim for claim in claims.check(LANES, track("digits"), 4)}
    assert found["manual"].measured == "50.0%, 30.0 points below random"
    assert found["manual"].holds == "yes"  # six settings are too many for it
    assert found["grid"].measured == "80.4%, 0.4 points above random"
    assert found["grid"].holds == "too close"
    assert found["TPE"].measured == "90.0%; at random's 80.0% after 4.0 trainings, random after 3.0"
    assert found["TPE"].holds == "no"
    assert found["halving"].holds == "yes"  # there after 2 trainings
    assert found["random"].says.endswith("4 trials hit the best 5% with chance 19%.")


def test_a_method_that_never_gets_there_is_told_so() -> None:
    slow = LANES | {"TPE": lane("TPE", 0.2, 0.2, 0.2, 0.3)}
    found = next(c for c in claims.check(slow, track("digits"), 4) if c.method == "TPE")
    assert found.measured == "30.0%; never gets to random's 80.0%"
    assert found.holds == "no"


@pytest.mark.parametrize(("share", "holds"), [(1.0, "yes"), (0.5, "yes"), (0.4, "no")])
def test_random_search_should_return_one_of_the_best_as_often_as_it_hits_one(
    share: float, holds: str
) -> None:
    # 16 trials hit the best 5% with chance 1 - 0.95^16 = 56%, give or take 2 * 8% in 40 runs.
    on = track("digits")
    good, bad = on.test.max(axis=1), on.test.min(axis=1)
    ends = [good[i % 3] if i < share * 40 else bad[i % 3] for i in range(40)]
    test = np.repeat(np.array(ends)[:, None], 4, axis=1)
    random = dataclasses.replace(LANES["random"], test=test, validation=test, best=np.ones(40))
    found = next(
        c for c in claims.check(LANES | {"random": random}, on, 16) if c.method == "random"
    )
    assert f"{share:.0%} of the runs return one" in found.measured
    assert found.holds == holds


def test_a_guess_is_compared_by_the_median_of_the_test() -> None:
    assert claims.verdict_on("random", LANES) == (
        "You said random. It ends in place 4 of 5, 10.0 points below TPE and halving with 90.0%."
    )
    assert claims.verdict_on("TPE", LANES) == (
        "You said TPE, and it ends highest, level with halving: 90.0% on the test."
    )


def test_the_sentences_on_when_the_table_is_wrong_hold() -> None:
    """What the page says of the recorded tracks in words."""

    def ends(name: str, budget: int) -> dict[Method, float]:
        return {m: claims.median(race.lane(name, m, budget, 20)) for m in METHODS}  # type: ignore[arg-type]

    for budget in race.BUDGETS:
        digits = ends("digits", budget)
        assert max(digits.values()) - digits["random"] < 0.005
    for budget in (4, 8):
        spirals = ends("spirals", budget)
        assert spirals["grid"] > spirals["random"] + claims.EVEN
