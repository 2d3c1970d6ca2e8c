"""A search in a process of its own, for tests that kill it, interrupt it or run two at once.

Usage: python searching.py METHOD STORAGE
       python searching.py --real METHOD STORAGE
       python searching.py --moments METHOD FOLDER STRIDE

Every line on stdout is JSON: the learning rates of each population as its training begins, then
the result's trials. Training is played from a formula, so that torch need not be loaded; the first
population waits for a line on stdin. With --real it is real, and the third population never ends.
With --moments the search is killed at every STRIDE-th of its writes to the storage, each time from
the start, and gone on with afterwards; a line tells of each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import engine
from engine import Dataset, TrainConfig
from engine.search import (
    Interrupted,
    Problem,
    SearchResult,
    bayesian_search,
    evaluation,
    grid_search,
    hyperband,
    random_search,
)

RATES = [round(0.02 * i, 2) for i in range(1, 13)]


def problem() -> Problem:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    data = Dataset("halves", x[:40], y[:40], x[40:50], y[40:50], x[50:], y[50:], n_classes=2)
    base = TrainConfig(width=4, depth=1, epochs=9)
    return Problem(space={"lr": RATES}, data=data, base=base)


def search(method: str, storage: str | None) -> SearchResult:
    asked = problem()
    match method:
        case "grid":
            return grid_search(asked, storage=storage, population=2)
        case "random":
            return random_search(asked, 9, storage=storage, population=2)
        case "bayesian":
            return bayesian_search(asked, 9, storage=storage, population=2)
        case "hyperband":
            return hyperband(asked, storage=storage)
    raise ValueError(method)


def rows(result: SearchResult) -> list[list[object]]:
    return [[t.index, t.config.lr, t.state, t.value, t.epochs] for t in result.trials]


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


class Player:
    """Training from a formula; remembers what it trained."""

    def __init__(self, started=lambda rates: None):
        self.trained = []
        self._started = started

    def __call__(self, configs, datasets, *, on_epoch, **_):
        rates = [config.lr for config in configs]
        self.trained += rates
        self._started(rates)
        curves = [[_score(lr, epoch) for epoch in range(1, 10)] for lr in rates]
        open_ = set(range(len(configs)))
        for epoch in range(1, 10) if on_epoch is not None else ():
            results = {i: engine.EpochResult(0.0, 0.0, 0.0, curves[i][epoch - 1]) for i in open_}
            open_ -= set(on_epoch(epoch, results))
        return [_Played(curve) for curve in curves]


@dataclass(frozen=True)
class _Played:
    val_score: list[float]
    diverged: bool = False
    stopped_epoch: int = 9


def _score(lr, epoch):
    return epoch / (epoch + 1) - (lr - 0.11) ** 2 * epoch


def run(method, storage, *, real):
    n_populations = 0

    def started(rates):
        nonlocal n_populations
        n_populations += 1
        say(rates)
        if not real and n_populations == 1:
            sys.stdin.readline()

    if real:
        import torch

        torch.set_num_threads(1)
        train = evaluation.train

        def announced(configs, *args, **kwargs):
            started([config.lr for config in configs])
            histories = train(configs, *args, **kwargs)
            while n_populations == 3:
                train(configs, *args, **kwargs)
            return histories

        evaluation.train = announced
    else:
        evaluation.train = Player(started)
    try:
        say(rows(search(method, storage)))
    except Interrupted as stop:
        say(rows(stop.result))
        sys.exit(130)


def run_moments(method, folder, stride):
    moment = 1
    while True:
        storage = str(Path(folder) / f"{method}-{moment}.log")
        pid = os.fork()
        if pid == 0:
            _die_at_write(moment)
            evaluation.train = Player()
            search(method, storage)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            return
        before = _finished(method, storage)
        evaluation.train = player = Player()
        result = search(method, storage)
        say({"before": before, "trained": player.trained, "result": rows(result)})
        moment += stride


def _die_at_write(nth):
    """SIGKILL at the nth write: before the odd ones, after the even ones."""
    from optuna.storages.journal import JournalFileBackend

    append = JournalFileBackend.append_logs
    written = 0

    def append_or_die(self, logs):
        nonlocal written
        written += 1
        if written == nth and nth % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        append(self, logs)
        if written == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    JournalFileBackend.append_logs = append_or_die


def _finished(method, storage):
    """Number of slot and learning rate of every trial that had an answer when the process died."""
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.JournalStorage(JournalFileBackend(storage))
    trials = [
        trial
        for summary in optuna.get_all_study_summaries(storage)
        for trial in optuna.load_study(study_name=summary.study_name, storage=storage).trials
    ]
    return [[t.user_attrs["slot"], t.params["lr"]] for t in trials if t.state.is_finished()]


def main():
    match sys.argv[1:]:
        case ["--moments", method, folder, stride]:
            run_moments(method, folder, int(stride))
        case ["--real", method, storage]:
            run(method, storage, real=True)
        case [method, storage]:
            run(method, storage, real=False)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
