"""What a check says and refuses: the calls that name themselves, and the checks of randomness."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader import fingerprints
from grader.chance import assert_ks, assert_likely, assert_seed_decides
from grader.checks import CheckFailed, assert_close, assert_refused, assert_returns
from grader.subject import LocalSubject
from grader.values import same, show_call

SUBJECT = LocalSubject({}, "ex.py")


def scale(lr: float, old: int, new: int, rule: str = "linear") -> float:
    if rule not in ("linear", "sqrt"):
        raise ValueError("rule")
    return lr * new / old


def test_a_call_is_written_as_a_learner_would() -> None:
    rng, losses = np.random.default_rng(0), [0.5] * 12
    assert show_call(scale, (0.1, 32, np.int64(64)), {"rule": "sqrt"}) == (
        "scale(0.1, 32, 64, rule='sqrt')"
    )
    assert show_call(scale, (rng, scale, lambda x: x, object()), {}) == (
        "scale(rng, scale, …, object)"
    )
    assert show_call(scale, (losses, {"a": [1]}, None), {}) == (
        "scale([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, … 12 in all], {'a': [1]}, None)"
    )


def test_a_wrong_result_is_told_with_its_call() -> None:
    assert_returns(scale, 0.1, 32, 64, expected=0.2)
    with pytest.raises(CheckFailed) as failed:
        assert_returns(scale, 0.1, 32, 64, rule="sqrt", expected=0.1 * math.sqrt(2), why="Why.")
    assert str(failed.value) == (
        "scale(0.1, 32, 64, rule='sqrt')\n  expected  0.141421\n  got       0.2\nWhy."
    )


def test_an_exact_result_has_no_tolerance() -> None:
    assert_returns(scale, 1.0, 1, 1, expected=1 + 1e-9)
    with pytest.raises(CheckFailed):
        assert_returns(scale, 1.0, 1, 1, expected=1 + 1e-9, exact=True)


def test_what_is_not_refused_is_told_with_its_call() -> None:
    assert_refused(scale, 0.1, 32, 64, "cubic")
    with pytest.raises(CheckFailed, match=r"(?s)scale\(0.1, 32, 64\).*a ValueError.*no error"):
        assert_refused(scale, 0.1, 32, 64)
    with pytest.raises(CheckFailed, match=r"(?s)a TypeError.*a ValueError"):
        assert_refused(scale, 0.1, 32, 64, "cubic", error=TypeError)


def test_counts_are_judged_by_the_exact_binomial_test() -> None:
    # Of 20 fair trials, 20 come out with a chance of 2 * 0.5^20 = 1.9e-6, both tails.
    assert_likely(20, 20, 0.5, what="heads", alpha=1.9e-6)
    with pytest.raises(CheckFailed, match=r"(?s)heads.*about 10"):
        assert_likely(20, 20, 0.5, what="heads", alpha=2e-6)


def test_draws_are_judged_by_their_distribution() -> None:
    draws = np.random.default_rng(0).uniform(size=2000)
    uniform: Callable[[Any], Any] = lambda x: np.clip(x, 0, 1)  # noqa: E731
    assert_ks(draws, uniform, what="draws")
    for wrong in (draws**2, [], [math.nan], ["a"]):
        with pytest.raises(CheckFailed):
            assert_ks(wrong, uniform, what="draws")


def own_state(seed: int) -> list[float]:
    return np.random.default_rng(seed).uniform(size=3).tolist()


def global_numpy(seed: int) -> list[float]:
    return np.random.random(3).tolist()


def reseeds(seed: int) -> list[float]:
    np.random.seed(seed)
    return np.random.random(3).tolist()


def global_python(seed: int) -> list[float]:
    return [random.random() + seed]


def same_for_all_seeds(seed: int) -> list[float]:
    return own_state(0)


def test_only_draws_that_follow_from_the_seed_alone_pass() -> None:
    assert_seed_decides(SUBJECT, own_state, seeds=(1, 2), why="")
    for wrong in (global_numpy, reseeds, global_python, same_for_all_seeds):
        with pytest.raises(CheckFailed):
            assert_seed_decides(SUBJECT, wrong, seeds=(1, 2), why="")


def test_a_whole_number_too_large_for_a_float_is_wrong_and_stops_nobody() -> None:
    huge = 10**400
    assert not same(huge, 0.5)
    assert not same(0.5, huge, rtol=1e-9)
    assert same(huge, huge)
    with pytest.raises(CheckFailed):
        assert_close([huge], [1.0], what="f()")
    answer = dict.fromkeys(fingerprints.load("ex02_manual_tuning").reference("smooth"), huge)
    assert fingerprints.load("ex02_manual_tuning").diagnose("smooth", answer) is None
