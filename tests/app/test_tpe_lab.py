import math

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

from app.labs import gaussian_process, tpe

LOW, HIGH = -4.0, -1.0
AT = np.linspace(LOW, HIGH, 41)


def points(n: int) -> np.ndarray:
    return np.random.default_rng(n).uniform(LOW, HIGH, n)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 9, 25, 26, 60, 130])
def test_densities_are_those_of_optuna_also_where_old_trials_fade(n: int) -> None:
    settings = _ParzenEstimatorParameters(
        prior_weight=1.0,
        consider_magic_clip=True,
        consider_endpoints=False,
        weights=default_weights,
        multivariate=False,
    )
    space = {"x": FloatDistribution(LOW, HIGH)}
    oracle = _ParzenEstimator({"x": points(n)}, space, settings)
    expected = np.exp(oracle.log_pdf({"x": AT}))
    np.testing.assert_allclose(tpe.parzen(points(n), AT, LOW, HIGH), expected, rtol=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_optuna_itself_asks_for_the_rate_at_the_peak_of_the_ratio(seed: int) -> None:
    """With so many candidates that chance decides next to nothing, by Optuna's public face only."""
    found = tpe.search(10, 5, 0.1, seed)
    sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=10, n_ei_candidates=20_000)
    space = {"x": FloatDistribution(LOW, HIGH)}
    study = optuna.create_study(sampler=sampler)
    for x, loss in zip(found.tried, found.losses, strict=True):
        study.add_trial(
            optuna.create_trial(params={"x": float(x)}, distributions=space, value=float(loss))
        )
    asked = study.ask(space).params["x"]
    peak = found.ratio.max()
    assert np.interp(asked, found.x, found.ratio) > 0.999 * peak


def test_a_density_adds_up_to_one() -> None:
    fine = np.linspace(LOW, HIGH, 30_001)
    area = np.trapezoid(tpe.parzen(points(7), fine, LOW, HIGH), fine)
    assert area == pytest.approx(1.0, abs=1e-6)


def test_one_point_gives_a_kernel_and_the_prior_by_hand() -> None:
    # The gaps of -2 to the bounds are 2 and 1, so its width is 2; the prior's is 3, around -2.5.
    def cut_off(x: float, center: float, width: float) -> float:
        normal = [math.erf((end - center) / width / math.sqrt(2)) / 2 for end in (LOW, HIGH)]
        z = (x - center) / width
        return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / width / (normal[1] - normal[0])

    (found,) = tpe.parzen(np.array([-2.0]), np.array([-3.0]), LOW, HIGH)
    assert found == pytest.approx((cut_off(-3.0, -2.0, 2.0) + cut_off(-3.0, -2.5, 3.0)) / 2)


def test_the_good_share_is_rounded_up_and_of_equals_the_first_counts() -> None:
    losses = np.array([0.5, 0.1, 0.3, 0.3, 0.9])
    assert tpe.split(losses, 0.2).tolist() == [False, True, False, False, False]
    assert tpe.split(losses, 0.21).tolist() == [False, True, True, False, False]
    assert tpe.split(losses, 0.1).sum() == 1


def test_the_search_trains_where_the_ratio_is_highest_and_nothing_twice() -> None:
    before, after = tpe.search(10, 6, 0.25, 0), tpe.search(10, 7, 0.25, 0)
    assert after.tried[-1] == before.x[before.following]
    np.testing.assert_array_equal(after.tried[:-1], before.tried)
    untried = ~np.isin(before.x, before.tried)
    assert before.ratio[before.following] == before.ratio[untried].max()
    longest = tpe.search(tpe.MOST_RANDOM, tpe.MOST_CHOSEN, 0.5, 3)
    assert len(set(longest.tried)) == tpe.MOST_RANDOM + tpe.MOST_CHOSEN


def test_rates_shared_with_the_process_have_the_same_losses() -> None:
    np.testing.assert_array_equal(tpe.losses()[::4], gaussian_process.losses())


def test_few_good_trials_look_around_and_many_dig_in() -> None:
    """What the lab says to look for, over all draws on offer and in the two presets."""
    wide, narrow = (
        np.median([tpe.search(10, 10, gamma, seed).spread for seed in range(21)])
        for gamma in (0.1, 0.5)
    )
    assert wide > 3 * narrow
    tenth, half = (tpe.search(10, 10, gamma, 0) for gamma in (0.1, 0.5))
    assert tenth.losses.min() < half.losses.min()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, 0, 0.1, 0), "got n_random=1"),
        ((10, 31, 0.1, 0), "got n_chosen=31"),
        ((10, 0, 0.0, 0), "got gamma=0.0"),
        ((10, 0, 1.0, 0), "got gamma=1.0"),
    ],
)
def test_bad_arguments_are_named(arguments: tuple[int, int, float, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        tpe.search(*arguments)
