from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, landscape
from engine.landscape import Landscape


@pytest.fixture
def tiny():
    """Two rates by two batch sizes on 8 examples: 4 steps an epoch at batch 2, 2 at batch 4."""
    val_score = np.arange(1.0, 17.0).reshape(2, 2, 4) / 100
    val_score[:, 0, 2:] = np.nan
    return Landscape(
        data="moons",
        n_train=8,
        n_val=100,
        base=TrainConfig(optimizer="sgd", epochs=1),
        axes={"lr": (0.1, 1.0), "batch_size": (2, 4)},
        epochs=np.array([[2, 4], [2, 4]]),
        val_score=val_score,
        val_loss=(100 * val_score).astype(np.float32),
    )


def test_score_is_exact_at_grid_points(tiny):
    assert tiny.score({"lr": 0.1, "batch_size": 2}, epoch=1) == 0.01
    assert tiny.score({"lr": 0.1, "batch_size": 4}, epoch=4) == 0.08
    assert tiny.score({"batch_size": 2, "lr": 1.0}, epoch=2) == 0.1


def test_score_takes_a_configuration_whatever_its_epochs(tiny):
    config = TrainConfig(optimizer="sgd", lr=0.1, batch_size=4, epochs=77)
    assert tiny.score(config, epoch=4) == 0.08


@pytest.mark.parametrize(
    ("point", "epoch", "message"),
    [
        ({"lr": 0.5, "batch_size": 2}, 1, "`lr` must be one of the recorded values [0.1, 1.0], "
         "but got lr=0.5."),
        ({"lr": 0.1, "batch_size": 3}, 1, "`batch_size` must be one of the recorded values [2, 4]"),
        ({"lr": float("nan"), "batch_size": 2}, 1, "`lr` must be one of the recorded values"),
        ({"lr": 0.1}, 1, "`point` must name the axes ['lr', 'batch_size'], but got ['lr']."),
        ({"lr": 0.1, "batch_size": 2, "width": 3}, 1, "`point` must name the axes"),
        ({"lr": 0.1, "batch_size": 2}, 3, "`epoch` must be a whole number from 1 to 2 at"),
        ({"lr": 0.1, "batch_size": 4}, 0, "`epoch` must be a whole number from 1 to 4 at"),
        ({"lr": 0.1, "batch_size": 4}, 1.5, "but got epoch=1.5."),
        (TrainConfig(optimizer="sgd", lr=0.2, batch_size=2), 1, "`lr` must be one of"),
        (TrainConfig(lr=0.1, batch_size=2), 1, "`optimizer` must be 'sgd', the only value that was "
         "recorded, but got optimizer='adam'."),
    ],
)  # fmt: skip
def test_score_refuses_what_was_not_recorded_and_names_the_axis(tiny, point, epoch, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        tiny.score(point, epoch)


def test_after_epochs_reads_the_same_epoch_everywhere(tiny):
    assert tiny.epoch_budgets == (1, 2)
    assert tiny.after_epochs(2).tolist() == [[0.02, 0.06], [0.1, 0.14]]
    assert tiny.after_epochs(1, "val_loss").tolist() == [[1, 5], [9, 13]]
    with pytest.raises(ValueError, match="`epochs` must be a whole number from 1 to 2"):
        tiny.after_epochs(3)


def test_after_steps_gives_larger_batches_more_epochs(tiny):
    assert tiny.step_budgets == (4, 8)
    assert tiny.after_steps(4).tolist() == [[0.01, 0.06], [0.09, 0.14]]
    assert tiny.after_steps(8).tolist() == [[0.02, 0.08], [0.1, 0.16]]


@pytest.mark.parametrize("steps", [0, 2, 5, 12, -4])
def test_after_steps_refuses_a_budget_that_is_no_whole_epoch_somewhere(tiny, steps):
    with pytest.raises(ValueError, match=rf"one of \(4, 8\), but got steps={steps}, which is"):
        tiny.after_steps(steps)


def test_steps_follow_the_base_where_the_batch_size_is_no_axis(tiny):
    seeds = replace(tiny, axes={"lr": (0.1, 1.0), "seed": (0, 1)}, epochs=np.full((2, 2), 2),
                    base=TrainConfig(batch_size=4))  # fmt: skip
    assert seeds.step_budgets == (2, 4)
    assert seeds.after_steps(4).tolist() == [[0.02, 0.06], [0.1, 0.14]]


def test_config_is_what_was_trained_at_a_point(tiny):
    config = tiny.config({"lr": 1.0, "batch_size": 4})
    assert config == TrainConfig(optimizer="sgd", lr=1.0, batch_size=4, epochs=4)
    with pytest.raises(ValueError, match="`lr` must be one of"):
        tiny.config({"lr": 2.0, "batch_size": 4})


def test_a_saved_landscape_reads_back_equal_and_saves_to_the_same_bytes(
    tiny, tmp_path, monkeypatch
):
    landscape.save(tiny, tmp_path / "one.npz")
    monkeypatch.setattr(landscape, "_folder", lambda: tmp_path)
    again = landscape.load("one")
    assert (again.data, again.n_train, again.base) == (tiny.data, tiny.n_train, tiny.base)
    assert dict(again.axes) == dict(tiny.axes)
    assert list(again.axes) == list(tiny.axes)
    assert type(again.axes["batch_size"][0]) is int
    np.testing.assert_array_equal(again.epochs, tiny.epochs)
    np.testing.assert_array_equal(again.val_score, tiny.val_score)
    np.testing.assert_array_equal(again.val_loss, tiny.val_loss)
    landscape.save(again, tmp_path / "two.npz")
    assert (tmp_path / "two.npz").read_bytes() == (tmp_path / "one.npz").read_bytes()


def test_a_landscape_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(
        ValueError, match=r"one of \['digits', 'digits_lr_batch', 'spirals'\], but got name='mnist'"
    ):
        landscape.load("mnist")


def test_a_landscape_cannot_be_changed_by_one_of_its_users(tiny):
    with pytest.raises(ValueError, match="read-only"):
        tiny.val_score[0, 0, 0] = 1.0
    with pytest.raises(TypeError):
        tiny.axes["lr"] = ()
