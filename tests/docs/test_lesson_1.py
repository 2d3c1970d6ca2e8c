"""Lesson 1's numbers are what was computed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader import labs
from grader.paths import load_module

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "01-What-is-Hyperparameter-Tuning.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    return load_module(DOCS / "figures" / "what_is_tuning.py", "tests_figures.what_is_tuning")


@pytest.fixture(autouse=True)
def one_torch_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_network_has_as_many_parameters_as_it_says(figures: ModuleType) -> None:
    model = labs.build("ex01_what_is_tuning:perceptron", width=128, depth=2, frozen=0)
    _, total = figures.solution().count_parameters(model)
    assert f"holds {total:,} numbers" in TEXT
    assert f"```text\n{total}\n```" in TEXT


def test_three_learning_rates_end_where_it_says(figures: ModuleType) -> None:
    curves = figures.curves()
    committed = (DOCS / "figures" / "01-one-setting.svg").read_text(encoding="utf-8")
    assert "After 10 epochs: 96.4% at 0.001, 45.4% at 0.1, and 32.9% at 0.00001" in TEXT
    # Another processor rounds sums differently: by little where training works, by more where the
    # rate is far too high.
    for name, told, tolerance in (("0.001", 0.964, 0.01), ("0.00001", 0.329, 0.02)):
        assert curves[name][-1] == pytest.approx(told, abs=tolerance)
        assert f"lr = {name}: {told:.1%}" in committed
    assert max(curves["0.1"]) < 0.7
    assert "lr = 0.1: 45.4%" in committed
    assert min(curves["0.001"][3:]) > 0.95


def test_luck_is_as_large_as_it_says(figures: ModuleType) -> None:
    best = figures.best_of_equals
    ends = [f"{best(100, n_val):.1%}" for n_val in figures.SIZES]
    assert f"at 100 trials they reach {ends[0]}, {ends[1]} and {ends[2]}." in TEXT
    assert f"best of 100: {ends[1]}" in TEXT
    gaps = {
        (n, n_val): f"{100 * (best(n, n_val) - figures.TRUTH):.1f}"
        for n in (10, 100)
        for n_val in figures.SIZES
    }
    assert f"the best of 10 looks {gaps[10, 337]} points better than it is" in TEXT
    assert f"the best of 100 looks {gaps[100, 337]} points better" in TEXT
    assert f"100 samples it is {gaps[100, 100]} points, with 1000 still {gaps[100, 1000]}" in TEXT


def test_the_expected_luck_is_what_draws_give(figures: ModuleType) -> None:
    drawn = np.random.default_rng(1).binomial(50, figures.TRUTH, (20_000, 10)).max(axis=1) / 50
    error = drawn.std() / np.sqrt(len(drawn))
    assert figures.best_of_equals(10, 50) == pytest.approx(drawn.mean(), abs=5 * error)


def test_the_winner_scores_what_it_says(figures: ModuleType) -> None:
    found = figures.search()
    assert (figures.N_TRIALS, figures.N_VAL, found.n_fresh) == (100, 100, 687)
    assert "We trained 100 random configurations, let 100 images choose" in TEXT
    assert "on 687 others" in TEXT
    told = "The best of 10 scores 97.2% where it was chosen and 96.2% elsewhere; "
    assert told + "the best of 100 scores 99.0% and 96.4%" in TEXT
    assert "rises from 95.6% at 3 trials to 99.0% at 100" in TEXT
    for n, val, fresh in ((10, 0.972, 0.962), (100, 0.99, 0.964)):
        got = figures.of_the_winner(found, n)
        assert got[0] == pytest.approx(val, abs=0.0101)  # one image more or less, elsewhere
        assert got[1] == pytest.approx(fresh, abs=0.008)
    assert figures.of_the_winner(found, 3)[0] == pytest.approx(0.956, abs=0.0101)


def test_the_fresh_score_of_the_winner_by_hand(figures: ModuleType) -> None:
    # Trials tie at the top: each wins half of the time. With 2 of 100 drawn, pairs decide.
    val = np.linspace(0.1, 0.9, figures.N_TRIALS)
    val[-2:] = 0.95
    fresh = np.zeros(figures.N_TRIALS)
    fresh[-1] = 1.0
    found = figures.Search(val, fresh, 10)
    # One of the two tied is among 2 drawn of 100 in 99 + 98 of the 4950 pairs, and then worth 1/2.
    assert figures.of_the_winner(found, 2)[1] == pytest.approx((99 + 98) / 4950 / 2)
    assert figures.of_the_winner(found, 100)[1] == pytest.approx(0.5)


def test_drawing_with_replacement_is_as_biased_as_it_says(figures: ModuleType) -> None:
    plug_in = sum(x * ((i + 1) ** 2 - i**2) / 9 for i, x in enumerate([0.5, 0.7, 0.9]))
    best = figures.solution().expected_best([0.5, 0.7, 0.9], 2)
    assert f"it gives {plug_in:.3f} for two trials, where the pairs average {best:.3f}" in TEXT
