from dataclasses import replace

import numpy as np
import optuna
import pytest

from app.charts import study as charts
from app.labs import study
from app.labs.contestants import search
from app.labs.track import NAMES, Name, track


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sampler", study.SAMPLERS)
def test_a_study_is_the_run_that_the_race_shows(name: Name, sampler: study.Sampler) -> None:
    found = study.study(name, sampler, 4)
    ledger = search(sampler, track(name), study.N_TRIALS, 4)
    errors = [1 - score for _, _, _, score in ledger.moves]
    np.testing.assert_allclose(found.errors, errors, rtol=0, atol=1e-12)
    numbers = [number for _, number, _, _ in ledger.moves]
    for trial, number in enumerate(numbers):
        config = track(name).config(number)
        assert [found.value(trial, i) for i in range(len(found.axes))] == list(config.values())


def test_the_best_share_takes_in_all_that_equal_its_last() -> None:
    found = study.study("digits", "random", 3)
    best = study.top("digits", "random", 3, 0.1)
    assert best.threshold == np.sort(found.errors)[6]  # the 7th of 64 is within the best tenth
    np.testing.assert_array_equal(best.chosen, found.errors <= best.threshold)
    for axis, values in best.narrowed.items():
        i = list(found.axes).index(axis)
        assert set(values) == {found.value(int(trial), i) for trial in best.chosen.nonzero()[0]}


def test_importances_are_those_that_optuna_gives_the_accuracies() -> None:
    found = study.study("digits", "random", 1)
    space = {
        axis: optuna.distributions.IntDistribution(0, len(values) - 1)
        for axis, values in found.axes.items()
    }
    told = optuna.create_study(direction="maximize")
    for places, error in zip(found.places.tolist(), found.errors, strict=True):
        params = dict(zip(space, places, strict=True))
        trial = optuna.create_trial(params=params, distributions=space, value=1 - float(error))
        told.add_trial(trial)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.25)
    expected = optuna.importance.get_param_importances(told, evaluator=evaluator)
    assert study.importances(found, 0.25) == pytest.approx(expected)


def test_the_one_setting_that_decides_takes_all_the_importance() -> None:
    found = study.study("spirals", "random", 0)
    decided = replace(found, errors=0.1 + 0.1 * found.places[:, list(found.axes).index("width")])
    importances = study.importances(decided, 0.2)
    assert sum(importances.values()) == pytest.approx(1.0)
    assert importances["width"] > 0.9


def test_the_presets_show_what_the_lab_says_to_look_for() -> None:
    half, tenth = (study.top("digits", "random", 3, share).importances for share in (0.5, 0.1))
    assert half["lr"] > 0.7
    assert half["width"] < 0.1
    assert tenth["width"] > 0.4


def test_the_drawn_axes_are_those_of_the_landscapes() -> None:
    for name in NAMES:
        found = study.study(name, "TPE", 0)
        rows = charts.explorer(found, study.top(name, "TPE", 0, 0.25)).rows
        drawn = rows[rows.series == "line"]["axis"].unique().tolist()
        (x,) = {
            tuple(layer["encoding"]["x"]["scale"]["domain"])
            for layer in charts.SPECS[name]["vconcat"][1]["layer"]
        }
        assert list(x) == drawn
        assert len(drawn) == len(found.axes) + 1


def test_arguments_out_of_bounds_are_named() -> None:
    with pytest.raises(ValueError, match="got run=40"):
        study.study("digits", "TPE", 40)
    with pytest.raises(ValueError, match="got share=0"):
        study.top("digits", "TPE", 0, 0)
