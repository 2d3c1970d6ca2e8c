from types import ModuleType

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel

from app.labs import gaussian_process as lab

X = np.array([-3.5, -2.0, -2.0, -1.2])
Y = np.array([1.0, -0.5, -0.4, 0.3])
AT = np.linspace(-4, -1, 13)


def test_the_process_is_that_of_scikit_learn_also_where_a_point_comes_twice() -> None:
    mean, std = lab.posterior(X, Y, AT, length=0.6, noise=0.1)
    kernel = ConstantKernel(lab.SIGNAL**2) * RBF(0.6)
    oracle = GaussianProcessRegressor(kernel, alpha=0.01, optimizer=None).fit(X[:, None], Y)
    expected = oracle.predict(AT[:, None], return_std=True)
    np.testing.assert_allclose(mean, expected[0], atol=1e-10)
    np.testing.assert_allclose(std, expected[1], atol=1e-10)


def test_process_and_improvement_agree_with_the_course_reference(
    bayesian_optimization: ModuleType,
) -> None:
    mean, std = lab.posterior(X, Y, AT, length=0.4, noise=0.05)
    expected = bayesian_optimization.gp_posterior(
        X[:, None], Y, AT[:, None], 0.4, lab.SIGNAL**2, 0.05**2
    )
    np.testing.assert_allclose(mean, expected[0], atol=1e-12)
    np.testing.assert_allclose(std, expected[1], atol=1e-10)
    np.testing.assert_allclose(
        lab.expected_improvement(mean, std, -0.5, 0.1),
        bayesian_optimization.expected_improvement(mean, std, -0.5, 0.1),
        atol=1e-12,
    )


def test_improvement_is_a_known_value_and_the_plain_gain_without_doubt() -> None:
    found = lab.expected_improvement(np.array([0.3, 0.0, 0.3]), np.array([0.5, 0.0, 0.0]), 0.1, 0.0)
    np.testing.assert_allclose(found, [0.115219, 0.1, 0.0], atol=1e-6)


def test_every_rate_was_trained_and_neither_end_is_the_best() -> None:
    losses = lab.losses()
    assert losses.shape == (len(lab.labels()),) == (31,)
    assert np.isfinite(losses).all()
    assert 5 < int(losses.argmin()) < 25


def test_improvement_vanishes_at_the_trials_and_peaks_at_the_next() -> None:
    found = lab.believe(lab.START, 0.5, 0.02, 0.0)
    at_trials = found.improvement[[0, 60, 120]]
    assert at_trials.max() < 0.1 * found.improvement.max()
    assert found.following not in lab.START
    assert found.following is not None
    beside = np.abs(found.x - np.log10(float(found.following))).argmin()
    assert found.improvement[beside] > 0.9 * found.improvement.max()


def test_going_on_finds_the_best_rate_in_a_few_trials_and_never_repeats_one() -> None:
    tried = list(lab.START)
    for _ in range(6):
        tried = lab.go_on(tried, 0.5, 0.02, 0.0)
    assert len(set(tried)) == len(tried) == 9
    assert lab.labels()[int(lab.losses().argmin())] in tried
    assert lab.go_on([], 0.5, 0.02, 0.0) == list(lab.START)


def test_a_rate_is_added_once_and_only_if_it_is_on_offer() -> None:
    assert lab.add(lab.START, "1.0e-02") == [*lab.START, "1.0e-02"]
    assert lab.add(lab.START, lab.START[1]) == list(lab.START)
    assert lab.add(lab.START, "1.7") == list(lab.START)


def test_when_every_rate_was_trained_there_is_no_next() -> None:
    every = lab.labels()
    assert lab.believe(every, 0.5, 0.1, 0.0).following is None
    assert lab.go_on(every, 0.5, 0.1, 0.0) == list(every)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((), 0.5, 0.1, 0.0), "`tried`"),
        ((("7e-9",), 0.5, 0.1, 0.0), "'7e-9'"),
        ((lab.START, 0.0, 0.1, 0.0), "got length=0.0"),
        ((lab.START, 0.5, 0.0, 0.0), "got noise=0.0"),
        ((lab.START, 0.5, 0.1, -1.0), "got xi=-1.0"),
    ],
)
def test_bad_arguments_are_named(
    arguments: tuple[tuple[str, ...], float, float, float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        lab.believe(*arguments)
