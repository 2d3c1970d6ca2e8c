"""Every member against its own plain `nn.Module` + `torch.optim` loop, to 1e-9 after 100 steps.

All of a test's members are trained in one call, so that a neighbor's number in the wrong place
would show.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.plain_loop import plain_loop
from engine import TrainConfig, data, train
from tests.engine.populations import rows

# 112 training examples in batches of 32: three full ones and a last one of 16; 104 steps.
BASE = TrainConfig(lr=1e-2, weight_decay=1e-2, depth=1, width=17, epochs=26)


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200).astype(np.float64)


def varied(config):
    """Two members that one pass can train, of other seeds, rates, decays, widths and lengths."""
    other = replace(config, seed=1, lr=config.lr / 3, weight_decay=0.0, width=24)
    return [config, replace(other, epochs=config.epochs + 1)]


def assert_like_the_plain_loop(configs, dataset, *, rtol=1e-9):
    histories = train(configs, dataset, jobs=1)
    for config, history in zip(configs, histories, strict=True):
        expected = plain_loop(config, dataset)
        assert np.isfinite(expected).all()
        np.testing.assert_allclose(rows(history), expected, rtol=rtol, err_msg=str(config))


def test_a_network_alone_trains_like_the_plain_loop(moons):
    assert_like_the_plain_loop([replace(BASE, dropout=0.2)], moons)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
def test_an_optimizer_with_and_without_decay_trains_like_torchs(moons, optimizer):
    assert_like_the_plain_loop(varied(replace(BASE, optimizer=optimizer)), moons)


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "one-cycle"])
def test_the_scheduled_rate_is_the_one_that_steps(moons, schedule):
    config = replace(BASE, optimizer="sgd", lr=0.1, schedule=schedule)
    assert_like_the_plain_loop(varied(config), moons)


@pytest.mark.parametrize("optimizer", ["nesterov", "adamw"])
def test_a_warmup_before_a_schedule_trains_like_the_plain_loop(moons, optimizer):
    config = replace(BASE, optimizer=optimizer, schedule="cosine", warmup=0.3)
    # Two members of one pass on schedules of their own: decay shrinks by the rate of the moment.
    assert_like_the_plain_loop([config, replace(config, schedule="step", warmup=0.0)], moons)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_an_activation_at_every_depth_trains_like_the_plain_loop(moons, activation):
    configs = [replace(BASE, activation=activation, depth=depth, seed=depth) for depth in range(5)]
    assert_like_the_plain_loop(configs, moons)


@pytest.mark.parametrize("init", ["xavier", "he", "normal", "zeros"])
def test_from_any_start_a_member_trains_like_the_plain_loop(moons, init):
    config = replace(BASE, init=init, depth=2, lr=1e-3)
    # In one pass with a wider one of another start, whose padding stays 0.
    assert_like_the_plain_loop([config, replace(config, init="default", width=24)], moons)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_from_zeros_no_weight_ever_moves_but_the_last_biases(moons, activation):
    config = replace(BASE, init="zeros", depth=2, activation=activation)
    (history,) = train([config], moons, keep_weights=True)
    assert history.network is not None
    assert not any(weight.any() for weight in history.network.weights)
    assert not any(bias.any() for bias in history.network.biases[:-1])
    assert history.network.biases[-1].any()


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_dropout_trains_like_the_plain_loop_with_the_same_masks(moons, activation):
    config = replace(BASE, activation=activation, depth=3, dropout=0.3)
    assert_like_the_plain_loop([config, replace(config, seed=1, dropout=0.6, width=24)], moons)


@pytest.mark.parametrize("batch_size", [1, 3, 37, 111, 112, 5000])
def test_a_batch_size_trains_like_the_plain_loop(moons, batch_size):
    # The last batch has 1 example with 3, 37 and 111; 5000 is the whole part in one step.
    epochs = max(1, -(-100 // -(-112 // batch_size)))
    config = replace(BASE, batch_size=batch_size, depth=2, epochs=epochs, dropout=0.2)
    assert_like_the_plain_loop([config, replace(config, seed=1, width=24)], moons)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_padded_widths_train_like_the_plain_loop(moons, dropout):
    # Computed with 16, 16, 32, 32 and 128 units, those of one padded width in one pass.
    config = replace(BASE, depth=2, activation="gelu", dropout=dropout)
    assert_like_the_plain_loop([replace(config, width=w) for w in (1, 16, 17, 24, 100)], moons)


@pytest.mark.parametrize("name", ["moons", "wine", "breast_cancer", "digits", "diabetes"])
def test_a_data_set_trains_like_the_plain_loop(name):
    # 2, 13, 30, 64 and 10 features; 2, 3, 2 and 10 classes, and a regression.
    dataset = data.load(name).astype(np.float64)
    steps = -(-len(dataset.x_train) // 32)
    config = replace(BASE, depth=2, lr=3e-3, epochs=-(-100 // steps))
    configs = [config, replace(config, seed=1), replace(config, depth=0)]
    assert_like_the_plain_loop(configs, dataset)


def test_the_batch_sizes_of_a_regression_train_like_the_plain_loop():
    dataset = data.load("diabetes").astype(np.float64)
    # 248 training examples: last batches of 1, 1, 8, 1 and 248.
    config = replace(BASE, lr=1e-3, dropout=0.2, epochs=3)
    sizes = (1, 13, 16, 247, 500)
    assert_like_the_plain_loop([replace(config, batch_size=size) for size in sizes], dataset)


def test_a_population_of_every_kind_in_one_call_trains_like_its_plain_loops(moons):
    kinds = [
        BASE,
        replace(BASE, width=24, seed=5, dropout=0.1),
        replace(BASE, depth=0, optimizer="sgd", lr=0.3),
        replace(BASE, depth=4, optimizer="nesterov", activation="tanh", width=40),
        replace(BASE, batch_size=7, optimizer="adamw", schedule="one-cycle", epochs=7),
        replace(BASE, activation="gelu", optimizer="momentum", dropout=0.4, lr=1e-3),
    ]
    assert_like_the_plain_loop([*kinds, *(replace(kind, seed=9) for kind in kinds)], moons)


def test_members_on_data_sets_of_their_own_train_like_their_plain_loops():
    sets = [data.load("moons", n=200, seed=seed).astype(np.float64) for seed in (0, 1)]
    configs = [replace(BASE, seed=i, epochs=5) for i in range(4)]
    datasets = [sets[0], sets[1], sets[0], sets[1]]
    histories = train(configs, datasets, jobs=1)
    for config, dataset, history in zip(configs, datasets, histories, strict=True):
        np.testing.assert_allclose(rows(history), plain_loop(config, dataset), rtol=1e-9)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", ["digits", "diabetes"])
def test_float32_follows_float64_to_rounding(name, optimizer):
    double = data.load(name).astype(np.float64)
    config = TrainConfig(lr=3e-3, optimizer=optimizer, width=24, epochs=3, dropout=0.2)
    (history,) = train([config], double.astype(np.float32))
    np.testing.assert_allclose(rows(history)[::2], plain_loop(config, double)[::2], rtol=1e-3)


def test_a_full_batch_step_of_softmax_regression_equals_the_formula_in_numpy():
    """W <- W - lr * (P - Y)' X / n: no torch on the expected side."""
    from engine.batched.streams import initial_layers

    digits = data.load("digits").astype(np.float64)
    config = TrainConfig(optimizer="sgd", lr=0.5, depth=0, batch_size=1010, epochs=1)
    ((weight, bias),) = initial_layers(config, 64, 10)
    x, onehot = digits.x_train, np.eye(10)[digits.y_train]
    logits = x @ weight.T.astype(np.float64) + bias
    error = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True) - onehot
    weight = weight - 0.5 * error.T @ x / len(x)
    bias = bias - 0.5 * error.mean(axis=0)
    logits = digits.x_val @ weight.T + bias
    own = logits[np.arange(len(logits)), digits.y_val]
    (history,) = train([config], digits)
    expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - own)
    assert history.val_loss[0] == pytest.approx(expected, rel=1e-12)
    assert history.val_score[0] == np.mean(logits.argmax(axis=1) == digits.y_val)
