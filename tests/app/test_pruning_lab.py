from types import ModuleType

import numpy as np
import pytest

from app.labs import own_bayesian, pruning
from app.labs.pruning import Rule
from app.own_call import argument
from app.showcases.model import WrongShapeError

FINISHED = np.array([[0.9, 0.5], [0.8, 0.6], [0.7, 0.7]])


def test_the_best_value_so_far_is_compared_with_the_median_at_that_epoch() -> None:
    rule = Rule(n_startup=3)
    # The medians are 0.8 and 0.6.
    assert pruning.prunes(FINISHED, np.array([0.81]), rule)
    assert not pruning.prunes(FINISHED, np.array([0.8]), rule)
    assert pruning.prunes(FINISHED, np.array([0.8, 0.61]), rule)
    assert not pruning.prunes(FINISHED, np.array([0.55, 0.9]), rule)


def test_start_up_warm_up_and_interval_hold_the_rule_back() -> None:
    bad = np.ones(8)
    finished = np.tile(np.linspace(0.5, 0.1, 8), (3, 1))
    assert not pruning.prunes(finished, bad[:1], Rule(n_startup=4))
    due = [e for e in range(8) if pruning.prunes(finished, bad[: e + 1], Rule(3, 3, 2))]
    assert due == [3, 5, 7]


@pytest.mark.parametrize("rule", [Rule(), Rule(1, 0, 1), Rule(5, 3, 2), Rule(8, 8, 4)])
def test_the_course_reference_decides_as_the_lab_does(
    rule: Rule, bayesian_optimization: ModuleType
) -> None:
    calls = own_bayesian.pruning_calls(3, rule)
    answers = tuple(
        bayesian_optimization.should_prune(*(argument(None, arg) for arg in call.args))
        for call in calls
    )
    found = pruning.prune(3, rule)
    ours = [
        None if done else int(end) for done, end in zip(found.complete, found.lasts, strict=True)
    ]
    assert list(own_bayesian.read_decisions(3, rule)(answers)) == ours
    assert any(end is not None for end in ours)


def test_epochs_saved_and_good_trials_killed_add_up() -> None:
    found = pruning.prune(2, Rule(1, 0, 1))
    assert found.errors.shape == (pruning.N_TRIALS, 20)
    assert found.epochs == sum(last + 1 for last in found.lasts)
    assert found.saved == pytest.approx(1 - found.epochs / 800)
    assert found.good.sum() == pruning.N_GOOD
    assert found.errors[found.good, -1].max() <= found.errors[~found.good, -1].min()
    np.testing.assert_array_equal(found.killed, found.good & ~found.complete)


def test_haste_kills_good_trials_and_waiting_spares_them() -> None:
    hasty, patient = pruning.prune(2, Rule(1, 0, 1)), pruning.prune(2, Rule(5, 8, 1))
    assert hasty.killed.sum() >= 3
    assert hasty.best > hasty.errors[:, -1].min()
    assert patient.killed.sum() == 0
    assert hasty.saved > patient.saved > 0.2


def test_the_same_seed_draws_the_same_trials() -> None:
    first = pruning.curves(4)
    pruning.curves.cache_clear()
    np.testing.assert_array_equal(first, pruning.curves(4))
    assert not np.array_equal(first, pruning.curves(5))


def test_answers_that_are_no_decisions_are_told() -> None:
    n_calls = len(own_bayesian.pruning_calls(0, Rule()))
    with pytest.raises(WrongShapeError, match="True or False"):
        own_bayesian.read_decisions(0, Rule())(("yes",) * n_calls)


@pytest.mark.parametrize(("name", "value"), [("n_startup", 0), ("n_warmup", -1), ("interval", 0)])
def test_a_rule_without_sense_is_refused(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"got {name}={value}"):
        Rule(**{name: value})
