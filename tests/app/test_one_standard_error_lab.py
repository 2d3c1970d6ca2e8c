"""The lab on the one-standard-error rule."""

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.model_selection import KFold, cross_val_score

from app.charts.one_standard_error import one_standard_error
from app.labs import one_standard_error as lab
from app.showcases.model import WrongShapeError


def test_the_scores_are_those_of_scikit_learns_lasso() -> None:
    x, y = load_diabetes(return_X_y=True)
    found = lab.path(442, 5, 3)
    folds = KFold(5, shuffle=True, random_state=3)
    for row in (0, 6, 11, 20):
        model = Lasso(alpha=lab.ALPHAS[row], tol=1e-10, max_iter=100_000)
        np.testing.assert_allclose(
            found.scores[row], cross_val_score(model, x, y, cv=folds), atol=1e-6
        )
        assert found.coefficients[row] == np.sum(model.fit(x, y).coef_ != 0)


def test_fewer_rows_are_drawn_once_and_by_the_seed() -> None:
    x, y = load_diabetes(return_X_y=True)
    rows = np.random.default_rng(7).permutation(len(y))[:100]
    folds = KFold(3, shuffle=True, random_state=7)
    model = Lasso(alpha=lab.ALPHAS[8], tol=1e-10, max_iter=100_000)
    expected = cross_val_score(model, x[rows], y[rows], cv=folds)
    np.testing.assert_allclose(lab.path(100, 3, 7).scores[8], expected, atol=1e-6)


@pytest.mark.parametrize("n", lab.SIZES)
def test_the_reference_takes_the_same_model(n: int, practical_guidelines: ModuleType) -> None:
    for k in lab.FOLDS:
        for seed in range(5):
            found = lab.path(n, k, seed)
            assert found.simplest == practical_guidelines.one_standard_error(found.scores)
            assert found.simplest <= found.best


def test_the_standard_error_is_that_of_a_mean_by_hand() -> None:
    # Deviations 3, -1, -1, -1 from a mean of 0: variance 12 / 3, standard error 2 / sqrt(4).
    scores = np.array([[-1.5, -1.5, -1.5, -1.5], [-0.9, -0.9, -0.9, -0.9], [3, -1, -1, -1]])
    found = lab.Path(scores, np.array([1, 2, 3]))
    assert found.errors.tolist() == [0.0, 0.0, 1.0]
    assert (found.best, found.bar, found.simplest, found.kept) == (2, -1.0, 1, 2)


def test_the_lesson_keeps_four_of_seven_and_fewer_patients_two_of_six() -> None:
    found = lab.path(442, 10, 0)
    assert (found.coefficients[found.best], found.kept) == (7, 4)
    few = lab.path(100, 10, 13)
    assert (few.coefficients[few.best], few.kept) == (6, 2)
    assert few.errors[few.best] > 2 * found.errors[found.best]


@pytest.mark.parametrize(("n", "k", "words"), [(99, 5, "got n=99"), (442, 4, "got k=4")])
def test_what_the_page_does_not_offer_is_refused(n: int, k: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        lab.path(n, k, 0)


@pytest.mark.parametrize("value", [-1, lab.N_MODELS, 1.5, None, [1], float("nan")])
def test_anything_but_a_row_is_refused(value: object) -> None:
    with pytest.raises(WrongShapeError):
        lab.read(value)
    assert lab.read(np.int64(3)) == 3


def test_the_caption_tells_what_is_best_what_is_simplest_and_what_is_yours() -> None:
    found = lab.path(442, 10, 0)
    caption = one_standard_error(found, yours=found.simplest).caption
    assert "The best mean, 0.484, has 7 of 10 coefficients and a standard error of 0.037" in caption
    assert "at least 0.448 has 4, and 0.457. Yours takes the same, with 4 coefficients." in caption
    other = one_standard_error(found, yours=found.best).caption
    assert f"Yours takes row {found.best} instead of {found.simplest}, with 7" in other
    assert "Yours" not in one_standard_error(found).caption
