"""The labs of topics 5 and 6 as pages, without a browser."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import reference_source
from tests.app.test_pages import (
    _caption,
    quiet_services,  # noqa: F401 - an autouse fixture, for this file as well
    topic_page,
    words,
    write,
)


def test_training_where_the_process_says_adds_that_trial() -> None:
    test = topic_page("5", tab="Play")
    assert "3 trials; the best has loss" in _caption(test, "The band is widest")
    assert "next comes 0.0063" in _caption(test, "At the trials themselves")
    test.button(key="next").click().run()
    assert not test.exception
    assert test.pills(key="trials").value[-1] == "6.3e-03"
    assert "4 trials" in _caption(test, "The band is widest")
    assert "next comes 0.0063" not in _caption(test, "At the trials themselves")
    test.button(key="preset-start").click().run()
    assert "3 trials" in _caption(test, "The band is widest")


def test_without_a_trial_the_page_asks_for_one() -> None:
    test = topic_page("5", tab="Play")
    test.pills(key="trials").set_value([]).run()
    assert not test.exception
    assert "Add a trial and the process appears." in words(test)


def test_haste_and_patience_cost_what_their_captions_say() -> None:
    test = topic_page("5", tab="Play", lab="Pruning", saved="50")
    test.button(key="preset-haste").click().run()
    assert "135 of 800 epochs" in _caption(test, "epochs trained")
    assert "best 5 trials: 4." in _caption(test, "epochs trained")
    test.button(key="preset-patient").click().run()
    assert "best 5 trials: 0." in _caption(test, "epochs trained")


def test_right_code_is_drawn_in_the_labs_of_topic_5(home: Path) -> None:
    write(home, "ex05_bayesian_optimization", reference_source("ex05_bayesian_optimization"))
    for lab, part, says in (
        ("Gaussian process", "The band is widest", "3 trials; the best has loss 0.280"),
        ("Pruning", "epochs trained", "Your rule agrees on 40 of 40 trials"),
        ("Hyperband", "trials in 5 brackets", "Yours agrees on 5 of 5 brackets"),
    ):
        test = topic_page("5", tab="Play", lab=lab, saved="50")
        assert not test.exception
        assert not test.warning
        assert says in _caption(test, part)


def test_wrong_code_disagrees_and_unreadable_results_are_told(home: Path) -> None:
    write(
        home,
        "ex05_bayesian_optimization",
        "def gp_posterior(*_):\n    return 1\n\n\n"
        "def expected_improvement(mu, *_):\n    return mu[:3]\n\n\n"
        "def should_prune(*_):\n    return False\n\n\n"
        "def hyperband_brackets(*_):\n    return [[(81, 1)], [(5, 81)], [(1, 1)]]\n",
    )
    test = topic_page("5", tab="Play")
    assert not test.exception
    told = [item.value for item in test.warning]
    assert any("`gp_posterior`: The picture needs a pair" in text for text in told)
    assert any("`expected_improvement`: The picture needs a list of" in text for text in told)
    test = topic_page("5", tab="Play", lab="Pruning", saved="50")
    assert "Your rule agrees on 9 of 40 trials" in _caption(test, "epochs trained")
    test = topic_page("5", tab="Play", lab="Hyperband")
    assert "Yours agrees on 0 of 5 brackets, and has 3." in _caption(test, "trials in 5 brackets")


def test_sorted_labels_score_nothing_until_they_are_stratified() -> None:
    test = topic_page("6", tab="Play")
    assert "0%, 0%, 0%; 0% on average" in _caption(test, "folds with test sets")
    test.button(key="preset-stratified").click().run()
    assert not test.exception
    assert "100% on average" in _caption(test, "folds with test sets")
    test.button(key="preset-series").click().run()
    assert "Training sets of 4, 10, 10, 10 rows" in _caption(test, "folds with test sets")


def test_a_gap_that_no_longer_fits_is_shortened() -> None:
    test = topic_page("6", tab="Play", scheme="time series", gap="5", k="5")
    assert not test.exception
    assert "Training sets of 1," in _caption(test, "folds with test sets")


def test_right_code_is_drawn_in_the_strips(home: Path) -> None:
    write(home, "ex06_cross_validation", reference_source("ex06_cross_validation"))
    for scheme in ("k-fold", "k-fold, shuffled", "stratified", "time series"):
        test = topic_page("6", tab="Play", scheme=scheme)
        assert not test.exception
        assert "Yours tests the same rows in 3 of 3 folds" in _caption(test, "folds with test sets")
