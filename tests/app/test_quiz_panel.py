"""The quiz below a lesson: nothing is said before a choice, and then what that choice is worth."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from grader import quiz
from grader.topics import TOPICS, Topic, find_topic

SECONDS = 60.0


def panel(topic: Topic) -> AppTest:
    def script(number: str) -> None:
        import streamlit as st

        from app import quiz_panel
        from grader.topics import find_topic

        if st.toggle("shown", value=True):  # as another tab of the page hides it
            quiz_panel.show(find_topic(number))

    kwargs = {"number": str(topic.number)}
    return AppTest.from_function(script, kwargs=kwargs, default_timeout=SECONDS).run()


def said(test: AppTest) -> list[str]:
    return [element.value for element in (*test.success, *test.info, *test.warning)]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_every_question_is_a_labeled_choice_with_nothing_chosen(topic: Topic) -> None:
    test = panel(topic)
    assert not test.exception
    assert [subheader.value for subheader in test.header] == ["Quiz"]
    questions = quiz.read(topic.module)
    assert [radio.label for radio in test.radio] == [
        f"{number}. {question.ask}" for number, question in enumerate(questions, start=1)
    ]
    assert [radio.options for radio in test.radio] == [
        [choice.text for choice in question.choices] for question in questions
    ]
    assert {radio.value for radio in test.radio} == {None}
    assert said(test) == []


def test_each_choice_is_answered_by_its_own_explanation() -> None:
    topic = find_topic("4")
    test = panel(topic)
    question = quiz.read(topic.module)[0]
    for choice in question.choices:
        test.radio[0].set_value(choice.text).run()
        assert said(test) == [choice.verdict]
        assert len(test.success) == choice.right


def test_answers_to_two_questions_stand_side_by_side() -> None:
    topic = find_topic("4")
    test = panel(topic)
    first, second = quiz.read(topic.module)[:2]
    test.radio[0].set_value(first.answer.text).run()
    wrong = next(choice for choice in second.choices if not choice.right)
    test.radio[1].set_value(wrong.text).run()
    assert [element.value for element in test.success] == [first.answer.verdict]
    assert [element.value for element in test.info] == [wrong.verdict]


def test_an_answer_outlives_a_look_at_another_tab() -> None:
    topic = find_topic("4")
    test = panel(topic)
    answer = quiz.read(topic.module)[0].answer
    test.radio[0].set_value(answer.text).run()
    test.toggle[0].set_value(False).run()
    assert said(test) == []
    test.toggle[0].set_value(True).run()
    assert said(test) == [answer.verdict]


def test_a_quiz_that_cannot_be_read_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz, "FOLDER", quiz.FOLDER / "nowhere")
    test = panel(find_topic("4"))
    assert not test.exception
    assert test.warning[0].value == (
        "The quiz cannot be shown. There is no ex04_random_search.toml in grader/quizzes/. "
        "Write it."
    )
