"""The flat buffer's layout, and the passes and slopes on it against torch's autograd."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, data
from engine.batched.layers import FlatLayers
from engine.batched.losses import LossSlope, measure
from engine.batched.perceptrons import Forward, Passes
from engine.batched.shape import Shape, padded_width


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200)


def shape_of(dataset, **fields):
    return Shape.of(TrainConfig(**fields), dataset)


def flat_layers(shape, n_members, *, dtype="float64"):
    import torch

    return FlatLayers(shape, n_members, getattr(torch, dtype), torch.device("cpu"))


def random_layers(shape, n_members):
    import torch

    layers = flat_layers(shape, n_members)
    generator = torch.Generator().manual_seed(0)
    for view in layers.views:
        view.copy_(torch.randn(view.shape, generator=generator, dtype=torch.float64) / 4)
    return layers


def test_members_share_a_pass_if_what_must_agree_agrees(moons):
    base = TrainConfig(width=17, dropout=0.1)
    may_differ = {
        "lr": 0.5, "width": 24, "dropout": 0.9, "weight_decay": 0.1, "schedule": "cosine",
        "warmup": 0.2, "epochs": 3, "seed": 5, "init": "he",
    }  # fmt: skip
    for field, value in may_differ.items():
        assert Shape.of(replace(base, **{field: value}), moons) == Shape.of(base, moons), field
    must_agree = {
        "batch_size": 16, "depth": 3, "width": 16, "activation": "tanh", "dropout": 0.0,
        "optimizer": "sgd",
    }  # fmt: skip
    assert may_differ.keys() | must_agree.keys() == TrainConfig.__dataclass_fields__.keys()
    for field, value in must_agree.items():
        assert Shape.of(replace(base, **{field: value}), moons) != Shape.of(base, moons), field
    assert Shape.of(base, moons.astype(np.float64)) != Shape.of(base, moons)
    assert Shape.of(base, data.load("moons", n=100)) != Shape.of(base, moons)


def test_without_hidden_layers_width_activation_and_dropout_part_nobody(moons):
    base = Shape.of(TrainConfig(depth=0), moons)
    other = TrainConfig(depth=0, width=500, activation="gelu", dropout=0.5)
    assert Shape.of(other, moons) == base


def test_a_batch_larger_than_the_part_is_the_part(moons):
    assert shape_of(moons, batch_size=112) == shape_of(moons, batch_size=10**6)
    assert shape_of(moons, batch_size=111) != shape_of(moons, batch_size=112)


@pytest.mark.parametrize(
    ("batch_size", "steps"), [(1, 112), (3, 38), (32, 4), (56, 2), (111, 2), (112, 1), (500, 1)]
)
def test_an_epoch_has_as_many_steps_as_batches_begun(moons, batch_size, steps):
    assert shape_of(moons, batch_size=batch_size).steps_per_epoch == steps


def test_every_width_is_padded_by_less_than_its_half_or_sixteen():
    for width in range(1, 513):
        padded = padded_width(width)
        assert padded % 16 == 0
        assert width <= padded < max(width + 16, 1.5 * width), width


def test_a_shape_counts_its_weights_and_operations_like_the_formulas(moons):
    shape = shape_of(moons, depth=2, width=24, batch_size=32)
    assert shape.sizes == (16, 32, 32, 2)
    assert shape.n_parameters == 16 * 32 + 32 + 32 * 32 + 32 + 32 * 2 + 2
    # Two operations a product: forward and weights' slopes of three layers, inputs' of two.
    first, second, last = 32 * 16 * 32, 32 * 32 * 32, 32 * 32 * 2
    assert shape.flops_per_step == 2 * (2 * (first + second + last) + second + last)


@pytest.mark.parametrize("n_members", [1, 2, 3, 7])
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_every_view_begins_on_a_cache_line_and_none_overlap(moons, n_members, depth):
    layers = flat_layers(shape_of(moons, depth=depth, width=24), n_members, dtype="float32")
    assert len(layers.views) == 2 * (depth + 1)
    for number, view in enumerate(layers.views, start=1):
        assert (view.data_ptr() - layers.flat.data_ptr()) % 64 == 0
        assert len(view) == n_members
        assert (view == 0).all()
        view.fill_(number)
    for number, view in enumerate(layers.views, start=1):
        assert (view == number).all()
    n_used = n_members * shape_of(moons, depth=depth, width=24).n_parameters
    assert int((layers.flat != 0).sum()) == n_used


def test_a_hidden_layer_has_inputs_first_and_the_last_has_outputs_first(moons):
    layers = flat_layers(shape_of(moons, depth=2, width=24), 5).layers
    shapes = [(tuple(layer.weight.shape), tuple(layer.bias.shape)) for layer in layers]
    assert shapes == [
        ((5, 16, 32), (5, 1, 32)),
        ((5, 32, 32), (5, 1, 32)),
        ((5, 2, 32), (5, 2, 1)),
    ]


def test_filling_gives_every_member_its_value_and_leaves_the_gaps(moons):
    import torch

    shape = shape_of(moons, depth=0)
    layers = flat_layers(shape, 3)
    layers.fill(torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64))
    for view in layers.views:
        assert [view[i].unique().tolist() for i in range(3)] == [[1], [2], [3]]
    # 3 * 2 * 16 weights fill whole lines; 3 * 2 biases leave 10 of 16 places.
    assert layers.flat[-10:].tolist() == [0] * 10


def test_a_pickled_buffer_comes_back_with_its_views_on_it(moons):
    layers = random_layers(shape_of(moons, depth=1, width=3), 2)
    copy = pickle.loads(pickle.dumps(layers))
    assert (copy.flat == layers.flat).all()
    copy.flat.fill_(7.0)
    assert all((view == 7).all() for view in copy.views)
    assert (copy.layers[0].weight == 7).all()
    assert not (layers.flat == 7).any()


@pytest.mark.parametrize(("rows", "shared"), [(2, False), (5, True), (32, False), (32, True)])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_the_gradients_are_those_of_autograd(moons, depth, activation, dropout, rows, shared):
    import torch

    n = 3
    shape = shape_of(moons, depth=depth, activation=activation, width=5, dropout=dropout)
    weights, gradients = random_layers(shape, n), flat_layers(shape, n)
    passes = Passes(shape, weights.layers, gradients.layers, rows, shared=shared)
    generator = torch.Generator().manual_seed(1)
    examples = torch.randn(50, shape.n_inputs, generator=generator, dtype=torch.float64)
    chosen = torch.randint(50, (rows if shared else n * rows,), generator=generator)
    passes.choose(examples, chosen)
    assert torch.equal(passes.x, examples[chosen].view(-1, rows, 16).expand(n, -1, -1))
    slope = torch.randn(passes.slope.shape, generator=generator, dtype=torch.float64)
    passes.slope.copy_(slope)
    scales = [torch.ones(())] * depth
    if shape.dropout:
        keys = torch.arange(depth * n, dtype=torch.int32).view(depth, n, 1, 1)
        threshold = torch.zeros(n, 1, 1, dtype=torch.int32)
        passes.draw_masks(keys, threshold, torch.full((n, 1, 1), 2.0, dtype=torch.float64))
        scales = [scale.clone() for scale in passes._scales]
        assert {value.item() for value in torch.stack(scales).unique()} == {0.0, 2.0}

    functions = {"relu": torch.relu, "tanh": torch.tanh, "gelu": torch.nn.functional.gelu}
    leaves = [view.clone().requires_grad_() for view in weights.views]
    x = passes.x
    for i in range(depth):
        x = functions[activation](x @ leaves[2 * i] + leaves[2 * i + 1]) * scales[i]
    outputs = leaves[-2] @ x.transpose(1, 2) + leaves[-1]
    expected = torch.autograd.grad(outputs, leaves, slope)

    torch.testing.assert_close(passes.forward(), outputs.detach(), rtol=1e-12, atol=1e-12)
    passes.backward()
    for view, wanted in zip(gradients.views, expected, strict=True):
        assert wanted.abs().max() > 1e-3
        torch.testing.assert_close(view, wanted, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_measuring_and_training_compute_the_same_outputs(moons, activation):
    import torch

    shape = shape_of(moons, depth=2, activation=activation, width=24)
    weights = random_layers(shape, 2)
    passes = Passes(shape, weights.layers, flat_layers(shape, 2).layers, 6, shared=False)
    passes.x.copy_(torch.linspace(-1, 1, passes.x.numel(), dtype=torch.float64).view_as(passes.x))
    outputs = Forward(shape, weights.layers, 6)(passes.x)
    assert torch.equal(outputs, passes.forward())


@pytest.mark.parametrize(("n", "rows"), [(6, 6), (1, 2)])
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_loss_slope_is_that_of_autograd_and_zero_in_padding_rows(task, n, rows):
    import torch

    generator = torch.Generator().manual_seed(0)
    n_outputs = 4 if task == "classification" else 1
    outputs = torch.randn(3, n_outputs, rows, generator=generator, dtype=torch.float64)
    leaf = outputs.clone().requires_grad_()
    if task == "classification":
        targets = torch.randint(4, (3, 1, n), generator=generator)
        losses = torch.nn.functional.cross_entropy(leaf[..., :n], targets[:, 0], reduction="none")
    else:
        targets = torch.randn(3, 1, n, generator=generator, dtype=torch.float64)
        losses = (leaf[:, 0, :n] - targets[:, 0]) ** 2
    (expected,) = torch.autograd.grad(losses.mean(dim=1).sum(), leaf)
    slope = torch.full((3, n_outputs, rows), torch.nan, dtype=torch.float64)
    loss_slope = LossSlope(task, n, slope)
    for _ in range(2):  # what one call leaves must not leak into the next
        loss_slope(outputs, targets)
        torch.testing.assert_close(slope, expected, rtol=1e-12, atol=1e-15)
    assert (slope[..., n:] == 0).all()


def test_measure_sums_losses_and_right_answers_of_real_rows_only():
    import torch

    # Chances 1 to 1, a tie, which counts as right; then e to 1 for class 0; then padding.
    outputs = torch.tensor([[[0.0, 1.0, 9.0], [0.0, 0.0, -9.0]]])
    losses, right = measure("classification", outputs, torch.tensor([1, 1])).tolist()
    assert losses == pytest.approx([np.log(2) + np.log(1 + np.e)])
    assert right == [1.0]
    losses, scores = measure("regression", outputs[:, :1], torch.tensor([3.0, -1.0])).tolist()
    assert losses == scores == [9.0 + 4.0]
