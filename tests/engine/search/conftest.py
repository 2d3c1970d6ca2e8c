from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest

from engine import EpochResult, TrainConfig, data
from engine.search import evaluation


@dataclass
class Recording:
    """Stands in for `engine.train`: plays learning curves by learning rate, as the real one would.

    `trained` has the learning rate of every network, in order, whatever became of it. Ctrl-C comes
    after epoch `interrupt_after` of population `interrupt_in`, both counted from 1.
    """

    curves: dict[float, list[float]]
    trained: list[float] = field(default_factory=list)
    interrupt_after: int | None = None
    interrupt_in: int = 1
    populations: int = 0

    def __call__(self, configs, datasets, *, device, on_epoch, **_):
        assert len(datasets) == len(configs)
        self.populations += 1
        self.trained += [config.lr for config in configs]
        rows = {i: [] for i in range(len(configs))}
        open_ = dict(enumerate(configs))
        for epoch in range(1, max(config.epochs for config in configs) + 1):
            if not open_:
                break
            results = {i: self._result(config.lr, epoch) for i, config in open_.items()}
            for i, result in results.items():
                rows[i].append(result)
            dropped = set() if on_epoch is None else set(on_epoch(epoch, results) or ())
            assert dropped <= results.keys()
            if (self.populations, epoch) == (self.interrupt_in, self.interrupt_after):
                raise KeyboardInterrupt
            for i, result in results.items():
                if i in dropped or result.diverged or epoch == configs[i].epochs:
                    del open_[i]
        return [_Played(rows[i]) for i in rows]

    def _result(self, lr, epoch):
        score = self.curves[lr][epoch - 1]
        return EpochResult(math.nan, math.nan, 1 - score, score, diverged=math.isnan(score))


class _Played:
    def __init__(self, rows):
        self.val_score = [row.val_score for row in rows]
        self.val_loss = [row.val_loss for row in rows]
        self.diverged = rows[-1].diverged
        self.stopped_epoch = len(rows)


@pytest.fixture
def play(monkeypatch):
    def start(curves):
        recording = Recording(curves)
        monkeypatch.setattr(evaluation, "train", recording)
        return recording

    return start


@pytest.fixture(scope="session")
def moons():
    return data.load("moons", n=200)


@pytest.fixture
def small():
    return TrainConfig(width=8, depth=1, epochs=3, batch_size=50, lr=1e-2)
