"""Losses and scores against scikit-learn, on parts of every awkward size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, data
from engine.batched.chunk import Chunk
from engine.batched.evaluation import _ROWS, Evaluation, _blocks
from engine.batched.layers import FlatLayers
from engine.batched.shape import Shape
from engine.batched.streams import initial_layers
from tests.engine.populations import in_one_chunk


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200).astype(np.float64)


@pytest.fixture(scope="module")
def diabetes():
    return data.load("diabetes").astype(np.float64)


def of_length(dataset, n_val):
    """The data set with the first validation examples only."""
    return replace(dataset, x_val=dataset.x_val[:n_val].copy(), y_val=dataset.y_val[:n_val].copy())


def untrained(configs, datasets, part="val"):
    """Losses and scores before any step, shape (2, n_members)."""
    import torch

    shape, members = in_one_chunk(configs, datasets)
    chunk = Chunk(shape, members, torch.device("cpu"))
    (flat, *_) = chunk.state()[1]
    layers = FlatLayers(shape, len(members), torch.float64, torch.device("cpu"))
    layers.flat.copy_(torch.from_numpy(flat))
    return Evaluation(shape, [member.data for member in members], layers.layers).measure(part)


def outputs(config, dataset, part="val"):
    """Those of the untrained network in NumPy, shape (n, n_outputs)."""
    *hidden, (weight, bias) = initial_layers(config, dataset.n_features, dataset.n_outputs)
    x = getattr(dataset, f"x_{part}")
    for w, b in hidden:
        x = np.maximum(x @ w.T.astype(np.float64) + b, 0)
    return x @ weight.T.astype(np.float64) + bias


@pytest.mark.parametrize("depth", [0, 2])
@pytest.mark.parametrize("n_val", [2, 127, 128, 129, 257, 337])
def test_cross_entropy_and_accuracy_are_scikit_learns(n_val, depth):
    from scipy.special import softmax
    from sklearn.metrics import accuracy_score, log_loss

    digits = of_length(data.load("digits").astype(np.float64), n_val)
    configs = [TrainConfig(seed=seed, depth=depth, width=24) for seed in range(3)]
    losses, scores = untrained(configs, digits)
    for config, loss, score in zip(configs, losses, scores, strict=True):
        logits = outputs(config, digits)
        expected = log_loss(digits.y_val, softmax(logits, axis=1), labels=range(10))
        assert loss == pytest.approx(expected, rel=1e-12)
        assert score == accuracy_score(digits.y_val, logits.argmax(axis=1))
    assert len(set(losses)) == 3


@pytest.mark.parametrize("n_val", [2, 37, 83])
def test_squared_error_and_r2_are_scikit_learns(diabetes, n_val):
    from sklearn.metrics import mean_squared_error, r2_score

    dataset = of_length(diabetes, n_val)
    configs = [TrainConfig(seed=seed, width=24) for seed in range(3)]
    losses, scores = untrained(configs, dataset)
    for config, loss, score in zip(configs, losses, scores, strict=True):
        predicted = outputs(config, dataset)[:, 0]
        assert loss == pytest.approx(mean_squared_error(dataset.y_val, predicted), rel=1e-12)
        assert score == pytest.approx(r2_score(dataset.y_val, predicted), rel=1e-12)


def test_a_part_of_one_example_is_measured(moons):
    dataset = of_length(moons, 1)
    config = TrainConfig()
    (loss,), (score,) = untrained([config], dataset)
    (logits,) = outputs(config, dataset)
    own = logits[dataset.y_val[0]]
    assert loss == pytest.approx(np.log(np.exp(logits).sum()) - own, rel=1e-12)
    assert score == float(own == logits.max())


def test_a_regression_on_the_training_part_is_scikit_learns(diabetes):
    from sklearn.metrics import mean_squared_error, r2_score

    config = TrainConfig(width=24)
    (loss,), (score,) = untrained([config], diabetes, "train")
    predicted = outputs(config, diabetes, "train")[:, 0]
    assert loss == pytest.approx(mean_squared_error(diabetes.y_train, predicted), rel=1e-12)
    assert score == pytest.approx(r2_score(diabetes.y_train, predicted), rel=1e-12)


@pytest.mark.parametrize("value", [0.25, 0.1])
def test_a_part_whose_target_does_not_vary_scores_zero_as_in_scikit_learn(diabetes, value):
    # 0.1 is not the mean of 83 times 0.1 to the last bit; its variance is no number to divide by.
    dataset = replace(diabetes, y_val=np.full(83, value))
    losses, scores = untrained([TrainConfig(), TrainConfig(seed=1)], dataset)
    assert (losses > 0).all()
    assert scores.tolist() == [0.0, 0.0]


def test_a_regression_of_one_example_scores_zero(diabetes):
    dataset = of_length(diabetes, 1)
    (loss,), (score,) = untrained([TrainConfig()], dataset)
    ((predicted,),) = outputs(TrainConfig(), dataset)
    assert loss == pytest.approx((predicted - dataset.y_val[0]) ** 2, rel=1e-12)
    assert score == 0


def test_blocks_cover_all_rows_once_and_none_is_a_single_row():
    for n in [*range(2, 1100), 5000, _ROWS * 8 + 1]:
        lengths = [block.stop - block.start for block in _blocks(n)]
        rows = np.concatenate([np.arange(block.start, block.stop) for block in _blocks(n)])
        assert rows.tolist() == list(range(n))
        assert 2 <= min(lengths) <= max(lengths) <= _ROWS
        assert max(lengths) - min(lengths) <= 1
    assert [(block.start, block.stop) for block in _blocks(1)] == [(0, 1)]


def test_members_are_measured_each_on_its_own_data():
    sets = [data.load("moons", n=200, seed=seed).astype(np.float64) for seed in (0, 1, 2)]
    datasets = [sets[0], sets[0], sets[1], sets[2], sets[0]]
    configs = [TrainConfig(seed=i) for i in range(5)]
    together = untrained(configs, datasets)
    for i, (config, dataset) in enumerate(zip(configs, datasets, strict=True)):
        assert (untrained([config], dataset)[:, 0] == together[:, i]).all()
    assert len(set(together[0])) == 5


def test_the_training_part_is_measured_only_when_it_is_wanted(moons):
    import torch

    shape, members = in_one_chunk([TrainConfig(epochs=1)], moons)
    both = Chunk(shape, members, torch.device("cpu")).train_epoch()
    val_only = Chunk(shape, members, torch.device("cpu")).train_epoch(evaluate_train=False)
    assert both.shape == val_only.shape == (4, 1)
    assert np.isfinite(both).all()
    assert np.isnan(val_only[:2]).all()
    assert (val_only[2:] == both[2:]).all()


def test_measuring_leaves_the_weights_alone(moons):
    import torch

    shape = Shape.of(TrainConfig(), moons)
    layers = FlatLayers(shape, 2, torch.float64, torch.device("cpu"))
    layers.flat.fill_(0.25)
    evaluation = Evaluation(shape, [moons, moons], layers.layers)
    first, again = evaluation.measure("train"), evaluation.measure("train")
    assert (first == again).all()
    assert (layers.flat == 0.25).all()
