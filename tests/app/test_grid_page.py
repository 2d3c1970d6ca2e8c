"""Topic 3's page: its lab with stubs, with right, reordered and broken code, and its presets."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.app.conftest import reference_source
from tests.app.test_pages import SHOW, quiet_services, topic_page, words, write

__all__ = ["quiet_services"]  # a fixture of every test here

MODULE = "ex03_grid_search"


def small(test: AppTest, part: str) -> str:
    """The one line of small print with these words."""
    (found,) = [item.value for item in test.markdown if part in item.value]
    return str(found)


def test_the_lab_is_drawn_with_stubs_and_says_what_is_to_do() -> None:
    test = topic_page("3", tab="Play", **SHOW)
    assert not test.exception
    assert "`expand_grid` is still to do: write it, and it is drawn here" in words(test)
    assert not test.warning


def test_the_trials_wait_for_a_guess_and_the_map_does_not() -> None:
    test = topic_page("3", tab="Play")
    assert "Its trials come with your guess" in words(test)
    assert "9 trials" not in words(test)
    test.number_input(key="guess-values").set_value(9).run()
    assert "You said 9. It is 3 values of x**: your guess is 3.0 times that" in words(test)
    assert "9 trials, 3 different values" in small(test, "Grid search:")


def test_nine_trials_are_three_values_or_nine_and_the_controls_move_them() -> None:
    test = topic_page("3", tab="Play", **SHOW)
    assert "9 trials, 3 different values" in small(test, "Grid search:")
    assert "9 trials, 9 different values" in small(test, "Random search:")
    test.select_slider(key="budget").set_value("25").run()
    assert not test.exception
    assert "25 trials, 5 different values" in small(test, "Grid search:")


def test_the_presets_turn_the_contest_round() -> None:
    test = topic_page("3", tab="Play", budget="4", ratio="1")

    def best(method: str) -> float:
        return float(small(test, method).split("the diamond, scores ")[1].split()[0].rstrip(".]"))

    test.button(key="preset-nine").click().run()
    assert test.select_slider(key="budget").value == "9"
    assert best("Random search:") > best("Grid search:") + 0.1
    test.button(key="preset-equal").click().run()
    assert best("Grid search:") > best("Random search:") + 0.1
    assert "wins" not in small(test, "peaks at random places")


def test_the_cost_follows_its_controls() -> None:
    address = {"choices": "10", "settings": "3", "folds": "1", "minutes": "60"}
    test = topic_page("3", tab="Play", lab="Cost of a grid", **address)
    assert "10 values for each of 3 settings: 1,000 combinations" in small(test, "combinations. T")
    test.slider(key="choices").set_value(2).run()
    assert "2 values for each of 3 settings: 8 combinations" in small(test, "combinations. T")


def test_right_code_is_drawn_on_the_grid_and_beside_the_reference(home: Path) -> None:
    write(home, MODULE, reference_source(MODULE))
    test = topic_page("3", tab="Play", **SHOW)
    assert "the same points in the same order" in small(test, "Grid search:")
    assert "Your search picks the diamond" in small(test, "Grid search:")
    cost = topic_page("3", tab="Play", lab="Cost of a grid", choices="10", settings="8")
    assert "Yours counts 100,000,000" in small(cost, "combinations. T")
    build = topic_page("3", tab="Build")
    assert not build.exception
    assert not build.warning
    assert "Yours: from" in words(build)


def test_another_order_is_told(home: Path) -> None:
    right = reference_source(MODULE)
    write(home, MODULE, right.replace("names = sorted(one)", "names = list(one)"))
    assert "in another order" in small(topic_page("3", tab="Play", **SHOW), "Grid search:")


def test_broken_code_shows_its_message_and_the_page_lives(home: Path) -> None:
    for body, message in (("1 / 0", "ZeroDivisionError"), ("return 5", "The picture needs a list")):
        write(home, MODULE, f"def expand_grid(grid):\n    {body}\n")
        test = topic_page("3", tab="Play", **SHOW)
        assert not test.exception
        assert any(message in item.value for item in test.warning)
        assert "9 trials" in small(test, "Grid search:")
