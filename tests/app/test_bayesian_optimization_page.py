"""Topic 5's labs of TPE, brackets and studies as a page, without a browser."""

from __future__ import annotations

import pytest

from tests.app.test_pages import (
    _caption,
    quiet_services,  # noqa: F401 - an autouse fixture, for this file as well
    topic_page,
    words,
)


def test_pruning_asks_for_a_guess_first_and_then_answers_it() -> None:
    test = topic_page("5", tab="Play", lab="Pruning")
    assert "Enter a guess and the learning curves appear." in words(test)
    assert "epochs trained" not in words(test)
    test.number_input(key="saved").set_value(60).run()
    assert not test.exception
    assert "You said 60. It is 72 percent**, 12 more." in words(test)
    assert "224 of 800 epochs trained, 72% saved" in _caption(test, "epochs trained")


def test_tpe_goes_on_trial_by_trial_and_its_presets_differ_as_they_say() -> None:
    test = topic_page("5", tab="Play", lab="TPE")
    assert "10 trials, 3 of them good" in _caption(test, "of them good")
    test.button(key="tpe-next").click().run()
    assert "11 trials, 3 of them good" in _caption(test, "of them good")
    assert test.slider(key="tpe-chosen").value == 1
    test.button(key="preset-tenth").click().run()
    tenth = _caption(test, "of them good")
    assert "20 trials, 2 of them good; the best has loss 0.100" in tenth
    assert "span 1.60 decades" in tenth
    test.button(key="preset-half").click().run()
    half = _caption(test, "of them good")
    assert "20 trials, 10 of them good; the best has loss 0.139" in half
    assert "span 0.35 decades" in half
    test.slider(key="tpe-chosen").set_value(30).run()
    assert test.button(key="tpe-next").disabled


def test_brackets_cost_what_their_captions_say() -> None:
    test = topic_page("5", tab="Play", lab="Hyperband")
    assert "143 trials in 5 brackets" in _caption(test, "trials in")
    # (81 + 27*2 + 9*6 + 3*18 + 54) / 81 = 3.67 whole trainings, and so on.
    assert "3.7, 3.4, 3.4, 4.0, 5.0 whole trainings" in _caption(test, "whole trainings of 81")
    test.button(key="preset-gentle").click().run()
    assert not test.exception
    assert "163 trials in 7 brackets" in _caption(test, "trials in")


def test_the_best_tenth_of_a_study_needs_another_setting_than_its_better_half() -> None:
    test = topic_page("5", tab="Play", lab="Read a study")
    test.button(key="preset-better-half").click().run()
    assert "from the rest: lr " in _caption(test, "PED-ANOVA")
    test.button(key="preset-best-tenth").click().run()
    assert not test.exception
    assert "from the rest: width " in _caption(test, "PED-ANOVA")
    assert "Chosen are 14 of at most 2.7%" in _caption(test, "is the best, with")
    assert "Among them are only: lr 0.001 to 0.03." in _caption(test, "is the best, with")


@pytest.mark.parametrize(
    ("lab", "address", "says"),
    [
        ("Pruning", {"saved": "999"}, "Enter a guess"),
        ("Pruning", {"saved": "many"}, "Enter a guess"),
        ("TPE", {"gamma": "7", "tpe-random": "1000", "tpe-chosen": "-4"}, "of them good"),
        (
            "TPE",
            {"tpe-random": "4", "tpe-chosen": "30", "gamma": "0.5", "tpe-seed": "20"},
            "of them good",
        ),
        ("Hyperband", {"eta": "1", "most-epochs": "100000"}, "trials in"),
        (
            "Read a study",
            {"study": "moons", "sampler": "grid", "study-run": "99", "top": "0"},
            "PED-ANOVA",
        ),
        (
            "Read a study",
            {"study": "spirals", "sampler": "TPE", "study-run": "39", "top": "5"},
            "is the best, with",
        ),
        ("Gaussian process", {"trials": "7"}, "The band is widest"),
    ],
)
def test_any_address_gives_a_page(lab: str, address: dict[str, str], says: str) -> None:
    test = topic_page("5", tab="Play", lab=lab, **address)
    assert not test.exception
    assert says in words(test)
