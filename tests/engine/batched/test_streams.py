"""Random numbers without state: what they must and must not depend on, and whether they are random.

Every draw below is from fixed seeds, so a bound in standard errors holds or fails for good.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import TrainConfig
from engine.batched import streams


def masks(keys, rate, *, rows=64, width=64):
    """Which units stay, as +sqrt(rate/(1-rate)) or -sqrt((1-rate)/rate): mean 0, variance 1."""
    kept = keep(keys, rate, rows=rows, width=width)
    return (kept - (1 - rate)) / math.sqrt(rate * (1 - rate))


def keep(keys, rate, *, rows=64, width=64):
    import torch

    keys = torch.as_tensor(keys, dtype=torch.int32).view(-1, 1, 1)
    thresholds = streams.thresholds(torch.full(keys.shape, rate, dtype=torch.float64))
    counters = streams.counters(rows, width, torch.device("cpu"))
    return streams.keep(keys, thresholds, counters).numpy()


@pytest.fixture(scope="module")
def keys():
    """Those of 8 epochs of 8 steps of a network with 4 hidden layers, shape (64, 4)."""
    return np.concatenate([streams.mask_keys(7, epoch, 8, 4) for epoch in range(1, 9)])


@pytest.mark.parametrize("rate", [0.001, 0.1, 0.3, 0.5, 0.9, 0.999])
def test_a_unit_is_silenced_at_the_stated_rate(keys, rate):
    kept = keep(keys.ravel(), rate)
    silenced, n = int((~kept).sum()), kept.size
    # A million draws; five standard errors of the binomial.
    assert n == 64 * 4 * 64 * 64
    assert abs(silenced - n * rate) < 5 * math.sqrt(n * rate * (1 - rate))


def test_the_number_of_survivors_varies_as_much_as_independent_draws_would(keys):
    # Survivors of a row, a column and a mask, over their binomial spread: 1 but for the noise of
    # estimating a standard deviation from 16,384 sums, 256 for the masks.
    scaled = masks(keys.ravel(), 0.3)
    for axes, n_sums in (((1,), 16384), ((2,), 16384), ((1, 2), 256)):
        spread = (scaled.sum(axes) / math.sqrt(64 ** len(axes))).std()
        assert abs(spread - 1) < 5 / math.sqrt(2 * n_sums)


@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("lag", [1, 2, 3, 8, 16, 32])
def test_neighboring_rows_and_units_are_uncorrelated(keys, axis, lag):
    scaled = np.moveaxis(masks(keys.ravel(), 0.3), axis, 0)
    products = scaled[lag:] * scaled[:-lag]
    assert abs(products.mean()) < 5 / math.sqrt(products.size)


def test_a_unit_is_uncorrelated_from_step_to_step_and_from_layer_to_layer(keys):
    scaled = masks(keys.ravel(), 0.3).reshape(64, 4, 64, 64)
    for products in (
        scaled[1:] * scaled[:-1],
        scaled[8:] * scaled[:-8],
        scaled[:, 1:] * scaled[:, :-1],
    ):
        assert abs(products.mean()) < 5 / math.sqrt(products.size)


def test_the_masks_of_any_two_keys_are_uncorrelated(keys):
    flat = masks(keys.ravel(), 0.3).reshape(256, -1)
    correlations = flat @ flat.T / flat.shape[1]
    off_diagonal = correlations[~np.eye(256, dtype=bool)]
    # 32,640 pairs: the largest of so many normal deviates stays below six.
    assert np.abs(off_diagonal).max() < 6 / math.sqrt(flat.shape[1])


def test_keys_that_differ_by_one_give_masks_that_agree_by_chance_only():
    neighbors = keep(np.arange(1000, 1257), 0.3).reshape(257, -1)
    agreement = (neighbors[1:] == neighbors[:-1]).mean()
    expected = 0.7**2 + 0.3**2
    n = neighbors[1:].size
    assert abs(agreement - expected) < 5 * math.sqrt(expected * (1 - expected) / n)


def test_the_hash_spreads_evenly_over_all_numbers(keys):
    """Thresholds at 1/64 steps split a million hashes into equal shares: a chi-squared test."""
    edges = [keep(keys.ravel(), k / 64).sum() for k in range(65)]
    counts = -np.diff([*edges[:64], 0])
    expected = counts.sum() / 64
    chi2 = ((counts - expected) ** 2 / expected).sum()
    # 63 degrees of freedom: mean 63, standard deviation 11.2.
    assert counts.sum() == 64 * 4 * 64 * 64
    assert abs(chi2 - 63) < 5 * math.sqrt(2 * 63)


def test_a_mask_is_the_corner_of_a_larger_one():
    # So neither padding nor a short last batch moves a unit's chance.
    large = keep([123, -456], 0.4, rows=100, width=512)
    for rows, width in ((1, 1), (2, 16), (37, 48), (100, 320)):
        small = keep([123, -456], 0.4, rows=rows, width=width)
        assert (small == large[:, :rows, :width]).all()


def test_a_mask_is_the_same_alone_and_among_others():
    together = keep([1, 2, 3], 0.4)
    for i, key in enumerate((1, 2, 3)):
        assert (keep([key], 0.4)[0] == together[i]).all()


def test_members_of_one_pass_have_rates_of_their_own():
    import torch

    rates = torch.tensor([0.0, 0.2, 0.8], dtype=torch.float64).view(3, 1, 1)
    counters = streams.counters(200, 512, torch.device("cpu"))
    keys = torch.zeros(3, 1, 1, dtype=torch.int32)
    kept = streams.keep(keys, streams.thresholds(rates), counters)
    shares = kept.double().mean((1, 2))
    assert shares[0] == 1
    np.testing.assert_allclose(shares, [1, 0.8, 0.2], atol=5 * math.sqrt(0.16 / 102400))
    # One key: whoever is silenced at the lower rate is silenced at the higher.
    assert not (kept[2] & ~kept[1]).any()


def test_a_threshold_is_the_rate_on_the_scale_of_int32():
    import torch

    rates = torch.tensor([0.0, 0.25, 0.5, 1 - 2**-32], dtype=torch.float64)
    assert streams.thresholds(rates).tolist() == [-(2**31), -(2**30), 0, 2**31 - 1]


@pytest.mark.parametrize("rate", [1 - 2**-33, 1 - 1e-12, math.nextafter(1, 0)])
def test_a_rate_next_to_one_silences_everything_and_does_not_overflow(rate):
    import torch

    threshold = streams.thresholds(torch.tensor([rate], dtype=torch.float64))
    assert threshold.tolist() == [2**31 - 1]
    assert not keep(range(16), rate).any()


@pytest.mark.parametrize("rate", [0.0, 1e-12, math.ulp(0)])
def test_a_rate_next_to_zero_silences_nothing(rate):
    assert keep(range(16), rate).all()


def test_keys_differ_by_seed_epoch_step_and_layer():
    drawn = [
        streams.mask_keys(seed, epoch, 50, 4) for seed in (0, 1, 2**63 - 1) for epoch in (1, 2, 3)
    ]
    # 1,800 of 4.3 billion: a single repeat has a chance of 1 in 2,600.
    assert len(np.unique(drawn)) == 9 * 50 * 4
    assert np.asarray(drawn).dtype == np.int32
    # The whole range is used: a share of 1/2 is negative, give or take five standard errors.
    assert abs((np.asarray(drawn) < 0).mean() - 0.5) < 5 * 0.5 / math.sqrt(1800)


def test_an_epochs_keys_are_the_same_when_drawn_again():
    first, again = (streams.mask_keys(3, 2, 10, 2) for _ in range(2))
    assert first.shape == (10, 2)
    assert (first == again).all()


def test_an_order_is_a_permutation_that_depends_on_seed_and_epoch_alone():
    orders = [streams.batch_order(seed, epoch, 50) for seed in (0, 1) for epoch in (1, 2)]
    for order in orders:
        assert sorted(order) == list(range(50))
        assert order.tolist() != list(range(50))
    assert len({tuple(order) for order in orders}) == 4
    assert (streams.batch_order(1, 2, 50) == orders[3]).all()


def test_every_example_comes_to_every_place_in_equal_shares():
    orders = np.stack([streams.batch_order(0, epoch, 10) for epoch in range(1, 1001)])
    counts = np.stack([(orders == example).sum(axis=0) for example in range(10)])
    # 1,000 orders: 100 of each, five standard errors are 47.
    assert np.abs(counts - 100).max() < 5 * math.sqrt(1000 * 0.1 * 0.9)


def test_weights_orders_and_masks_never_draw_from_one_stream(monkeypatch):
    """Were two streams one, the order or the keys would be the weights' own numbers again."""
    made = []
    generator = streams._generator

    def noted(*seed_and_stream):
        made.append(generator(*seed_and_stream))
        return generator(*seed_and_stream)

    monkeypatch.setattr(streams, "_generator", noted)
    for seed in (0, 1):
        streams.initial_layers(TrainConfig(seed=seed), 2, 2)
        for epoch in (1, 2, 3):
            streams.batch_order(seed, epoch, 10)
            streams.mask_keys(seed, epoch, 2, 2)
    made.append(np.random.default_rng(0))  # nor from what a data set of that seed may be drawn by
    first = [tuple(each.integers(2**63, size=4)) for each in made]
    assert len(set(first)) == len(first) == 2 * (1 + 3 + 3) + 1


def test_initial_weights_are_uniform_within_one_over_root_fan_in_like_nn_linear():
    layers = streams.initial_layers(TrainConfig(width=512), 64, 10)
    shapes = [(weight.shape, bias.shape) for weight, bias in layers]
    assert shapes == [((512, 64), (512,)), ((512, 512), (512,)), ((10, 512), (10,))]
    for weight, bias in layers:
        assert weight.dtype == bias.dtype == np.float32
        scaled = weight * weight.shape[1] ** 0.5
        n = scaled.size
        assert 0.99 < np.abs(scaled).max() <= 1 + 1e-6
        assert abs(scaled.mean()) < 5 / math.sqrt(3 * n)
        # The square of a uniform number has mean 1/3 and variance 4/45.
        assert abs((scaled**2).mean() - 1 / 3) < 5 * math.sqrt(4 / 45 / n)
        assert np.abs(bias * weight.shape[1] ** 0.5).max() <= 1 + 1e-6
        assert len(np.unique(bias)) > 1


# As `torch.nn.init` has them for a layer from 256 to 64 units.
SPREADS = {
    "xavier": math.sqrt(2 / (256 + 64)),  # xavier_uniform_
    "he": math.sqrt(2 / 256),  # kaiming_normal_, for relu
    "normal": 1.0,  # normal_
}


@pytest.mark.parametrize("init", SPREADS)
def test_initial_weights_have_the_spread_that_their_rule_says(init):
    layers = streams.initial_layers(TrainConfig(init=init, width=64, depth=1), 256, 10)
    weight, bias = layers[0]
    assert weight.shape == (64, 256)
    assert weight.dtype == bias.dtype == np.float32
    assert not any(bias.any() for _, bias in layers)
    scaled, n = weight / SPREADS[init], weight.size
    assert abs(scaled.mean()) < 5 / math.sqrt(n)
    # The square's variance: 2 of a normal number, 4/5 of a uniform one of variance 1.
    spread = 0.8 if init == "xavier" else 2.0
    assert abs((scaled**2).mean() - 1) < 5 * math.sqrt(spread / n)
    # Uniform numbers of variance 1 end at sqrt(3); of 16,384 normal ones some are beyond 3.
    if init == "xavier":
        assert 0.99 * math.sqrt(3) < np.abs(scaled).max() <= math.sqrt(3) * (1 + 1e-6)
    else:
        assert np.abs(scaled).max() > 3


def test_zeros_are_zeros():
    layers = streams.initial_layers(TrainConfig(init="zeros"), 2, 3)
    assert [weight.shape for weight, _ in layers] == [(128, 2), (128, 128), (3, 128)]
    assert not any(weight.any() or bias.any() for weight, bias in layers)


def test_initial_weights_do_not_depend_on_what_is_trained_with_them():
    first = streams.initial_layers(TrainConfig(), 2, 2)
    for config in (
        TrainConfig(lr=0.5, optimizer="sgd", dropout=0.3, batch_size=7),
        TrainConfig(activation="gelu", epochs=3, weight_decay=0.1),
    ):
        other = streams.initial_layers(config, 2, 2)
        for one, two in zip(first, other, strict=True):
            assert (one[0] == two[0]).all()
            assert (one[1] == two[1]).all()
    reseeded = streams.initial_layers(TrainConfig(seed=1), 2, 2)
    assert not (first[0][0] == reseeded[0][0]).any()


def test_the_hash_is_lowbias32_also_for_negative_numbers():
    """By Python's own unbounded integers, where no sign bit and no overflow can hide."""
    import torch

    def lowbias32(bits):
        bits = (bits ^ bits >> 16) * 0x7FEB352D % 2**32
        bits = (bits ^ bits >> 15) * 0x846CA68B % 2**32
        return bits ^ bits >> 16

    key = -1234567
    counters = streams.counters(3, 4, torch.device("cpu"))
    unsigned = [
        lowbias32(((512 * row + unit) * 2654435769 + key) % 2**32)
        for row in range(3)
        for unit in range(4)
    ]
    signed = [bits - 2**32 if bits >= 2**31 else bits for bits in unsigned]
    assert min(signed) < 0 < max(signed)
    keys = torch.tensor([[[key]]], dtype=torch.int32)
    for cut in signed:
        threshold = torch.tensor([[[cut]]], dtype=torch.int32)
        kept = streams.keep(keys, threshold, counters).flatten().tolist()
        assert kept == [bits >= cut for bits in signed]
