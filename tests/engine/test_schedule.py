"""`torch.optim.lr_scheduler` is the oracle for every schedule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import TrainConfig
from engine.schedule import learning_rates


def torch_rates(make_scheduler, lr: float, n: int) -> list[float]:
    import torch

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = make_scheduler(optimizer)
    rates = []
    for _ in range(n):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def test_a_constant_schedule_stays_at_lr_for_every_step():
    rates = learning_rates(TrainConfig(lr=0.3, epochs=3), steps_per_epoch=4)
    assert rates.tolist() == [0.3] * 12


def test_the_step_schedule_drops_at_half_and_three_quarters_like_multisteplr():
    from torch.optim.lr_scheduler import MultiStepLR

    rates = learning_rates(TrainConfig(lr=0.3, epochs=4, schedule="step"), steps_per_epoch=2)
    np.testing.assert_allclose(rates, [0.3] * 4 + [0.03] * 2 + [0.003] * 2, rtol=1e-12)
    expected = torch_rates(lambda o: MultiStepLR(o, milestones=[4, 6]), 0.3, 8)
    np.testing.assert_allclose(rates, expected, rtol=1e-12)


def test_the_cosine_schedule_is_cosineannealinglr_stepped_every_batch():
    from torch.optim.lr_scheduler import CosineAnnealingLR

    rates = learning_rates(TrainConfig(lr=0.3, epochs=5, schedule="cosine"), steps_per_epoch=7)
    expected = torch_rates(lambda o: CosineAnnealingLR(o, T_max=35), 0.3, 35)
    np.testing.assert_allclose(rates, expected, rtol=1e-10)


@pytest.mark.parametrize("total", [2, 3, 4, 10, 35, 320])
def test_the_one_cycle_schedule_is_onecyclelr(total):
    from torch.optim.lr_scheduler import OneCycleLR

    config = TrainConfig(lr=0.3, epochs=1, schedule="one-cycle")
    rates = learning_rates(config, steps_per_epoch=total)
    expected = torch_rates(
        lambda o: OneCycleLR(o, 0.3, total_steps=total, cycle_momentum=False), 0.3, total - 1
    )
    np.testing.assert_allclose(rates[:-1], expected, rtol=1e-9)
    assert rates[-1] == pytest.approx(0.3 / 25 / 1e4)


def test_a_warmup_climbs_linearly_and_hands_over_as_sequentiallr_does():
    from torch.optim.lr_scheduler import LinearLR, LRScheduler

    n_warmup, n = 4, 20
    config = TrainConfig(lr=0.3, epochs=1, warmup=0.2)
    rates = learning_rates(config, steps_per_epoch=n)

    def climb(optimizer) -> LRScheduler:
        return LinearLR(optimizer, start_factor=1 / (n_warmup + 1), total_iters=n_warmup)

    np.testing.assert_allclose(rates, torch_rates(climb, 0.3, n), rtol=1e-12)
    np.testing.assert_allclose(rates[:5], [0.06, 0.12, 0.18, 0.24, 0.3], rtol=1e-12)


def test_a_schedule_after_a_warmup_spans_the_remaining_steps():
    warmed = learning_rates(TrainConfig(epochs=1, warmup=0.2, schedule="cosine"), 20)
    alone = learning_rates(TrainConfig(epochs=1, schedule="cosine"), 16)
    assert warmed[4:].tolist() == alone.tolist()


@given(
    schedule=st.sampled_from(["constant", "step", "cosine", "one-cycle"]),
    warmup=st.floats(0, 0.99),
    epochs=st.integers(1, 5),
    steps_per_epoch=st.integers(1, 50),
)
def test_every_rate_is_positive_and_at_most_lr(schedule, warmup, epochs, steps_per_epoch):
    warmup = 0.0 if schedule == "one-cycle" else warmup
    config = TrainConfig(lr=0.3, epochs=epochs, warmup=warmup, schedule=schedule)
    rates = learning_rates(config, steps_per_epoch)
    assert rates.shape == (epochs * steps_per_epoch,)
    assert (rates > 0).all()
    assert (rates <= 0.3 * (1 + 1e-12)).all()


@given(
    schedule=st.sampled_from(["constant", "step", "cosine", "one-cycle"]),
    warmup=st.floats(0, 0.99),
    epochs=st.integers(1, 5),
    steps_per_epoch=st.integers(1, 50),
)
def test_the_rates_of_one_epoch_are_its_slice_of_the_run(schedule, warmup, epochs, steps_per_epoch):
    warmup = 0.0 if schedule == "one-cycle" else warmup
    config = TrainConfig(lr=0.3, epochs=epochs, warmup=warmup, schedule=schedule)
    whole = learning_rates(config, steps_per_epoch).reshape(epochs, steps_per_epoch)
    for epoch in range(1, epochs + 1):
        rates = learning_rates(config, steps_per_epoch, epoch=epoch)
        assert rates.tolist() == whole[epoch - 1].tolist()
