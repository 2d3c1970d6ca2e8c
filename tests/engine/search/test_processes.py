"""Searches in real processes: killed at many moments, interrupted, two at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from engine.search import evaluation
from tests.engine.search import searching

ROOT = Path(__file__).parents[3]


class Process:
    """`searching.py` with these arguments; what it says, line by line."""

    def __init__(self, *arguments):
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", searching.__file__, *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(ROOT)},
        )

    def line(self):
        line = self._process.stdout.readline()
        assert line, self._process.communicate()[1]
        return json.loads(line)

    def go_on(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def send(self, number):
        self._process.send_signal(number)

    def rest(self):
        """What it still says, what it said on stderr, and its exit status."""
        out, err = self._process.communicate(timeout=60)
        return [json.loads(line) for line in out.splitlines()], err, self._process.returncode


@pytest.fixture
def start():
    processes = []

    def launched(*arguments):
        processes.append(Process(*arguments))
        return processes[-1]

    yield launched
    for process in processes:
        if process._process.poll() is None:
            process._process.kill()
        process._process.communicate()


def storage_of(kind, folder):
    return folder / "a.log" if kind == "journal" else f"sqlite:///{folder / 'a.db'}"


def in_memory(method, monkeypatch):
    monkeypatch.setattr(evaluation, "train", searching.Player())
    return searching.rows(searching.search(method, None))


@pytest.mark.parametrize(
    ("method", "stride", "at_least"),
    [("grid", 3, 12), ("random", 7, 4), ("bayesian", 5, 8), ("hyperband", 7, 10)],
)
def test_killed_at_any_write_a_search_goes_on_where_it_stopped(
    start, tmp_path, monkeypatch, method, stride, at_least
):
    lines, err, status = start("--moments", method, tmp_path, stride).rest()
    assert (err, status) == ("", 0)
    assert len(lines) >= at_least
    whole = in_memory(method, monkeypatch)
    for line in lines:
        finished = dict(line["before"])
        assert len(finished) == len(line["before"])
        by_slot = {slot: rate for slot, rate, *_ in line["result"]}
        assert list(by_slot) == list(range(len(whole)))
        assert finished.items() <= by_slot.items()
        unfinished = [rate for slot, rate in by_slot.items() if slot not in finished]
        assert Counter(line["trained"]) == Counter(unfinished)
        # What a sampler suggests depends on what has come back by then, so on the interruption.
        if method != "bayesian":
            assert line["result"] == whole
    done = {len(line["before"]) for line in lines}
    assert min(done) == 0
    assert max(done) >= len(whole) // 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_signal_in_the_midst_of_training_loses_only_the_population_in_training(
    start, tmp_path, monkeypatch, number
):
    log = tmp_path / "study.log"
    process = start("--real", "grid", log)
    populations = [process.line() for _ in range(3)]
    assert populations == [searching.RATES[i : i + 2] for i in (0, 2, 4)]
    process.send(number)
    lines, err, status = process.rest()
    whole = searching.rows(searching.search("grid", None))
    if number == signal.SIGINT:
        assert (lines, err, status) == ([whole[:4]], "", 130)
    else:
        assert (lines, err, status) == ([], "", -signal.SIGKILL)
    trained = []
    real = evaluation.train

    def train(configs, *args, **kwargs):
        trained.extend(config.lr for config in configs)
        return real(configs, *args, **kwargs)

    monkeypatch.setattr(evaluation, "train", train)
    assert searching.rows(searching.search("grid", str(log))) == whole
    assert trained == searching.RATES[4:]


@pytest.mark.parametrize(
    ("method", "kind"), [("grid", "journal"), ("grid", "sqlite"), ("bayesian", "journal")]
)
def test_two_processes_share_a_search_and_both_return_all_of_it(start, tmp_path, kind, method):
    storage = storage_of(kind, tmp_path)
    both = [start(method, storage) for _ in range(2)]
    trained = [process.line() for process in both]
    for process in both:
        process.go_on()
    results = []
    for process in both:
        (*populations, result), err, status = process.rest()
        assert (err, status) == ("", 0)
        trained += populations
        results.append(result)
    assert results[0] == results[1]
    n = len(searching.RATES) if method == "grid" else 9
    assert [index for index, *_ in results[0]] == list(range(n))
    rates = [rate for population in trained for rate in population]
    assert Counter(rates) == Counter(rate for _, rate, *_ in results[0])
    assert len(rates) == n
    if method == "grid":
        assert sorted(rates) == searching.RATES


@pytest.mark.parametrize(
    ("method", "kind"), [("grid", "journal"), ("grid", "sqlite"), ("hyperband", "journal")]
)
def test_if_one_of_two_processes_is_killed_the_other_takes_its_trials(
    start, tmp_path, monkeypatch, method, kind
):
    storage = storage_of(kind, tmp_path)
    first = start(method, storage)
    lost = first.line()
    second = start(method, storage)
    trained = [] if method == "hyperband" else second.line()
    first.send(signal.SIGKILL)
    first.rest()
    second.go_on()
    (*populations, result), err, status = second.rest()
    assert (err, status) == ("", 0)
    assert result == in_memory(method, monkeypatch)
    trained += [rate for population in populations for rate in population]
    assert Counter(trained) == Counter(rate for _, rate, *_ in result)
    assert set(lost) <= set(trained)
