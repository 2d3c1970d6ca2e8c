"""Curves are what NumPy and scikit-learn measure on the outputs, whatever the number of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score

from engine import TrainConfig, data
from engine.batched import streams
from engine.batched.chunk import Chunk
from engine.batched.evaluation import Evaluation, _blocks
from engine.batched.shape import Member, Shape


def measured(configs, datasets, part):
    """All members in their initial state, shape (2, n_members)."""
    (shape,) = {Shape.of(*pair) for pair in zip(configs, datasets, strict=True)}
    members = [Member(i, *pair) for i, pair in enumerate(zip(configs, datasets, strict=True))]
    chunk = Chunk(shape, members, torch.device("cpu"))
    return Evaluation(shape, datasets, chunk._weights.layers).measure(part)


def outputs_of(config, dataset, x):
    """Those of a ReLU network in its initial state, in NumPy, shape (n, n_outputs)."""
    *hidden, (weight, bias) = streams.initial_layers(config, dataset.n_features, dataset.n_outputs)
    for w, b in hidden:
        x = np.maximum(x @ w.T.astype(np.float64) + b, 0)
    return x @ weight.T.astype(np.float64) + bias


@pytest.mark.parametrize("n", [40, 300, 1500])
@pytest.mark.parametrize("part", ["train", "val"])
def test_a_classifiers_loss_and_score_are_scikit_learns(n, part):
    # From 8 examples in one block to 840 in seven.
    dataset = data.load("blobs", n=n).astype(np.float64)
    configs = [TrainConfig(width=24, seed=seed, dropout=0.5) for seed in range(3)]
    losses, scores = measured(configs, [dataset] * 3, part)
    x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
    for i, config in enumerate(configs):
        logits = outputs_of(config, dataset, x)
        chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        assert losses[i] == pytest.approx(
            log_loss(y, chances, labels=range(dataset.n_classes)), rel=1e-12
        )
        assert scores[i] == accuracy_score(y, logits.argmax(axis=1))
    assert len(set(losses)) == 3


@pytest.mark.parametrize("part", ["train", "val"])
def test_a_regressions_loss_and_score_are_scikit_learns(part):
    dataset = data.load("diabetes").astype(np.float64)
    configs = [TrainConfig(width=24, seed=seed) for seed in range(3)]
    losses, scores = measured(configs, [dataset] * 3, part)
    x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
    for i, config in enumerate(configs):
        (predicted,) = outputs_of(config, dataset, x).T
        assert losses[i] == pytest.approx(mean_squared_error(y, predicted), rel=1e-12)
        assert scores[i] == pytest.approx(r2_score(y, predicted), rel=1e-12)


def test_each_member_is_measured_on_its_own_data_in_any_order():
    first, second = (data.load("moons", n=120, seed=seed).astype(np.float64) for seed in (0, 1))
    config = TrainConfig(width=24)
    losses, scores = measured([config] * 4, [first, second, second, first], "val")
    for i, dataset in ((0, first), (1, second), (2, second), (3, first)):
        alone = measured([config], [dataset], "val")
        assert alone.ravel().tolist() == [losses[i], scores[i]]
    assert losses[0] != losses[1]


@pytest.mark.parametrize("name", ["moons", "diabetes"])
def test_a_part_of_a_single_example_is_measured(name):
    whole = data.load(name).astype(np.float64)
    dataset = replace(whole, x_val=whole.x_val[:1].copy(), y_val=whole.y_val[:1].copy())
    config = TrainConfig(width=24)
    (loss,), (score,) = measured([config], [dataset], "val")
    (outputs,) = outputs_of(config, dataset, dataset.x_val)
    if dataset.task == "regression":
        assert loss == pytest.approx((outputs[0] - dataset.y_val[0]) ** 2, rel=1e-12)
        assert score == 0
    else:
        own = outputs[dataset.y_val[0]]
        assert loss == pytest.approx(np.log(np.exp(outputs).sum()) - own, rel=1e-12)
        assert score == float(own == outputs.max())


@pytest.mark.parametrize("value", [0.5, 0.1])
def test_targets_that_are_all_one_value_have_nothing_to_explain_and_score_zero(value):
    """As scikit-learn's `r2_score` has it, but for values such as 0.1, whose mean is not 0.1."""
    whole = data.load("diabetes").astype(np.float64)
    dataset = replace(whole, y_val=np.full_like(whole.y_val, value))
    config = TrainConfig(width=24)
    (loss,), (score,) = measured([config], [dataset], "val")
    (predicted,) = outputs_of(config, dataset, dataset.x_val).T
    assert loss == pytest.approx(mean_squared_error(dataset.y_val, predicted), rel=1e-12)
    assert score == 0
    if value == 0.5:
        assert r2_score(dataset.y_val, predicted) == 0


def test_blocks_cover_all_rows_once_and_none_is_a_single_row():
    for n in [*range(2, 700), 5000, 128 * 128 + 1]:
        lengths = [block.stop - block.start for block in _blocks(n)]
        rows = np.concatenate([np.arange(block.start, block.stop) for block in _blocks(n)])
        assert rows.tolist() == list(range(n))
        assert 2 <= min(lengths) <= max(lengths) <= 128
        assert max(lengths) - min(lengths) <= 1
    assert [(block.start, block.stop) for block in _blocks(1)] == [(0, 1)]
