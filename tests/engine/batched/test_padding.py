"""What pads a network to its shape stays zero, so it never takes part in anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, data
from engine.batched.chunk import Chunk
from engine.batched.layers import FlatLayers
from tests.engine.populations import in_one_chunk


def real_places(shape, members):
    """True where the flat buffer holds a weight of the unpadded networks, shape (n,)."""
    import torch

    layers = FlatLayers(shape, len(members), torch.bool, torch.device("cpu"))
    for i, member in enumerate(members):
        n_in, width = member.data.n_features, member.config.width
        for layer in layers.layers[:-1]:
            layer.weight[i, :n_in, :width] = True
            layer.bias[i, :, :width] = True
            n_in = width
        layers.layers[-1].weight[i, :, :n_in] = True
        layers.layers[-1].bias[i] = True
    return layers.flat.numpy()


def assert_padding_stays_zero(configs, dataset):
    """After two epochs, in the weights and in what the optimizer carries."""
    import torch

    shape, members = in_one_chunk(configs, dataset)
    chunk = Chunk(shape, members, torch.device("cpu"))
    real = real_places(shape, members)
    (before, *_) = chunk.state()[1]
    before = before.copy()
    assert (before[~real] == 0).all()
    chunk.train_epoch()
    chunk.train_epoch()
    weights, *moments = chunk.state()[1]
    for buffer in (weights, *moments):
        assert np.isfinite(buffer).all()
        assert (buffer[~real] == 0).all()
    assert 0 < real.mean() < 1
    # So the mask is right as well: what it calls real did move, silent units aside.
    assert (weights[real] != before[real]).mean() > 0.5


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200)


def narrow_and_wide(**fields):
    config = TrainConfig(lr=1e-2, depth=2, width=20, **fields)
    return [config, replace(config, width=29, seed=1), replace(config, width=32, seed=2)]


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
def test_no_optimizer_moves_the_padding(moons, optimizer, weight_decay, dropout):
    configs = narrow_and_wide(optimizer=optimizer, weight_decay=weight_decay, dropout=dropout)
    assert_padding_stays_zero(configs, moons)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_no_activation_lets_the_padding_move(moons, activation, dropout):
    configs = narrow_and_wide(activation=activation, dropout=dropout, weight_decay=0.01)
    assert_padding_stays_zero(configs, moons)


@pytest.mark.parametrize("batch_size", [1, 37, 500])
def test_no_batch_size_lets_the_padding_move(moons, batch_size):
    assert_padding_stays_zero(narrow_and_wide(batch_size=batch_size), moons)


@pytest.mark.parametrize("depth", [0, 1, 4])
@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_no_depth_and_no_task_lets_the_padding_move(name, depth):
    configs = [replace(config, depth=depth, lr=1e-3) for config in narrow_and_wide()]
    assert_padding_stays_zero(configs, data.load(name))
