"""What is built beside the learner's code for the sandbox: benches, peaks, recorded trainings."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from app.labs import lr_finder
from grader import labs
from grader.labs import finder, peak, recorded

LRS, SIZES = (0.01, 0.1, 1.0), (8, 64)
SCORES = ((0.2, 0.1), (0.9, 0.4), (0.5, 0.8))
TABLE = (LRS, SIZES, SCORES)


def test_the_course_reference_sees_the_very_losses_of_the_lab(manual_tuning: ModuleType) -> None:
    for optimizer in lr_finder.OPTIMIZERS:
        ours = lr_finder.run(optimizer, 32, 0)
        bench = finder.bench(optimizer, 32, lr_finder.N_STEPS, 0)
        parts = (bench.model, bench.optimizer, bench.loss_fn, bench.batches)
        lrs, losses = manual_tuning.range_test(
            *parts, lr_finder.LOW, lr_finder.HIGH, lr_finder.N_STEPS
        )
        np.testing.assert_allclose(lrs, ours.lrs, rtol=1e-12)
        np.testing.assert_allclose(losses, ours.losses, rtol=1e-4)


def test_a_bench_leaves_the_global_state_alone_and_scales_its_weights_as_he_does() -> None:
    before = torch.get_rng_state()
    bench: Any = finder.bench("SGD", 8, 5, seed=1)
    assert torch.equal(before, torch.get_rng_state())
    # 4,096 weights with standard deviation sqrt(2 / 64): a standard error of 1.1%.
    assert float(bench.model[0].weight.detach().std()) == pytest.approx((2 / 64) ** 0.5, rel=0.05)
    assert not bench.model[0].bias.any()
    assert [tuple(x.shape) for x, _ in bench.batches] == [(8, 64)] * 5


def test_a_peak_scores_one_and_falls_with_its_ratio() -> None:
    plane: Any = labs.build("peak:plane", k=2, x=0.5, y=0.25, ratio=3.0)
    assert plane.grid == {"y": [0.25, 0.75], "x": [0.25, 0.75]}
    assert plane.score({"x": 0.5, "y": 0.25}) == pytest.approx(1)
    assert plane.score({"x": 0.5 + peak.WIDTH, "y": 0.25}) == pytest.approx((3 / np.e + 1) / 4)


def test_the_nearest_recorded_training_on_log_axes_answers() -> None:
    found = recorded.Recorded(TABLE)
    # On a linear axis 0.03 would be nearer to 0.01; on a log axis the border is at 0.0316.
    assert found.score({"lr": 0.04, "batch size": 8}) == 0.9
    assert found.score({"lr": 0.03, "batch size": 8}) == 0.2
    assert found.error({"lr": 9.0, "batch size": 23}) == pytest.approx(1 - 0.8)
    assert found.asked == [[0.04, 8.0], [0.03, 8.0], [9.0, 23.0]]


def test_the_walk_notes_what_is_tried(manual_tuning: ModuleType) -> None:
    candidates = {"lr": list(LRS), "batch size": list(SIZES)}
    found = recorded.walk().run(
        manual_tuning.coordinate_search, TABLE, {"lr": 0.01, "batch size": 64}, candidates, 1
    )
    config, error, calls = found["result"]
    assert config == {"lr": 1.0, "batch size": 64}
    assert error == pytest.approx(0.2)
    assert found["asked"] == [[0.01, 64], [0.1, 64], [1.0, 64], [1.0, 8]]
    assert calls == 4


def test_a_random_search_draws_from_the_space_and_is_maximized(random_search: ModuleType) -> None:
    found = recorded.draws(0.001, 10.0, 0).search(random_search.random_search, TABLE, SIZES, 40)
    config, value, values = found["result"]
    assert value == max(values)
    assert [config["lr"], config["batch size"]] in found["asked"]
    configs = recorded.draws(0.001, 10.0, 3).draw(random_search.sample_configs, SIZES, 500)
    assert {config["batch size"] for config in configs} == set(SIZES)
    logs = np.log10([config["lr"] for config in configs])
    assert stats.kstest(logs, stats.uniform(-3, 4).cdf).pvalue > 1e-3
