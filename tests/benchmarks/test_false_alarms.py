"""Simulated right submissions: which checks are found, and how p-values should fall."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import false_alarms
from benchmarks.__main__ import main
from benchmarks.false_alarms import Tally
from grader.topics import find_topic

CHECKS = [
    "test_the_logarithms_of_the_draws_are_uniform",
    "test_the_median_is_the_geometric_mean_of_the_bounds",
    "test_all_points_of_a_grid_are_equally_likely",
    "test_each_configuration_draws_from_the_distribution_anew",
    "test_beside_a_distribution_choices_are_equally_likely",
]


def even(n: int) -> list[float]:
    """P-values as they fall if all is right: evenly."""
    return ((np.arange(n) + 0.5) / n).tolist()


def test_the_statistical_checks_of_topic_4_are_found_and_reject_no_reference() -> None:
    told: list[tuple[str, int]] = []
    found = false_alarms.simulate(
        find_topic("4"), 3, tell=lambda name, tally: told.append((name, tally.runs))
    )
    assert list(found) == CHECKS
    assert told == [(name, run) for name in CHECKS for run in (1, 2, 3)]
    assert [(tally.runs, tally.alarms) for tally in found.values()] == [(3, 0)] * 5
    for tally in found.values():
        assert len(set(tally.p_values)) > 1  # fresh inputs every time
        assert all(0 < p <= 1 for p in tally.p_values)
    assert false_alarms.fine(found)


def test_a_wrong_reference_sets_the_alarm_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: object, name: str) -> object:
        module = original(path, name)
        if "solutions" in name:
            draw = np.random.Generator.uniform
            module.sample_loguniform = lambda low, high, size, rng: draw(rng, low, high, size)
        return module

    original = false_alarms.load_module
    monkeypatch.setattr(false_alarms, "load_module", load)
    found = false_alarms.simulate(find_topic("4"), 2)
    assert [found[name].alarms for name in CHECKS] == [2, 2, 0, 0, 0]
    assert not false_alarms.fine(found)


def test_time_ends_a_check_early(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**6))
    monkeypatch.setattr(false_alarms.time, "monotonic", lambda: float(next(ticks)))
    found = false_alarms.simulate(find_topic("4"), 100, seconds=2.5)
    assert [tally.runs for tally in found.values()] == [2] * 5


def test_even_p_values_are_calibrated_and_crowded_ones_are_not() -> None:
    assert Tally(10_000, 0, even(10_000)).calibrated()
    # 300 of 10,000 below 0.01 where 100 are expected: 20 standard deviations too many.
    crowded = Tally(10_000, 0, [0.005] * 300 + even(9_700))
    assert crowded.share_below(0.01) == pytest.approx(0.03 + 0.97 * 0.01, abs=1e-4)
    assert not crowded.calibrated()
    assert not false_alarms.fine({"crowded": crowded})


def test_conservative_p_values_are_fine() -> None:
    assert Tally(10_000, 0, [1.0] * 10_000).calibrated()


@pytest.mark.parametrize(
    ("alarms", "runs", "bound"),
    [
        (0, 100_000, 2.9957e-5),  # 1 - 0.05 ** (1 / n), the rule of three
        (0, 1, 0.95),
        (1, 1, 1.0),
    ],
)
def test_the_rate_has_an_upper_bound(alarms: int, runs: int, bound: float) -> None:
    assert false_alarms.at_most(alarms, runs) == pytest.approx(bound, rel=1e-4)


def test_the_command_reports_each_check_and_fails_where_p_values_crowd(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tallies = {"one": Tally(1000, 0, even(1000))}
    monkeypatch.setattr(false_alarms, "simulate", lambda *_, **__: tallies)
    done = CliRunner().invoke(main, ["false-alarms", "--topic", "4"])
    assert done.exit_code == 0
    assert "one: 0 of 1000 rejected (rate at most 3.0e-03)" in done.output
    tallies["two"] = Tally(1000, 0, [0.0001] * 1000)
    done = CliRunner().invoke(main, ["false-alarms", "--topic", "4"])
    assert done.exit_code == 1
    assert "TOO MANY" in done.output
