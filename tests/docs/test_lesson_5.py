"""Lesson 5's numbers are what its figures' code computes."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.paths import load_module

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "05-Bayesian-Optimization.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    return load_module(
        DOCS / "figures" / "bayesian_optimization.py", "tests_figures.bayesian_optimization"
    )


def test_the_seventh_trial_is_the_best_of_all_rates(figures: ModuleType) -> None:
    four, seven = figures.moments(4, 7)
    losses = figures.lab.losses()
    assert len(losses) == 31
    assert "31 learning rates on offer" in TEXT
    assert seven.losses[-1] == seven.losses.min() == losses.min()
    rate = f"{10 ** seven.tried[-1]:.2g}"
    assert f"The seventh trial, at {rate}, is the best of all 31, with a loss of" in TEXT
    assert f"with a loss of {losses.min():.3f}" in TEXT
    assert "after seven, one narrow hump near 0.013" in TEXT
    assert 10**seven.following == pytest.approx(0.013, rel=0.05)
    assert _humps(four.improvement) == 3
    assert _humps(seven.improvement) == 1


def _humps(values: np.ndarray) -> int:
    """Local maxima that stand out."""
    inner = values[1:-1]
    tops = (inner > values[:-2]) & (inner > values[2:]) & (inner > 0.1 * values.max())
    return int(tops.sum())


def test_tpe_wastes_fewer_trials_and_ends_level(figures: ModuleType) -> None:
    tpe, random = figures.studies()["TPE"], figures.studies()["random"]
    assert tpe.shape == random.shape == (12, 40)
    assert "12 studies of 40 trials each" in TEXT
    # The random start is drawn from one seed each.
    np.testing.assert_array_equal(tpe[:, :10], random[:, :10])
    late = [values[:, 10:] for values in (tpe, random)]
    medians = [f"{np.median(values):.1%}" for values in late]
    assert f"the median trial has {medians[0]} with TPE and {medians[1]} at random" in TEXT
    lost = [f"{np.mean(values < 0.9):.0%}" for values in late]
    assert f"{lost[1]} of the random trials stay below 90%, against {lost[0]}" in TEXT
    best = [values.max(axis=1) for values in (tpe, random)]
    ends = [f"{np.median(values):.1%}" for values in best]
    assert f"The best of 40 is {ends[0]} and {ends[1]}" in TEXT
    assert f"strictly better in {np.sum(best[0] > best[1])} of 12 studies" in TEXT


def test_blocks_are_medians_over_all_studies(figures: ModuleType) -> None:
    values = np.tile(np.arange(40.0), (12, 1))
    np.testing.assert_array_equal(figures.block_medians(values), np.arange(8) * 5 + 2)


def test_pruning_saves_and_kills_what_the_caption_says(figures: ModuleType) -> None:
    hasty, patient = figures.HASTE, figures.PATIENCE
    costs = [figures.pruning.prune(0, rule).epochs for rule in (hasty, patient)]
    assert f"{costs[0]} of 800 epochs without a warm-up, {costs[1]} with one of 8" in TEXT
    sums = figures.pruning_sums(hasty)
    assert f"the first saves {sums.saved:.0%} of the epochs, kills {sums.killed:.1f}" in TEXT
    assert f"the very best in {1 - sums.keeps_best:.0%} of the draws" in TEXT
    sums = figures.pruning_sums(patient)
    assert f"the second saves {sums.saved:.0%}, kills {sums.killed:.1f} and loses" in TEXT
    assert f"loses the best in {1 - sums.keeps_best:.0%}." in TEXT


def test_the_table_of_brackets_is_the_references(figures: ModuleType) -> None:
    brackets = figures.solution().hyperband_brackets(81, 3)
    rows = re.findall(r"^\| (\d) \| (.+) \|$", TEXT, re.MULTILINE)
    assert len(rows) == len(brackets)
    for (number, told), bracket in zip(rows, brackets, strict=True):
        assert int(number) == len(bracket) - 1
        assert told.replace(" epochs", "") == ", ".join(f"{n} for {r}" for n, r in bracket)


def test_the_quick_start_has_the_outlines_ranges() -> None:
    assert 'suggest_float("lr", 1e-5, 1e-1, log=True)' in TEXT
    assert 'suggest_int("hidden", 32, 256)' in TEXT
    assert 'suggest_float("dropout", 0.0, 0.5)' in TEXT
    assert 'direction="maximize"' in TEXT
    assert "n_trials=100" in TEXT


def test_what_is_said_of_tpe_is_optunas_default() -> None:
    import inspect

    from optuna.samplers import TPESampler
    from optuna.samplers._tpe.sampler import default_gamma

    defaults = inspect.signature(TPESampler).parameters
    assert defaults["n_startup_trials"].default == 10
    assert "The first 10 trials are random" in TEXT
    assert defaults["n_ei_candidates"].default == 24
    assert "draws 24 candidates" in TEXT
    assert [default_gamma(n) for n in (10, 101, 1000)] == [1, 11, 25]
    assert "a good tenth (at most 25)" in TEXT
