"""The lab on judging a choice: what the winner says of itself, and what nested folds say."""

from types import ModuleType

import numpy as np
import pytest
from sklearn.neighbors import NearestCentroid

from app.charts.selection import selection
from app.labs import selection as lab
from app.labs.selection import Setting
from app.showcases.model import WrongShapeError
from grader.labs import noise


@pytest.mark.parametrize(
    "setting", [Setting(1, 30, 0), Setting(20, 60, 0), Setting(50, 60, 10), Setting(100, 120, 30)]
)
def test_the_reference_reports_the_same_on_the_first_data_set(
    setting: Setting, cross_validation: ModuleType
) -> None:
    found = lab.judge(setting)
    data = noise.selection(
        setting.n, setting.telling, 0, setting.n_configs, outer=lab.OUTER, inner=lab.INNER
    )
    scores = data.score(cross_validation.cross_validate, int(found.best[0]))
    assert found.own[0] == pytest.approx(scores.mean())
    outside, chosen = data.nested(cross_validation.nested_cv)
    assert found.nested[0] == pytest.approx(outside.mean())
    assert all(config["subset"] < setting.n_configs for config in chosen)


def test_the_winner_is_the_best_of_all_on_the_outer_folds(cross_validation: ModuleType) -> None:
    data = noise.selection(60, 0, 0, 20, outer=lab.OUTER, inner=lab.INNER)
    means = [data.score(cross_validation.cross_validate, i).mean() for i in range(20)]
    assert lab.judge(Setting(20, 60, 0)).best[0] == int(np.argmax(means))


def test_the_models_are_scikit_learns_nearest_centroids() -> None:
    x, y = noise.rows(60, 30, np.random.default_rng(4))
    model = noise.NearestMean(7).fit(x[:40], y[:40])
    columns = noise.columns(7)
    theirs = NearestCentroid().fit(x[:40][:, columns], y[:40])
    assert model.score(x[40:], y[40:]) == theirs.score(x[40:][:, columns], y[40:])
    assert len(set(columns.tolist())) == noise.N_USED


def test_the_truth_is_what_a_large_sample_gives() -> None:
    found = lab.judge(Setting(50, 60, 30))
    x, y = noise.rows(60, 30, np.random.default_rng(0))
    fresh_x, fresh_y = noise.rows(100_000, 30, np.random.default_rng(99))
    accuracy = noise.NearestMean(int(found.best[0])).fit(x, y).score(fresh_x, fresh_y)
    error = np.sqrt(accuracy * (1 - accuracy) / len(fresh_y))
    assert found.truth[0] == pytest.approx(accuracy, abs=4 * error)


def test_on_noise_the_winner_boasts_and_nested_folds_do_not() -> None:
    own = [lab.judge(Setting(n, 60, 0)).own.mean() for n in lab.N_CONFIGS]
    assert own == sorted(own)
    found = lab.judge(Setting(50, 60, 0))
    np.testing.assert_allclose(found.truth, 0.5)
    assert found.own.mean() > 0.62
    assert found.nested.mean() == pytest.approx(0.5, abs=0.02)
    # Where columns tell something and rows are many, little is left to boast of.
    telling = lab.judge(Setting(50, 240, 30))
    assert telling.own.mean() - telling.truth.mean() < 0.05


def test_one_configuration_leaves_nothing_to_choose() -> None:
    found = lab.judge(Setting(1, 60, 0))
    np.testing.assert_array_equal(found.own, found.nested)


@pytest.mark.parametrize(
    ("setting", "words"),
    [((3, 60, 0), "n_configs=3"), ((5, 61, 0), "n=61"), ((5, 60, 1), "telling=1")],
)
def test_what_the_page_does_not_offer_is_refused(setting: tuple[int, int, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Setting(*setting)


@pytest.mark.parametrize("value", [None, [0.5] * 5, [[0.5] * 4, []], [["a"] * 5, []]])
def test_anything_but_a_score_a_fold_is_refused(value: object) -> None:
    with pytest.raises(WrongShapeError):
        lab.read_nested(value)
    assert lab.read_nested([[0.0, 1.0, 0.5, 0.5, 0.5], [{}] * 5]) == 0.5


def test_the_caption_tells_both_reports_the_truth_and_yours() -> None:
    found = lab.judge(Setting(50, 60, 0))
    caption = selection(found, None, None).caption
    assert caption.startswith("The best of 50 reports 65.4% on average over 40 data sets; nested ")
    assert caption.endswith("says 48.9%. In truth it has 50.0%.")
    yours = selection(found, 0.7, None).caption
    assert yours.endswith("are 68.3% and 53.3%; your `cross_validate` gives 70.0%.")
