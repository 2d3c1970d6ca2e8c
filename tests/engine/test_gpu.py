"""A GPU trains the same networks on the same batches, to rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, data, train
from tests.engine.populations import rows

CONFIG = TrainConfig(width=24, epochs=3, lr=3e-3)
MIXED = [
    replace(CONFIG, dropout=0.3),
    replace(CONFIG, optimizer="sgd", depth=0, lr=0.1),
    replace(CONFIG, optimizer="momentum", activation="tanh", batch_size=37),
    replace(CONFIG, optimizer="nesterov", activation="gelu", schedule="cosine", depth=3),
    replace(CONFIG, optimizer="adamw", weight_decay=1e-2, schedule="one-cycle", width=100),
    replace(CONFIG, optimizer="sgd", lr=1e30),
]
POPULATION = [replace(config, seed=seed) for seed in range(3) for config in MIXED]


@pytest.fixture(scope="module", autouse=True)
def gpu():
    import torch

    if not torch.cuda.is_available():
        pytest.skip(
            "needs an NVIDIA GPU and a CUDA build of torch: on a machine with both, run "
            "`pytest tests/engine/test_gpu.py`"
        )


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-4), ("float64", 1e-9)])
@pytest.mark.parametrize("name", ["moons", "diabetes"])
def test_a_gpu_agrees_with_the_cpu_to_rounding(name, dtype, rtol):
    dataset = data.load(name).astype(dtype)
    histories = [train(POPULATION, dataset, device=device, jobs=1) for device in ("cpu", "cuda")]
    for cpu, gpu in zip(*histories, strict=True):
        assert gpu.ended == cpu.ended
        assert gpu.stopped_epoch == cpu.stopped_epoch
        np.testing.assert_allclose(
            rows(gpu)[::2], rows(cpu)[::2], rtol=rtol, err_msg=str(cpu.config)
        )
    assert [history.ended for history in histories[0]].count("diverged") == 3


def test_a_gpu_drops_members_and_joins_what_is_left():
    dataset = data.load("moons").astype(np.float64)
    configs = [replace(CONFIG, seed=seed, dropout=0.2) for seed in range(8)]
    whole = train(configs, dataset)
    histories = train(
        configs,
        dataset,
        device="cuda",
        on_epoch=lambda epoch, _: [1, 2, 5] if epoch == 1 else None,
    )
    assert [i for i, history in enumerate(histories) if history.ended == "dropped"] == [1, 2, 5]
    for cpu, gpu in zip(whole, histories, strict=True):
        expected = rows(cpu)[::2, : gpu.stopped_epoch]
        np.testing.assert_allclose(rows(gpu)[::2], expected, rtol=1e-8)
