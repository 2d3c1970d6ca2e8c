"""The loop against a second one, written from torch's own parts and sharing none of its code."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import TrainConfig, data, train
from engine.network import Network
from engine.schedule import learning_rates


@pytest.fixture(scope="module")
def digits():
    return data.load("digits").astype(np.float64)


def oracle(config, dataset, make_optimizer, *, n_epochs):
    """Losses and scores of an nn.Sequential trained with the engine's start and batch order."""
    import torch
    from torch import nn

    twin = Network(
        config, dataset.n_features, dataset.n_classes, torch.float64, torch.device("cpu")
    )
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}[config.activation]
    modules, n_in = [], dataset.n_features
    for _ in range(config.depth):
        modules += [nn.Linear(n_in, config.width), activation()]
        n_in = config.width
    model = nn.Sequential(*modules, nn.Linear(n_in, dataset.n_classes)).double()
    model.load_state_dict(
        dict(zip(model.state_dict(), twin._layers.state_dict().values(), strict=True))
    )
    optimizer = make_optimizer(model.parameters())
    loss_fn = nn.CrossEntropyLoss()
    x, y = torch.tensor(dataset.x_train), torch.tensor(dataset.y_train)
    rows = []
    for _ in range(n_epochs):
        order = twin.batch_order(len(x))
        for start in range(0, len(x), config.batch_size):
            batch = order[start : start + config.batch_size]
            optimizer.zero_grad()
            loss_fn(model(x[batch]), y[batch]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            rows.append(
                [
                    (
                        loss_fn(model(part), target).item(),
                        (model(part).argmax(1) == target).double().mean().item(),
                    )
                    for part, target in (
                        (x, y),
                        (torch.tensor(dataset.x_val), torch.tensor(dataset.y_val)),
                    )
                ]
            )
        model.train()
    return np.array(rows)


def optimizers():
    from torch import optim

    return {
        "sgd": lambda p: optim.SGD(p, lr=1e-2, weight_decay=1e-2),
        "momentum": lambda p: optim.SGD(p, lr=1e-2, momentum=0.9, weight_decay=1e-2),
        "nesterov": lambda p: optim.SGD(p, lr=1e-2, momentum=0.9, nesterov=True, weight_decay=1e-2),
        "adam": lambda p: optim.Adam(p, lr=1e-2, weight_decay=1e-2),
        "adamw": lambda p: optim.AdamW(p, lr=1e-2, weight_decay=1e-2),
    }


def assert_equal_to_oracle(config, dataset, make_optimizer):
    (history,) = train([config], dataset)
    expected = oracle(config, dataset, make_optimizer, n_epochs=config.epochs)
    np.testing.assert_allclose(history.train_loss, expected[:, 0, 0], rtol=1e-9)
    np.testing.assert_allclose(history.train_score, expected[:, 0, 1], rtol=1e-12)
    np.testing.assert_allclose(history.val_loss, expected[:, 1, 0], rtol=1e-9)
    np.testing.assert_allclose(history.val_score, expected[:, 1, 1], rtol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
def test_an_optimizer_trains_like_a_hand_written_loop(digits, optimizer):
    # 1010 examples in batches of 32: 31 full ones and a last one of 18, which must count.
    config = TrainConfig(optimizer=optimizer, lr=1e-2, weight_decay=1e-2, width=24, epochs=4)
    assert_equal_to_oracle(config, digits, optimizers()[optimizer])


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("depth", [1, 4])
def test_an_activation_and_a_depth_train_like_a_hand_written_loop(digits, activation, depth):
    config = TrainConfig(
        optimizer="sgd", lr=1e-2, weight_decay=1e-2, activation=activation, depth=depth,
        width=12, epochs=2,
    )  # fmt: skip
    assert_equal_to_oracle(config, digits, optimizers()["sgd"])


def test_depth_0_is_softmax_regression(digits):
    config = TrainConfig(optimizer="sgd", lr=1e-2, weight_decay=1e-2, depth=0, epochs=2)
    assert_equal_to_oracle(config, digits, optimizers()["sgd"])


def test_a_batch_larger_than_the_training_part_is_one_step_an_epoch(digits):
    config = TrainConfig(optimizer="sgd", lr=1e-2, weight_decay=1e-2, batch_size=5000, epochs=2)
    assert_equal_to_oracle(config, digits, optimizers()["sgd"])


def test_a_full_batch_step_of_softmax_regression_equals_the_formula_in_numpy(digits):
    """W <- W - lr * (P - Y)' X / n: no torch on the expected side but the initial weights."""
    import torch

    config = TrainConfig(optimizer="sgd", lr=0.5, depth=0, batch_size=1010, epochs=1)
    start = Network(config, 64, 10, torch.float64, torch.device("cpu"))._layers[0]
    weight, bias = start.weight.detach().numpy(), start.bias.detach().numpy()
    x, onehot = digits.x_train, np.eye(10)[digits.y_train]
    logits = x @ weight.T + bias
    error = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True) - onehot
    weight = weight - 0.5 * error.T @ x / len(x)
    bias = bias - 0.5 * error.mean(axis=0)
    logits = digits.x_val @ weight.T + bias
    own = logits[np.arange(len(logits)), digits.y_val]
    (history,) = train([config], digits)
    assert history.val_loss[0] == pytest.approx(np.mean(np.log(np.exp(logits).sum(1)) - own))
    assert history.val_score[0] == np.mean(logits.argmax(1) == digits.y_val)


@pytest.mark.parametrize("schedule", ["step", "cosine", "one-cycle"])
def test_the_scheduled_rate_is_the_one_that_steps(digits, schedule):
    from torch import optim

    config = TrainConfig(optimizer="sgd", lr=0.1, schedule=schedule, width=12, epochs=2)
    rates = iter(learning_rates(config, steps_per_epoch=math.ceil(1010 / 32)))

    class Scheduled(optim.SGD):
        def step(self):
            self.param_groups[0]["lr"] = next(rates)
            super().step()

    assert_equal_to_oracle(config, digits, lambda p: Scheduled(p, lr=0.1))


def test_float32_follows_float64_to_rounding(digits):
    config = TrainConfig(width=24, epochs=3, dropout=0.2)
    (double,) = train([config], digits)
    (single,) = train([config], digits.astype(np.float32))
    np.testing.assert_allclose(single.val_loss, double.val_loss, rtol=1e-3)


def test_decay_is_coupled_in_adam_and_decoupled_in_adamw():
    """With no gradient from the data only the decay moves a weight, and the two rules part.

    Class 1 never occurs and inputs are zero, so the input weights get no gradient of their own.
    Coupled, Adam normalizes the decay away: the first step is lr, however small the decay. AdamW
    multiplies by 1 - lr * decay.
    """
    import torch

    lr, decay = 1e-3, 0.1
    x, y = torch.zeros(8, 2, dtype=torch.float64), torch.zeros(8, dtype=torch.int64)
    after = {}
    for optimizer in ("adam", "adamw"):
        config = TrainConfig(depth=0, optimizer=optimizer, lr=lr, weight_decay=decay)
        network = Network(config, 2, 2, torch.float64, torch.device("cpu"))
        weight = network._layers[0].weight
        before = weight.detach().clone()
        network.step(x, y, lr)
        after[optimizer] = weight.detach().clone()
    torch.testing.assert_close(after["adam"], before - lr * before.sign(), rtol=1e-5, atol=1e-8)
    torch.testing.assert_close(after["adamw"], before * (1 - lr * decay), rtol=1e-12, atol=0)


def test_initial_weights_are_uniform_within_one_over_root_fan_in_like_nn_linear():
    import torch

    network = Network(TrainConfig(width=512), 64, 10, torch.float32, torch.device("cpu"))
    for layer in network._layers:
        scaled = layer.weight.detach() * layer.in_features**0.5
        assert scaled.abs().max() <= 1
        assert scaled.abs().max() > 0.99
        assert scaled.std().item() == pytest.approx(1 / math.sqrt(3), rel=0.03)
        assert (layer.bias.detach() * layer.in_features**0.5).abs().max() <= 1


def test_networks_of_one_seed_see_the_same_batches_whatever_their_shape():
    import torch

    orders = [
        Network(config, 2, 2, torch.float32, torch.device("cpu")).batch_order(50).tolist()
        for config in (TrainConfig(), TrainConfig(depth=4, width=3), TrainConfig(dropout=0.5))
    ]
    assert orders[0] == orders[1] == orders[2]
    assert sorted(orders[0]) == list(range(50))


def test_dropout_silences_the_stated_share_and_keeps_the_mean():
    """Hidden units set to give 1 and a readout that adds them: the logit counts survivors."""
    import torch

    config = TrainConfig(depth=1, width=400, dropout=0.3)
    network = Network(config, 1, 2, torch.float64, torch.device("cpu"))
    hidden, readout = network._layers
    with torch.no_grad():
        hidden.weight.zero_()
        hidden.bias.fill_(1.0)
        readout.weight.fill_(1.0)
        readout.bias.zero_()
        x = torch.zeros(500, 1, dtype=torch.float64)
        survivors = network._logits(x, training=True)[:, 0] * 0.7
        assert network._logits(x, training=False)[0, 0].item() == 400
    torch.testing.assert_close(survivors, survivors.round(), rtol=0, atol=1e-9)
    # 200,000 Bernoulli(0.7) draws: five standard errors are 0.0051.
    assert survivors.mean().item() / 400 == pytest.approx(0.7, abs=0.0051)
    assert survivors.unique().numel() > 10
