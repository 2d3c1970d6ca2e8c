"""The labs on the number of folds and on the luck of the best."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import PredefinedSplit, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from app.labs import fold_count
from app.labs.fold_count import COUNTS
from app.labs.luck import TRIALS, luck


def test_the_estimates_are_scikit_learns_on_the_same_rows_and_folds() -> None:
    found = fold_count.estimate(60, seed=5, n_draws=2)
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(5).permutation(len(x))
    rows, rest = order[:60], order[60:]
    model = KNeighborsClassifier(1, algorithm="brute")
    for j, k in enumerate(COUNTS):
        # 60 is a multiple of each k, so that the mean over folds is the mean over rows.
        folds = PredefinedSplit(np.arange(60) % k)
        expected = cross_val_score(model, x[rows], y[rows], cv=folds).mean()
        assert found.estimates[0, j] == pytest.approx(expected, abs=0.02)  # equal distances
    truth = model.fit(x[rows], y[rows]).score(x[rest], y[rest])
    assert found.truth[0] == pytest.approx(truth, abs=0.005)


def test_few_folds_are_pessimistic_and_many_come_close() -> None:
    found = fold_count.estimate(120, seed=0)
    gaps = found.means - found.truth.mean()
    assert (np.diff(gaps) > 0).all()
    assert gaps[0] < -0.03
    assert abs(gaps[-1]) < 0.01


@pytest.mark.parametrize(("n", "n_draws", "words"), [(19, 5, "got n=19"), (60, 1, "n_draws=1")])
def test_counts_out_of_bounds_are_refused(n: int, n_draws: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fold_count.estimate(n, 0, n_draws)


def test_the_expected_best_is_that_of_a_simulation() -> None:
    found = luck(337, 0.95)
    rng = np.random.default_rng(0)
    for trials in (1, 10, 100):
        best = rng.binomial(337, 0.95, (5000, trials)).max(axis=1) / 337
        error = best.std(ddof=1) / np.sqrt(len(best))
        expected = found.best[TRIALS.index(trials)]
        assert expected == pytest.approx(best.mean(), abs=4 * error)
    assert found.gain(1) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("n_val", "truth"), [(0, 0.9), (10, 0.0), (10, 1.0)])
def test_sizes_and_accuracies_out_of_bounds_are_refused(n_val: int, truth: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        luck(n_val, truth)
