import math
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from app.labs import sampling
from app.labs.sampling import Sample

LOW, HIGH = 1e-5, 1e-1


def test_log_uniform_draws_pass_a_kolmogorov_smirnov_test_on_the_log() -> None:
    values = np.log(sampling.draw("log-uniform", LOW, HIGH, 5000, seed=0).values)
    law = stats.uniform(math.log(LOW), math.log(HIGH) - math.log(LOW))
    assert stats.kstest(values, law.cdf).pvalue > 1e-3


def test_log_uniform_equals_the_course_reference(random_search: ModuleType) -> None:
    expected = random_search.sample_loguniform(LOW, HIGH, 100, np.random.default_rng(7))
    np.testing.assert_allclose(sampling.draw("log-uniform", LOW, HIGH, 100, 7).values, expected)


def test_nine_in_ten_uniform_draws_land_in_the_top_decade() -> None:
    assert sampling.draw("uniform", LOW, HIGH, 20_000, 0).top_decade == pytest.approx(0.9, abs=0.01)
    # Four decades, a quarter each.
    log_uniform = sampling.draw("log-uniform", LOW, HIGH, 20_000, 0)
    assert log_uniform.top_decade == pytest.approx(0.25, abs=0.015)


def test_mixed_logarithms_leave_the_bounds_and_right_ones_do_not() -> None:
    found = {sample.scheme: sample.outside for sample in sampling.draw_all(LOW, HIGH, 2000, 0)}
    assert found["log-uniform"] == found["uniform"] == 0
    assert found["exp of log10"] > 0.2
    assert found["10** of ln"] > 0.2


def test_shares_add_up_to_one_wherever_the_draws_are() -> None:
    values = np.array([0.0, -3.0, 1e-30, 1e-3, 2e-3, 1e9])
    shares = Sample("yours", values, LOW, HIGH).shares()
    assert shares.sum() == pytest.approx(1)
    assert shares[0] == pytest.approx(3 / 6)
    assert shares[-1] == pytest.approx(1 / 6)
    # 1e-3 and 2e-3 share the half decade from 1e-3 to 3.16e-3.
    assert shares[(-3 - sampling.FIRST_DECADE) * sampling.BINS_PER_DECADE] == pytest.approx(2 / 6)


@pytest.mark.parametrize(("low", "high", "n"), [(0, 1, 5), (1, 1, 5), (2, 1, 5), (0.1, 1, 0)])
def test_bad_bounds_and_counts_are_refused(low: float, high: float, n: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        sampling.draw("uniform", low, high, n, 0)
