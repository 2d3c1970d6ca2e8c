"""The landscapes that come with the package."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import data, landscape, train


@pytest.fixture(scope="module")
def recorded():
    return landscape.load("digits_lr_batch")


def test_every_recorded_file_is_small_enough_for_the_package():
    folder = landscape._folder()
    sizes = {name: len(folder.joinpath(f"{name}.npz").read_bytes()) for name in landscape.names()}
    assert sizes
    assert max(sizes.values()) < 8 * 2**20


def test_the_grid_on_digits_covers_rates_batches_and_three_seeds(recorded):
    assert list(recorded.axes) == ["lr", "batch_size", "seed"]
    assert len(recorded.axes["lr"]) == 13
    assert recorded.axes["batch_size"] == (8, 16, 32, 64, 128, 256)
    assert recorded.axes["seed"] == (0, 1, 2)
    assert recorded.epoch_budgets == tuple(range(1, 21))
    assert recorded.step_budgets == (127, 254, 381, 508)
    assert recorded.val_score.shape == (13, 6, 3, 128)


def test_every_epoch_is_recorded_up_to_a_divergence_and_nothing_after_it(recorded):
    for index in np.ndindex(recorded.epochs.shape):
        curve = recorded.val_loss[index]
        finite = np.isfinite(curve)
        n = int(finite.sum())
        assert finite[:n].all()
        assert n <= recorded.epochs[index]
        if recorded.axes["lr"][index[0]] <= 0.1:
            assert n == recorded.epochs[index]
        np.testing.assert_array_equal(np.isfinite(recorded.val_score[index]), finite)


def smallest_rate_reaching(scores, rates, target):
    """For each batch size, the smallest rate whose mean score over seeds is at least `target`."""
    return rates[(scores.mean(axis=-1) >= target).argmax(axis=0)]


def test_with_equal_epochs_the_ridge_is_diagonal(recorded):
    rates = np.array(recorded.axes["lr"])
    best = rates[np.nanargmin(recorded.after_epochs(5, "val_loss").mean(axis=-1), axis=0)]
    assert best.tolist() == [0.22, 0.46, 1.0, 1.0, 2.2, 2.2]
    foot = smallest_rate_reaching(recorded.after_epochs(5), rates, 0.95)
    assert (np.diff(foot) >= 0).all()
    assert foot[-1] / foot[0] > 16


def test_with_equal_steps_the_foot_of_the_ridge_does_not_move(recorded):
    rates = np.array(recorded.axes["lr"])
    assert set(smallest_rate_reaching(recorded.after_steps(508), rates, 0.95)) == {0.046}


@pytest.mark.parametrize("name", landscape.names())
def test_training_a_random_hundredth_again_finds_the_recorded_values(name):
    """The first epochs of 1 percent of the points, drawn anew when the grid changes.

    On the processor that recorded them all are equal to the last bit. Another one may sum in
    another order, and where the rate is high rounding grows from step to step: nine in ten have to
    agree to a thousandth of the loss and two examples.
    """
    recorded = landscape.load(name)
    n_epochs = 5
    rng = np.random.default_rng(recorded.epochs.size)
    n_points = max(16, round(0.01 * recorded.epochs.size))
    chosen = rng.choice(recorded.epochs.size, n_points, replace=False)
    indices = [np.unravel_index(flat, recorded.epochs.shape) for flat in chosen]
    points = [
        {name: values[i] for (name, values), i in zip(recorded.axes.items(), index, strict=True)}
        for index in indices
    ]
    configs = [replace(recorded.config(point), epochs=n_epochs) for point in points]
    histories = train(configs, data.load(recorded.data), evaluate_train=False)
    again = np.full((2, n_points, n_epochs), np.nan)
    for i, history in enumerate(histories):
        again[:, i, : history.stopped_epoch] = history.val_loss, history.val_score
    losses = np.array([recorded.val_loss[index][:n_epochs] for index in indices])
    scores = np.array([recorded.val_score[index][:n_epochs] for index in indices])
    agree = np.isclose(again[0], losses, rtol=1e-3, atol=0, equal_nan=True)
    agree &= np.isclose(again[1], scores, rtol=0, atol=2.5 / recorded.n_val, equal_nan=True)
    assert agree.mean() >= 0.9, f"{name}: record it again (python -m engine.record {name})"


def test_scores_are_exact_fractions_of_the_validation_part(recorded):
    counts = recorded.val_score * recorded.n_val
    assert recorded.n_val == 337
    known = np.isfinite(counts)
    assert np.abs(counts - np.rint(counts))[known].max() < 1e-9
    (history,) = train(
        [replace(recorded.config({"lr": 0.1, "batch_size": 256, "seed": 1}), epochs=2)],
        data.load("digits"),
    )
    expected = [recorded.score({"lr": 0.1, "batch_size": 256, "seed": 1}, e) for e in (1, 2)]
    np.testing.assert_allclose(history.val_score, expected, rtol=0, atol=1.5 / 337)


def test_training_the_hottest_point_again_diverges_as_recorded(recorded):
    point = {"lr": 10.0, "batch_size": 8, "seed": 0}
    (history,) = train([recorded.config(point)], data.load(recorded.data))
    assert history.diverged
    assert np.isnan(recorded.score(point, history.stopped_epoch))
