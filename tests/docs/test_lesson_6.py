"""Lesson 6's numbers are what its figures' code computes."""

from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType

import pytest

from app.labs import folds
from app.labs.luck import luck
from grader.paths import load_module

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "06-Cross-Validation.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    return load_module(DOCS / "figures" / "cross_validation.py", "tests_figures.cross_validation")


def test_one_split_is_as_noisy_and_its_winner_as_lucky_as_the_lesson_says() -> None:
    error = 100 * math.sqrt(0.95 * 0.05 / 337)
    assert f"with 337 images and 95%, that is {error:.1f} points" in TEXT
    found = luck(337, 0.95)
    told = f"the best will seem {100 * found.gain(10):.1f} points better than it is; of a hundred, "
    assert f"{told}{100 * found.gain(100):.1f}" in TEXT


def test_the_thirty_flowers_score_as_the_caption_says() -> None:
    assert "nearest neighbors get 0% on every plain fold, and 100% on every stratified" in TEXT
    assert folds.split(folds.Plan("k-fold", 3)).scores == (0, 0, 0)
    assert folds.split(folds.Plan("stratified", 3)).scores == (1, 1, 1)


def test_few_folds_are_as_pessimistic_as_the_caption_says(figures: ModuleType) -> None:
    found = figures.fold_count.estimate(figures.N_SMALL, seed=0)
    truth = found.truth.mean()
    assert found.estimates.shape == (40, 5)
    assert f"the truth, {truth:.1%}, is measured on the other 1,677" in TEXT
    low = [f"{100 * (truth - mean):.1f}" for mean in found.means]
    assert f"Two folds are {low[0]} points too low, five {low[2]} and ten {low[3]}." in TEXT
    spread = [f"{100 * value:.1f}" for value in found.spreads]
    assert f"is {spread[0]} points at 2 folds and {spread[3]} at 10" in TEXT
    assert found.spreads[-1] == pytest.approx(0.03, abs=0.003)
    assert "even with twenty folds a single estimate is off by 3 points" in TEXT
    means = [f"{found.means[i]:.1%}" for i in (0, -1)]
    assert f"rising from {means[0]} at two folds to {means[1]} at twenty" in TEXT


def test_leaks_on_noise_report_what_the_caption_says(figures: ModuleType) -> None:
    chosen, tuned = figures.selection(), figures.tuning()
    assert (len(chosen.wrong), len(tuned.wrong)) == (40, 20)
    told = f"chosen on all rows the result is {chosen.wrong.mean():.0%}, inside the folds "
    assert f"{told}{chosen.right.mean():.0%}" in TEXT
    told = f"the best of 50 configurations has {tuned.wrong.mean():.0%}, and nested"
    assert f"{told} cross-validation says {tuned.right.mean():.0%}" in TEXT
    # The honest ways lie within three standard errors of a coin.
    for pair in (chosen, tuned):
        error = pair.right.std(ddof=1) / math.sqrt(len(pair.right))
        assert pair.right.mean() == pytest.approx(0.5, abs=3 * error)
