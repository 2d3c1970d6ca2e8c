from types import ModuleType

import numpy as np
import pytest

from app.labs.coverage import SHOWN, coverage


def test_fifty_nine_trials_not_twenty_for_a_sure_hit_of_the_best_five_percent() -> None:
    found = coverage(0.05, 0.95, seed=0)
    assert found.needed == 59
    assert found.chance[59 - 1] >= 0.95 > found.chance[58 - 1]
    assert found.chance[20 - 1] == pytest.approx(0.6415, abs=1e-4)


def test_the_trials_needed_agree_with_the_course_reference(random_search: ModuleType) -> None:
    for q in (0.01, 0.05, 0.1, 0.3, 0.5):
        for p in (0.5, 0.75, 0.9, 0.95, 0.99):
            assert coverage(q, p, seed=0).needed == random_search.trials_needed(q, p), (q, p)


def test_the_simulation_follows_the_formula() -> None:
    found = coverage(0.05, 0.95, seed=0)
    formula = found.chance[np.array(SHOWN) - 1]
    # 400 simulations: a standard error of at most 2.5 points.
    assert np.abs(found.simulated - formula).max() < 0.1


@pytest.mark.parametrize(("q", "p"), [(0, 0.9), (1, 0.9), (0.1, 0), (0.1, 1)])
def test_shares_outside_zero_to_one_are_refused(q: float, p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        coverage(q, p, seed=0)
