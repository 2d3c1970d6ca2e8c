"""Kept weights answer as a plain torch module with the same weights does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine import StopTraining, TrainConfig, data, train
from engine.network import Network
from tests.engine.populations import bits

BASE = TrainConfig(lr=1e-2, depth=2, width=17, epochs=3)
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200).astype(np.float64)


def plain(network: Network) -> nn.Sequential:
    """A torch module with a network's weights."""
    layers: list[nn.Module] = []
    for weight, bias in zip(network.weights, network.biases, strict=True):
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight.data = torch.from_numpy(weight)
        linear.bias.data = torch.from_numpy(bias)
        layers += [linear, ACTIVATIONS[network.activation]()]
    return nn.Sequential(*layers[:-1])


def assert_network_is_the_one_measured(history, dataset):
    """Its answers as torch's module gives them, and the validation loss of the last epoch."""
    outputs = history.network.outputs(dataset.x_val)
    with torch.no_grad():
        expected = plain(history.network)(torch.tensor(dataset.x_val))
        y = torch.tensor(dataset.y_val)
        if dataset.task == "regression":
            loss = nn.functional.mse_loss(expected[:, 0], y)
        else:
            loss = nn.functional.cross_entropy(expected, y)
    np.testing.assert_allclose(outputs, expected.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(history.val_loss[-1], loss.item(), rtol=1e-10)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_networks_of_every_depth_answer_as_torchs_do(moons, activation):
    configs = [replace(BASE, activation=activation, depth=depth, seed=depth) for depth in range(5)]
    for config, history in zip(configs, train(configs, moons, keep_weights=True), strict=True):
        sizes = [2, *[17] * config.depth, 2]
        assert [w.shape for w in history.network.weights] == list(
            zip(sizes[1:], sizes[:-1], strict=True)
        )
        assert_network_is_the_one_measured(history, moons)


def test_members_that_end_apart_keep_the_weights_of_their_last_epoch(moons):
    configs = [replace(BASE, width=w, epochs=e) for w, e in ((16, 2), (9, 5), (24, 5), (16, 4))]

    def drop_one(epoch, results):
        return [2] if epoch == 3 else []

    histories = train(configs, moons, keep_weights=True, on_epoch=drop_one)
    assert [history.stopped_epoch for history in histories] == [2, 5, 3, 4]
    for history in histories:
        assert_network_is_the_one_measured(history, moons)


def test_a_callback_is_told_each_network_as_it_is_after_the_epoch(moons):
    configs = [replace(BASE, width=w, epochs=3, seed=w) for w in (16, 9)]
    told = {}

    def watch(epoch, results):
        told.update({(epoch, i): result.network for i, result in results.items()})

    train(configs, moons, keep_weights=True, on_epoch=watch)
    for (epoch, i), network in told.items():
        config = replace(configs[i], epochs=epoch)
        (history,) = train([config], moons, keep_weights=True)
        for found, expected in zip(network.weights, history.network.weights, strict=True):
            np.testing.assert_array_equal(found, expected)
    assert len(told) == 6


def test_networks_are_told_only_where_they_are_kept_and_finite(moons):
    told = []

    def watch(epoch, results):
        told.append((results[0].diverged, results[0].network is None))

    train([replace(BASE, epochs=1)], moons, on_epoch=watch)
    assert told.pop() == (False, True)
    train([replace(BASE, optimizer="sgd", lr=1e200)], moons, keep_weights=True, on_epoch=watch)
    assert told[-1] == (True, True)


def test_a_canceled_training_keeps_what_there_is(moons):
    def cancel(epoch, results):
        if epoch == 2:
            raise StopTraining

    histories = train([BASE, replace(BASE, depth=1)], moons, keep_weights=True, on_epoch=cancel)
    for history in histories:
        assert (history.ended, history.stopped_epoch) == ("canceled", 2)
        assert_network_is_the_one_measured(history, moons)


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_padded_inputs_and_regressions_answer_too(name):
    dataset = data.load(name).astype(np.float64)
    (history,) = train([replace(BASE, dropout=0.3)], dataset, keep_weights=True)
    assert_network_is_the_one_measured(history, dataset)


def test_keeping_weights_changes_no_bit_of_a_history_and_is_off_by_default(moons):
    configs = [BASE, replace(BASE, seed=1)]
    without = train(configs, moons)
    kept = train(configs, moons, keep_weights=True)
    assert [bits(history) for history in kept] == [bits(history) for history in without]
    assert all(history.network is None for history in without)


def test_points_of_another_width_are_refused_with_both_shapes(moons):
    (history,) = train([BASE], moons, keep_weights=True)
    with pytest.raises(ValueError, match=r"shape \(n, 2\), but got \(4, 3\)"):
        history.network.outputs(np.zeros((4, 3)))
