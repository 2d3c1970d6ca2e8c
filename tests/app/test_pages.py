"""The pages' logic, without a browser: what is shown for stubs, right, broken and endless code."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import prewarm, services
from app.own_code import Runner
from grader import progress as saved_progress
from grader.progress import State, TaskProgress
from grader.topics import TOPICS, find_topic
from tests.app.conftest import reference_source

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
SECONDS = 120.0
# What waits for a guess is shown.
SHOW = {f"guess{topic}-show": "true" for topic in ("-gap", "-ratio", "-values", "")}
NUMBERS = [str(topic.number) for topic in TOPICS]


@pytest.fixture(autouse=True)
def quiet_services(home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages share one warm worker, and nothing is re-checked or warmed up behind a test's back."""
    monkeypatch.setattr(services, "runner", lambda: warm_runner)
    monkeypatch.setattr(prewarm, "warm", lambda: None)
    monkeypatch.setattr(saved_progress, "recheck", lambda topic: True)


def topic_page(number: str, **address: str) -> AppTest:
    """Run one topic's page at an address."""

    def script(number: str) -> None:
        from importlib import import_module

        from app import topic_page
        from grader.topics import find_topic

        topic = find_topic(number)
        topic_page.show(topic, import_module(f"app.views.{topic.module}").play)

    test = AppTest.from_function(script, kwargs={"number": number}, default_timeout=SECONDS)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def words(test: AppTest) -> str:
    """All text of a page."""
    elements = (*test.markdown, *test.warning, *test.info, *test.code)
    return "\n".join(element.value for element in elements)


def write(home: Path, module: str, text: str) -> None:
    (home / "exercises" / f"{module}.py").write_text(text, encoding="utf-8")


def test_home_shows_the_course_and_the_first_step() -> None:
    test = AppTest.from_file(str(MAIN), default_timeout=SECONDS).run()
    assert not test.exception
    assert test.title[0].value == "Hyperlings"
    text = words(test)
    for topic in TOPICS:
        assert topic.title in text
        assert topic.summary in text
    first = TOPICS[0]
    assert f"hyperlings check {first.tasks[0].name}" in text
    assert f"exercises/{first.module}.py" in text


def test_home_shows_what_the_checks_saved() -> None:
    first, second, *_ = TOPICS[0].tasks
    saved_progress.save({first.name: TaskProgress(State.DONE, 4, 4)})
    text = words(AppTest.from_file(str(MAIN), default_timeout=SECONDS).run())
    assert f"1 of {len(TOPICS[0].tasks)} tasks done" in text
    assert f"hyperlings check {second.name}" in text


def test_home_congratulates_at_the_end() -> None:
    every = [task.name for topic in TOPICS for task in topic.tasks]
    saved_progress.save({name: TaskProgress(State.DONE, 1, 1) for name in every})
    assert "All tasks are done" in words(
        AppTest.from_file(str(MAIN), default_timeout=SECONDS).run()
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_page_without_its_lesson_says_so_and_works(number: str) -> None:
    test = topic_page(number)
    assert not test.exception
    assert "Everything else works" in words(test)


def test_a_lesson_is_shown_without_its_title(home: Path) -> None:
    (home / "docs").mkdir()
    (home / "docs" / find_topic("2").lesson).write_text("# Title\n\nThe lesson's words.")
    text = words(topic_page("2"))
    assert "The lesson's words." in text
    assert "# Title" not in text


@pytest.mark.parametrize("number", NUMBERS)
def test_play_with_stubs_draws_the_lab_and_says_what_is_to_do(number: str) -> None:
    test = topic_page(number, tab="Play", **SHOW)
    assert not test.exception
    assert "is still to do: write it, and it is drawn here" in words(test)
    assert not test.warning


def test_moving_a_control_changes_the_numbers_in_the_caption() -> None:
    test = topic_page("2", tab="Play", **SHOW)
    before = _caption(test, "All suggestions")
    test.slider(key="beta").set_value(0.5).run()
    assert not test.exception
    assert _caption(test, "All suggestions") != before


def test_the_preset_moves_the_controls() -> None:
    test = topic_page("2", tab="Play", beta="0.2", optimizer="Adam")
    assert test.slider(key="beta").value == 0.2
    test.button(key="preset-disagree").click().run()
    assert test.slider(key="beta").value == 0.9
    assert test.radio(key="optimizer").value == "SGD"


def test_the_address_restores_a_view() -> None:
    test = topic_page("4", tab="Play", low="1e-4", high="1e1", n="100")
    assert test.select_slider(key="low").value == "1e-4"
    assert test.select_slider(key="high").value == "1e1"
    assert "uniform 9" in _caption(test, "top decade")  # some ninety percent


def test_the_ridge_can_be_read_under_both_budgets() -> None:
    test = topic_page("2", tab="Play", lab="Rate and batch size")
    assert "epochs of each" in _caption(test, "batch size 256")
    test.radio(key="budget").set_value("steps").run()
    assert not test.exception
    assert "steps of each" in _caption(test, "batch size 256")


def test_the_answer_waits_for_a_prediction() -> None:
    test = topic_page("4", tab="Play", lab="Enough trials")
    assert "takes 59 trials" not in words(test)
    test.number_input(key="guess").set_value(20).run()
    assert "takes 59 trials" in words(test)
    assert "You said 20. It is 59 trials**, 3.0 times your guess" in words(test)


def test_right_code_is_drawn_in_the_lab_and_beside_the_reference(home: Path) -> None:
    for topic in TOPICS:
        write(home, topic.module, reference_source(topic.module))
    test = topic_page("4", tab="Play")
    assert "yours 31%" in _caption(test, "top decade")
    build = topic_page("4", tab="Build")
    assert not build.exception
    assert "Yours: from" in words(build)
    assert not build.warning


def test_broken_code_shows_its_message_and_the_page_lives(home: Path) -> None:
    write(home, "ex04_random_search", "def sample_loguniform(low, high, size, rng):\n    1 / 0\n")
    test = topic_page("4", tab="Play")
    assert not test.exception
    assert any("ZeroDivisionError (line 2)" in item.value for item in test.warning)
    assert _caption(test, "top decade")


def test_a_result_that_cannot_be_drawn_says_what_is_needed(home: Path) -> None:
    write(home, "ex04_random_search", "def sample_loguniform(*_):\n    return 'five'\n")
    for tab in ("Play", "Build"):
        test = topic_page("4", tab=tab)
        assert not test.exception
        assert any("The picture needs a list" in item.value for item in test.warning), tab


def test_endless_code_is_stopped_and_the_page_lives(
    home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_runner, "seconds", 1.0)
    write(home, "ex04_random_search", "def sample_loguniform(*_):\n    while True: pass\n")
    test = topic_page("4", tab="Play")
    assert not test.exception
    assert any("still running after 1 s" in item.value for item in test.warning)
    test.slider(key="seed").set_value(5).run()
    assert any("still running after 1 s" in item.value for item in test.warning)


def test_build_lists_every_task_and_opens_the_first_to_do() -> None:
    test = topic_page("2", tab="Build")
    labels = [item.label for item in test.expander]
    for task in find_topic("2").tasks:
        assert any(f"`{task.name}` · {task.title} · to do" in label for label in labels)
    assert "hyperlings check lr_schedule" in words(test)


def test_build_shows_the_diagnosis_and_the_first_failure() -> None:
    saved_progress.save(
        {
            "lr_schedule": TaskProgress(
                State.FAILING, 1, 4, "expected 0.1, got 0.2", "You spaced the rates evenly."
            )
        }
    )
    test = topic_page("2", tab="Build")
    assert test.info[0].value == "You spaced the rates evenly."
    assert "expected 0.1, got 0.2" in words(test)
    assert "1 of 4 checks pass" in words(test)
    assert any("needs work" in item.label for item in test.expander)


def test_hints_come_one_at_a_time() -> None:
    test = topic_page("2", tab="Build")
    hints = find_topic("2").task("lr_schedule").hints
    for shown in range(len(hints)):
        assert words(test).count("**Hint ") == shown
        test.button(key="hint-lr_schedule").click().run()
    assert words(test).count("**Hint ") == len(hints)
    assert not [button for button in test.button if button.key == "hint-lr_schedule"]


def test_a_network_grows_and_freezes_under_the_learners_eyes(home: Path) -> None:
    write(home, "ex01_what_is_tuning", reference_source("ex01_what_is_tuning"))
    test = topic_page("1", tab="Play")
    assert "26,122 parameters: 17,802 trainable" in _caption(test, "settings, and")
    assert "Yours: 17,802 trainable of 26,122" in _caption(test, "settings, and")
    test.button(key="preset-fine-tuning").click().run()
    assert not test.exception
    # 10 outputs with 512 weights and a bias each
    assert "Yours: 5,130 trainable of 826,378" in _caption(test, "settings, and")


def test_luck_alone_lets_the_best_score_climb(home: Path) -> None:
    write(home, "ex01_what_is_tuning", reference_source("ex01_what_is_tuning"))
    test = topic_page("1", tab="Play", lab="Luck", n_val="5000", spread="2", **SHOW)
    before = _caption(test, "validation samples")
    test.button(key="preset-luck").click().run()
    assert not test.exception
    after = _caption(test, "validation samples")
    assert "With 100 validation samples" in after
    assert "3.0 points better than it is" in after
    assert "By your function" in after
    assert before != after


def _caption(test: AppTest, part: str) -> str:
    """The one line of small print with these words."""
    small = [item.value for item in test.markdown if item.value.startswith(":small[")]
    (found,) = [text for text in small if part in text]
    return str(found)


@pytest.mark.parametrize(
    ("page", "part", "loads"),
    [
        ("", "", False),
        ("grid-search", "Learn", False),
        ("grid-search", "Play", True),
        ("grid-search", "Build", True),
        ("playground", "", True),
        ("race", "", True),
        ("challenge", "", True),
    ],
)
def test_what_computes_waits_for_the_libraries_and_what_is_read_does_not(
    monkeypatch: pytest.MonkeyPatch, page: str, part: str, *, loads: bool
) -> None:
    # Used while another thread has torch half imported, SciPy fails.
    loaded: list[str] = []
    monkeypatch.setattr(prewarm, "is_loaded", lambda: False)
    monkeypatch.setattr(prewarm, "load", lambda: loaded.append("torch"))

    def script(page: str) -> None:
        import streamlit as st

        from app import routes
        from grader.topics import TOPICS

        every = (routes.home(), *(routes.page(topic) for topic in TOPICS), *routes.beside())
        st.navigation([each for each in every if each.url_path == page]).run()

    test = AppTest.from_function(script, kwargs={"page": page}, default_timeout=SECONDS)
    if part:
        test.query_params["tab"] = part
    test.run()
    assert not test.exception
    assert bool(loaded) == loads
