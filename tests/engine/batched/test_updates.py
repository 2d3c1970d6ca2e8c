"""One optimizer step after another by hand in NumPy, and over many steps by `torch.optim`."""

from __future__ import annotations

import numpy as np
import pytest

from engine import TrainConfig, data, train
from engine.batched import updates
from engine.batched.layers import FlatLayers
from engine.batched.shape import Shape
from engine.batched.updates import N_MOMENTS, Update

OPTIMIZERS = ["sgd", "momentum", "nesterov", "adam", "adamw"]


class Bench:
    """An `Update` of softmax regressions whose weights and gradients are set by hand."""

    def __init__(self, optimizer, decay, *, dtype="float64", start=1.0):
        import torch

        self.dtype = getattr(torch, dtype)
        shape = Shape.of(TrainConfig(depth=0, optimizer=optimizer), data.load("moons", n=200))
        n = len(decay)
        self.weights, self.gradients, *self.moments = (
            FlatLayers(shape, n, self.dtype, torch.device("cpu"))
            for _ in range(2 + N_MOMENTS[optimizer])
        )
        self.weights.fill(torch.full((n,), start, dtype=self.dtype))
        decay = torch.tensor(decay, dtype=self.dtype)
        self.update = Update(shape, self.weights, self.gradients, self.moments, decay)

    def step(self, number, gradient, rates=None):
        """Weights after a step with one gradient and one rate a member, shape (n_members,)."""
        import torch

        if rates is not None:
            self.update.set_rates(torch.tensor(rates, dtype=self.dtype))
        self.gradients.fill(torch.tensor(gradient, dtype=self.dtype))
        self.update.step(number)
        (values,) = {tuple(row) for v in self.weights.views for row in v.flatten(1).T.tolist()}
        return values


def test_one_step_of_adam_by_hand():
    """m = 0.1 g, v = 0.001 g^2; corrected for their start they are g and g^2 again.

    So the first step is lr * g / (|g| + 1e-8): the rate itself, whatever the gradient's size,
    until the gradient comes near 1e-8. There the step is half the rate.
    """
    bench = Bench("adam", [0.0, 0.0, 0.0])
    after = bench.step(1, [0.5, -300.0, 1e-8], [0.1, 0.01, 0.1])
    expected = [1 - 0.1 * 0.5 / (0.5 + 1e-8), 1 + 0.01, 1 - 0.1 / 2]
    np.testing.assert_allclose(after, expected, rtol=1e-10)


def test_three_steps_of_adam_with_coupled_decay_in_numpy():
    rates, decay = np.array([0.1, 0.02]), np.array([0.3, 0.05])
    bench = Bench("adam", decay.tolist())
    w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
    for t, gradient in enumerate(([0.5, -2.0], [-1.0, 0.25], [0.125, 3.0]), start=1):
        g = np.array(gradient) + decay * w
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w = w - rates * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        after = bench.step(t, gradient, rates.tolist() if t == 1 else None)
        np.testing.assert_allclose(after, w, rtol=1e-12)


def test_three_steps_of_adamw_shrink_the_weights_by_the_rate_of_the_moment():
    decay = np.array([0.3, 0.0])
    bench = Bench("adamw", decay.tolist())
    w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
    for t, (gradient, rates) in enumerate(
        (([0.5, -2.0], [0.1, 0.02]), ([-1.0, 0.25], [0.05, 0.01]), ([0.1, 3.0], [0.2, 0.03])),
        start=1,
    ):
        g, lr = np.array(gradient), np.array(rates)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        step = lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        w = w * (1 - lr * decay) - step
        np.testing.assert_allclose(bench.step(t, gradient, rates), w, rtol=1e-12)


def test_two_steps_of_the_sgd_family_by_hand():
    # Gradient 1 at each step, rate 0.1, from 1. Momentum's velocity is 1, then 1.9; Nesterov's
    # look ahead adds 0.9 of it to the gradient: 1.9, then 2.71.
    for optimizer, expected in (
        ("sgd", (0.9, 0.8)),
        ("momentum", (0.9, 0.71)),
        ("nesterov", (0.81, 0.539)),
    ):
        bench = Bench(optimizer, [0.0])
        after = [*bench.step(1, [1.0], [0.1]), *bench.step(2, [1.0])]
        np.testing.assert_allclose(after, expected, rtol=1e-12, err_msg=optimizer)


def test_the_sgd_familys_decay_is_added_to_the_gradient():
    # g = 1 + 0.5 * w: 1.5, then 1 + 0.5 * 0.85 = 1.425 (plain). Momentum: velocity 1.5, then
    # 0.9 * 1.5 + 1.425 = 2.775. Nesterov: 1.5 + 0.9 * 1.5 = 2.85 first.
    for optimizer, expected in (
        ("sgd", (0.85, 0.85 - 0.1425)),
        ("momentum", (0.85, 0.85 - 0.2775)),
        ("nesterov", (1 - 0.285,)),
    ):
        bench = Bench(optimizer, [0.5])
        after = [bench.step(t, [1.0], [0.1])[0] for t in range(1, len(expected) + 1)]
        np.testing.assert_allclose(after, expected, rtol=1e-12, err_msg=optimizer)


def test_decay_is_coupled_in_adam_and_decoupled_in_adamw():
    """Without a gradient from the data only the decay moves a weight, and the two rules part.

    Coupled, Adam normalizes the decay away: the first step is lr, however small the decay. AdamW
    multiplies by 1 - lr * decay.
    """
    lr, decays = 1e-3, [0.1, 0.01]
    coupled = Bench("adam", decays).step(1, [0.0, 0.0], [lr, lr])
    np.testing.assert_allclose(coupled, [1 - lr, 1 - lr], rtol=1e-8)
    decoupled = Bench("adamw", decays).step(1, [0.0, 0.0], [lr, lr])
    np.testing.assert_allclose(decoupled, [1 - lr * 0.1, 1 - lr * 0.01], rtol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_forty_steps_with_changing_rates_are_torchs(optimizer, dtype):
    import torch

    rng = np.random.default_rng(0)
    decays = [0.0, 0.1]
    bench = Bench(optimizer, decays, dtype=dtype)
    make = {
        "sgd": torch.optim.SGD,
        "momentum": lambda p, **k: torch.optim.SGD(p, momentum=0.9, **k),
        "nesterov": lambda p, **k: torch.optim.SGD(p, momentum=0.9, nesterov=True, **k),
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }[optimizer]
    parameters = [torch.nn.Parameter(torch.ones((), dtype=bench.dtype)) for _ in decays]
    oracles = [
        make([parameter], lr=1.0, weight_decay=decay)
        for parameter, decay in zip(parameters, decays, strict=True)
    ]
    for number in range(1, 41):
        gradient, rates = rng.normal(size=2).tolist(), (0.1 * rng.random(2)).tolist()
        after = bench.step(number, gradient, rates)
        for i, oracle in enumerate(oracles):
            oracle.param_groups[0]["lr"] = rates[i]
            parameters[i].grad = torch.tensor(gradient[i], dtype=bench.dtype)
            oracle.step()
    assert abs(after[0] - 1) > 1e-2
    rtol = 1e-12 if dtype == "float64" else 1e-4
    np.testing.assert_allclose(after, [p.item() for p in parameters], rtol=rtol)


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_neighbors_decay_and_infinities_do_not_touch_a_member(optimizer, decay):
    import torch

    alone, together = Bench(optimizer, [decay]), Bench(optimizer, [0.7, decay, 0.0])
    together.update.set_rates(torch.tensor([1e30, 0.1, 0.5], dtype=together.dtype))
    for number in range(1, 4):
        (expected,) = alone.step(number, [0.3 / number], [0.1])
        gradients = torch.tensor([torch.inf, 0.3 / number, torch.nan], dtype=together.dtype)
        together.gradients.fill(gradients)
        together.update.step(number)
        for view in together.weights.views:
            assert (view[1] == expected).all()
            assert not torch.isfinite(view[2]).any()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_gaps_of_the_buffers_stay_zero(optimizer):
    bench = Bench(optimizer, [0.1, 0.2, 0.3])
    for number in range(1, 4):
        bench.step(number, [1.0, 2.0, 3.0], [0.1, 0.2, 0.3])
    for layers in (bench.weights, *bench.moments):
        # 3 * 2 biases leave the last 10 of 16 places.
        assert layers.flat[-10:].tolist() == [0.0] * 10
        assert (layers.views[1] != 0).all()


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
def test_a_long_buffer_is_updated_in_stretches_with_the_same_bits(optimizer, monkeypatch):
    """Populations wide enough to be cut; here the cut is moved to every 64 numbers instead."""
    moons = data.load("moons", n=200)
    configs = [
        TrainConfig(optimizer=optimizer, width=16, epochs=2, lr=lr, weight_decay=1e-2)
        for lr in (1e-3, 1e-2, 1e-1)
    ]
    whole = train(configs, moons)
    monkeypatch.setattr(updates, "_STRETCH", 64)
    for one, other in zip(whole, train(configs, moons), strict=True):
        assert one.val_loss.tobytes() == other.val_loss.tobytes()
        assert one.train_loss.tobytes() == other.train_loss.tobytes()
