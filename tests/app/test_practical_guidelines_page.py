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
    assert "lr = 0.003 97.3%" in caption(test, "trials each")


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
    test = topic_page("7", tab="Play", start=start)
    assert not test.exception
    assert test.radio(key="start").value == start
    assert f"As advised: start {accuracy}" in caption(test, "trials each")
