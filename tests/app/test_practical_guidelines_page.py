"""Topic 7's page, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.charts.early_stopping import early_stopping
from app.labs import early_stopping as stopping
from tests.app.conftest import reference_source
from tests.app.test_pages import quiet_services, topic_page, words, write  # noqa: F401

MODULE = "ex07_practical_guidelines"


def caption(test: AppTest, part: str) -> str:
    small = [item.value for item in test.markdown if item.value.startswith(":small[")]
    (found,) = [text for text in small if part in text]
    return str(found)


def test_play_with_a_stub_draws_the_lab_and_says_what_is_to_do() -> None:
    test = topic_page("7", tab="Play")
    assert not test.exception
    assert not test.warning
    assert "`EarlyStopping` is still to do: write it, and it is drawn here" in words(test)
    assert "Stopped after epoch 17" in caption(test, "Epochs saved")


def test_right_code_stops_where_the_rule_does(home: Path) -> None:
    write(home, MODULE, reference_source(MODULE))
    test = topic_page("7", tab="Play", patience="8", data="breast cancer", rate="0.001")
    assert not test.exception
    losses = stopping.curves("breast cancer", 0.001, 0).val_loss.tolist()
    expected = stopping.stop(losses, 8, 0.0, "Keras")
    told = f"Yours stops after epoch {expected.stopped} and keeps epoch {expected.best}."
    assert told in caption(test, "Epochs saved")
    test.radio(key="rule").set_value("scikit-learn").run()
    assert told in caption(test, "Epochs saved")
    assert f"Stopped after epoch {expected.stopped}," not in caption(test, "Epochs saved")


def test_broken_code_shows_its_message_and_the_page_lives(home: Path) -> None:
    broken = "class EarlyStopping:\n    def __init__(self, patience, min_delta):\n        1 / 0\n"
    write(home, MODULE, broken)
    test = topic_page("7", tab="Play")
    assert not test.exception
    assert any("ZeroDivisionError (line 3)" in item.value for item in test.warning)
    assert caption(test, "Epochs saved")


def test_presets_move_the_controls() -> None:
    test = topic_page("7", tab="Play", patience="20", rule="scikit-learn", delta="0.05")
    assert test.slider(key="patience").value == 20
    test.button(key="preset-too-soon").click().run()
    assert not test.exception
    assert test.slider(key="patience").value == 5
    assert test.slider(key="delta").value == 0.0
    assert test.radio(key="data").value == "breast cancer"
    history = stopping.curves("breast cancer", 0.001, 0)
    stop = stopping.stop(history.val_loss.tolist(), 5, 0.0, "Keras")
    assert early_stopping(history, stop).caption in caption(test, "Epochs saved")


@pytest.mark.parametrize(("start", "accuracy"), [("0.0001", "93.9%"), ("0.03", "94.0%")])
def test_the_start_of_the_walk_is_in_the_address(start: str, accuracy: str) -> None:
    test = topic_page("7", tab="Play", lab="Tuning order", buys="40", start=start)
    assert not test.exception
    assert test.radio(key="start").value == start
    assert f"As advised: from {accuracy} the learning rate" in caption(test, "trials each")
    assert "You said 40. It is 82 points**, 2.0 times your guess." in words(test)
    test.button(key="preset-poor").click().run()
    assert "As advised: from 15.7% the learning rate" in caption(test, "trials each")


@pytest.mark.parametrize(
    ("lab", "key"), [("Tuning order", "buys"), ("One standard error", "keeps")]
)
def test_a_lab_waits_for_a_guess(lab: str, key: str) -> None:
    test = topic_page("7", tab="Play", lab=lab)
    assert not test.exception
    assert "Enter a guess and the chart appears." in words(test)
    test.number_input(key=key).set_value(4).run()
    assert "You said 4. It is" in words(test)
    assert "What to look for" in words(test)


def test_the_simplest_model_within_one_error_and_yours(home: Path) -> None:
    test = topic_page("7", tab="Play", lab="One standard error", keeps="4")
    assert "You said 4. It is 4 coefficients**, just as you said." in words(test)
    assert "`one_standard_error` is still to do" in words(test)
    assert "The best mean, 0.484" in caption(test, "The best mean")
    write(home, MODULE, reference_source(MODULE))
    test.button(key="preset-few-patients").click().run()
    assert not test.exception
    assert "has 6 of 10 coefficients" in caption(test, "The best mean")
    assert "Yours takes the same, with 2 coefficients." in caption(test, "The best mean")
    write(home, MODULE, "def one_standard_error(scores):\n    return 22\n")
    test.run()
    assert ["a row from 0 to 21, but gave 22" in item.value for item in test.warning] == [True]


def test_the_presets_of_the_linter_are_five_mistakes_and_none(home: Path) -> None:
    test = topic_page("7", tab="Play", lab="Plan linter")
    assert not test.exception
    assert "3 of the six mistakes:" in words(test)
    assert "`lint_plan` is still to do" in words(test)
    test.button(key="preset-mistakes").click().run()
    assert "5 of the six mistakes:" in words(test)
    assert "✗ **linear-lr**: Nine draws" in words(test)
    assert "✓ tuning-order" in words(test)
    test.button(key="preset-mended").click().run()
    assert "A sound plan" in words(test)
    assert "✗" not in words(test)


def test_your_linter_reads_the_plan_that_is_put_together(home: Path) -> None:
    write(home, MODULE, reference_source(MODULE))
    test = topic_page("7", tab="Play", lab="Plan linter", trials="59", rates="linear range")
    assert not test.exception
    assert not test.warning
    assert "Your `lint_plan` finds the same. Its remedies:" in words(test)
    assert "'trials': 59," in words(test)
    test.button(key="preset-mended").click().run()
    assert "Your `lint_plan` finds nothing either." in words(test)
    write(home, MODULE, "def lint_plan(plan):\n    return [('linear', 'Use a log scale.')]\n")
    test.run()
    assert "Your `lint_plan` names `linear`, which the plan does not have." in words(test)
    write(home, MODULE, "def lint_plan(plan):\n    return ['linear-lr']\n")
    test.run()
    assert any("`lint_plan`: It must return a list of pairs" in each.value for each in test.warning)
    assert "A sound plan" in words(test)


def test_plans_that_no_control_offers_are_passed_over() -> None:
    test = topic_page("7", tab="Play", lab="Plan linter", trials="7", stages="lr", method="magic")
    assert not test.exception
    assert "3 of the six mistakes:" in words(test)
