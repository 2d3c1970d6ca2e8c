from types import ModuleType

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from app.labs import lr_finder
from app.labs.updates import updater
from grader.labs.digits_file import read_digits


def test_a_range_test_sweeps_from_low_upwards_and_stops_when_the_loss_explodes() -> None:
    test = lr_finder.run("SGD", 32, seed=0)
    assert test.lrs[0] == lr_finder.LOW
    ratios = test.lrs[1:] / test.lrs[:-1]
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-12)
    assert len(test.lrs) == len(test.losses) < lr_finder.N_STEPS
    # Ten classes and no training yet: the loss starts near ln 10, and falls well below it.
    assert 2 < np.mean(test.losses[:5]) < 3.5
    assert test.losses.min() < 0.5


def test_the_same_seed_gives_the_same_curve_and_leaves_the_global_state_alone() -> None:
    lr_finder.run.cache_clear()
    first = lr_finder.run("Adam", 16, seed=3)
    lr_finder.run.cache_clear()
    before = torch.get_rng_state()
    second = lr_finder.run("Adam", 16, seed=3)
    assert torch.equal(before, torch.get_rng_state())
    np.testing.assert_array_equal(first.losses, second.losses)
    assert not np.array_equal(first.losses[:5], lr_finder.run("Adam", 16, seed=4).losses[:5])


def test_the_digits_are_scikit_learns_in_the_same_order() -> None:
    images, classes = load_digits(return_X_y=True)
    ours, labels = read_digits()
    np.testing.assert_array_equal(ours, images)
    np.testing.assert_array_equal(labels, classes)


@pytest.mark.parametrize("rule", lr_finder.OPTIMIZERS)
def test_the_updates_are_those_of_torchs_optimizers(rule: lr_finder.Optimizer) -> None:
    start = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    ours, theirs = (torch.nn.Parameter(start.clone()) for _ in range(2))
    update = updater(rule, [ours])
    optimizer = getattr(torch.optim, rule)([theirs], lr=1.0)
    for lr in (1e-3, 1e-2, 0.1, 1.0):
        optimizer.param_groups[0]["lr"] = lr
        for weight in (ours, theirs):
            weight.grad = None
            (weight**3).sum().backward()
        update(lr)
        optimizer.step()
        assert torch.equal(ours, theirs)
    assert not torch.equal(ours, start)


def test_smoothing_agrees_with_the_course_reference(manual_tuning: ModuleType) -> None:
    losses = np.random.default_rng(0).uniform(0, 3, 50)
    for beta in (0.0, 0.5, 0.98):
        np.testing.assert_allclose(
            lr_finder.smooth(losses, beta), manual_tuning.smooth(losses.tolist(), beta), rtol=1e-12
        )


def test_smoothing_without_the_correction_starts_near_zero() -> None:
    # v1 = 0.9 * 0 + 0.1 * 2
    assert lr_finder.smooth(np.array([2.0, 2.0]), 0.9, corrected=False)[0] == pytest.approx(0.2)


def test_suggestions_agree_with_the_course_reference(manual_tuning: ModuleType) -> None:
    rng = np.random.default_rng(1)
    lrs = np.geomspace(1e-5, 1, 40)
    for _ in range(5):
        losses = 3 - np.cumsum(rng.uniform(-0.05, 0.1, 40))
        found = {item.method: item.lr for item in lr_finder.suggestions(lrs, losses, skip=0)}
        for ours, theirs in (("steep", "steep"), ("minimum/10", "minimum"), ("valley", "valley")):
            expected = manual_tuning.suggest_lr(lrs.tolist(), losses.tolist(), theirs)
            assert found[ours] == pytest.approx(expected, rel=1e-12), ours
        assert found["minimum"] == pytest.approx(10 * found["minimum/10"])


def test_skipping_leaves_the_first_points_out_of_every_suggestion() -> None:
    lrs = np.array([1e-4, 1e-3, 1e-2, 1e-1, 1.0])
    losses = np.array([0.1, 3.0, 2.0, 1.0, 1.5])
    minimum = {item.method: item.lr for item in lr_finder.suggestions(lrs, losses, skip=1)}
    assert minimum["minimum"] == 1e-1
    assert lr_finder.suggestions(lrs, losses, skip=0)[1].lr == 1e-4


def test_the_preset_shows_suggestions_that_differ_ten_to_a_hundred_times() -> None:
    test = lr_finder.run("SGD", 32, lr_finder.SEED)
    found = lr_finder.suggestions(test.lrs, lr_finder.smooth(test.losses, 0.9), skip=0)
    assert 10 < lr_finder.ratio(found) < 100


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lr_finder.run("RMSprop", 32, 0), "`optimizer` must be 'SGD' or 'Adam'"),  # type: ignore[arg-type]
        (lambda: lr_finder.run("SGD", 0, 0), "got batch_size=0"),
        (
            lambda: lr_finder.suggestions(np.array([1.0, 2.0, 3.0]), np.ones(3), skip=1),
            "At least 3 points",
        ),
    ],
)
def test_bad_arguments_are_named(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]
