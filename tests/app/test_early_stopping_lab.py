import math
from types import ModuleType

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from app.charts.early_stopping import early_stopping
from app.labs import early_stopping as lab
from app.labs import own_early_stopping
from app.labs.early_stopping import Stop
from app.showcases.model import WrongShapeError

LOSSES = [0.9, 0.5, 0.6, 0.55, 0.45, 0.5, 0.5, 0.5, 0.4]


@pytest.mark.parametrize(
    ("patience", "min_delta", "rule", "expected"),
    [
        (1, 0.0, "Keras", Stop(3, early=True, best=2)),
        (2, 0.0, "Keras", Stop(4, early=True, best=2)),
        (3, 0.0, "Keras", Stop(8, early=True, best=5)),
        (4, 0.0, "Keras", Stop(9, early=False, best=9)),
        # 0.45 is lower than 0.5 by no more than 0.1, so 0.5 stays the best to the end: 7 in a row.
        (6, 0.1, "Keras", Stop(8, early=True, best=2)),
        (2, 0.0, "scikit-learn", Stop(8, early=True, best=5)),
        # It moves the best at 0.45, though that does not set the count back.
        (3, 0.1, "scikit-learn", Stop(6, early=True, best=5)),
    ],
)
def test_stops_where_counting_by_hand_does(
    patience: int, min_delta: float, rule: lab.Rule, expected: Stop
) -> None:
    assert lab.stop(LOSSES, patience, min_delta, rule) == expected


@pytest.mark.parametrize("min_delta", [0.0, 0.01, 0.05])
@pytest.mark.parametrize("patience", [1, 3, 6])
def test_keras_rule_equals_the_course_reference(
    practical_guidelines: ModuleType, patience: int, min_delta: float
) -> None:
    for seed in range(20):
        losses = _walk(seed)
        stopper = practical_guidelines.EarlyStopping(patience, min_delta)
        epochs = range(1, len(losses) + 1)
        ends = [i for i, loss in zip(epochs, losses, strict=True) if stopper.update(loss, i)]
        found = lab.stop(losses, patience, min_delta, "Keras")
        assert found.stopped == (ends[0] if ends else len(losses))
        if not ends or ends[0] == len(losses):
            assert found.best == stopper.best_state


@pytest.mark.parametrize("min_delta", [0.0, 0.01, 0.05])
@pytest.mark.parametrize("patience", [1, 3, 6])
def test_scikit_learns_rule_equals_scikit_learns_own_count(patience: int, min_delta: float) -> None:
    for seed in range(20):
        losses = _walk(seed)
        model = MLPClassifier(tol=min_delta, n_iter_no_change=patience)
        model.loss_curve_, model.best_loss_, model._no_improvement_count = [], np.inf, 0
        stopped = len(losses)
        for epoch, loss in enumerate(losses, start=1):
            model.loss_curve_.append(loss)
            model._update_no_improvement_count(False, None, None, None)
            if model._no_improvement_count > model.n_iter_no_change:
                stopped = epoch
                break
        found = lab.stop(losses, patience, min_delta, "scikit-learn")
        assert found.stopped == stopped
        assert losses[found.best - 1] == model.best_loss_


def test_scikit_learn_waits_one_epoch_longer() -> None:
    losses = [1.0, *[2.0] * 30]
    keras, sklearn = (lab.stop(losses, 5, 0.0, rule) for rule in lab.RULES)
    assert (keras.stopped, sklearn.stopped) == (6, 7)


def test_a_loss_that_is_not_finite_stops_and_is_never_the_best() -> None:
    assert lab.stop([0.5, math.nan, 0.1], 5, 0.0, "Keras") == Stop(2, early=True, best=1)
    assert lab.stop([math.inf], 5, 0.0, "scikit-learn") == Stop(1, early=True, best=0)


def test_bad_arguments_are_refused() -> None:
    for losses, patience, min_delta in (([], 1, 0.0), ([1.0], 0, 0.0), ([1.0], 1, math.nan)):
        with pytest.raises(ValueError, match="but got"):
            lab.stop(losses, patience, min_delta, "Keras")
    with pytest.raises(ValueError, match="`rule` must be one of"):
        lab.stop([1.0], 1, 0.0, "Lightning")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`data` must be one of"):
        lab.curves("iris", 0.1, 0)  # type: ignore[arg-type]


def test_the_first_preset_shows_a_stop_that_is_not_the_best() -> None:
    history = lab.curves("200 digits", 0.003, 0)
    assert len(history.val_loss) == lab.EPOCHS
    stop = lab.stop(history.val_loss.tolist(), 5, 0.0, "Keras")
    assert stop.early
    assert stop.stopped == stop.best + 5
    assert history.val_loss[stop.best - 1] < history.val_loss[stop.stopped - 1]
    assert history.val_loss[-1] > 1.1 * history.val_loss[stop.best - 1], "it overfits"
    caption = early_stopping(history, stop).caption
    assert f"Stopped after epoch {stop.stopped}" in caption
    assert f"The best it kept is epoch {stop.best}" in caption


def test_the_second_preset_shows_a_stop_that_comes_too_soon() -> None:
    losses = lab.curves("breast cancer", 0.001, 0).val_loss
    stop = lab.stop(losses.tolist(), 5, 0.0, "Keras")
    lowest = int(losses.argmin()) + 1
    assert stop.early
    assert lowest > 2 * stop.stopped
    assert losses[lowest - 1] < 0.7 * losses[stop.best - 1]


def test_what_the_learners_class_did_is_read_off_the_lab() -> None:
    seen = {"says": [False, False, True], "state": [0, 0, 0]}
    assert own_early_stopping.read(seen) == Stop(3, early=True, best=1)
    assert own_early_stopping.read({"says": [True], "state": None}) == Stop(1, True, 0)


def test_an_update_that_does_not_say_yes_or_no_is_told() -> None:
    seen = {"says": [None], "state": None}
    with pytest.raises(WrongShapeError, match="True or False"):
        own_early_stopping.read(seen)


def test_a_training_without_a_stop_says_so() -> None:
    history = lab.curves("200 digits", 0.003, 0)
    stop = lab.stop(history.val_loss.tolist(), 100, 0.0, "Keras")
    caption = early_stopping(history, stop, yours=Stop(9, early=True, best=4)).caption
    assert f"Nothing stopped it: ended after epoch {lab.EPOCHS}" in caption
    assert "Yours stops after epoch 9 and keeps epoch 4." in caption


def _walk(seed: int) -> list[float]:
    """A loss that falls, wavers and rises, 40 epochs."""
    rng = np.random.default_rng(seed)
    trend = 0.5 + 0.4 * np.exp(-np.arange(40) / 6) + 0.004 * np.arange(40)
    losses: list[float] = (trend + rng.normal(0, 0.03, 40)).tolist()
    return losses
