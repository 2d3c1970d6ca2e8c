from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, data, landscape, record, train
from engine.record import Plan

PLAN = Plan(
    data="digits",
    base=TrainConfig(optimizer="sgd", depth=1, width=4),
    axes={"lr": (0.01, 1e30), "batch_size": (256, 512)},
    min_epochs=3,
    min_steps=10,
)


def test_recording_trains_every_point_and_keeps_every_epoch():
    recorded = record.record(PLAN)
    # 1010 examples: 4 steps an epoch at 256, so 10 steps are 2.5 epochs and 3 is the minimum;
    # 2 steps at 512, so 10 steps are 5 epochs.
    assert recorded.epochs.tolist() == [[3, 5], [3, 5]]
    config = replace(PLAN.base, lr=0.01, batch_size=512, epochs=5)
    assert recorded.config({"lr": 0.01, "batch_size": 512}) == config
    (history,) = train([config], data.load("digits"))
    assert recorded.val_score[0, 1].tolist() == history.val_score.tolist()
    np.testing.assert_array_equal(recorded.val_loss[0, 1], history.val_loss.astype(np.float32))
    assert np.isnan(recorded.val_score[0, 0, 3:]).all()
    assert np.isnan(recorded.val_score[1]).all()


def test_the_committed_landscapes_are_those_of_the_committed_plans():
    assert landscape.names() == tuple(sorted(record.PLANS))
    for name, plan in record.PLANS.items():
        recorded = landscape.load(name)
        assert (recorded.data, recorded.base) == (plan.data, plan.base)
        assert dict(recorded.axes) == dict(plan.axes)
        assert recorded.epoch_budgets[-1] >= plan.min_epochs
        assert recorded.step_budgets[-1] >= 0.95 * plan.min_steps


def test_the_command_writes_the_file_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "PLANS", {"tiny": PLAN})
    monkeypatch.setattr(sys, "argv", ["record", "tiny", "--out", str(tmp_path / "new")])
    record.main()
    assert (tmp_path / "new" / "tiny.npz").is_file()
    captured = capsys.readouterr()
    assert "tiny.npz" in captured.out
    assert "4/4" in captured.err


def test_the_command_refuses_an_unknown_name_with_the_known_ones(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["record", "mnist"])
    with pytest.raises(SystemExit) as stopped:
        record.main()
    assert stopped.value.code == 2
    assert "no landscape is called 'mnist'; there are digits_lr_batch" in capsys.readouterr().err
