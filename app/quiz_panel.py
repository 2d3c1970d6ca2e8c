"""A topic's quiz below its lesson: a choice is answered at once, by its own explanation."""

from __future__ import annotations

import streamlit as st

from grader import quiz
from grader.topics import Topic


@st.fragment
def show(topic: Topic) -> None:
    """Show the quiz. Answers are kept for as long as the browser's tab is open, and go nowhere."""
    try:
        questions = quiz.read(topic.module)
    except quiz.QuizError as error:
        st.warning(f"The quiz cannot be shown. {error}")
        return
    st.header("Quiz", anchor="quiz")
    for number, question in enumerate(questions, start=1):
        _question(question, number, key=f"quiz-{topic.module}-{number}")


def _question(question: quiz.Question, number: int, *, key: str) -> None:
    """Show a question, and what the choice made is worth: in words, not only in color."""
    texts = [choice.text for choice in question.choices]
    kept = f"{key}-kept"  # a widget's own state ends when another tab of the page is opened
    before = st.session_state.get(kept)
    chosen = st.radio(
        f"{number}. {question.ask}",
        texts,
        index=texts.index(before) if before in texts else None,
        key=key,
    )
    st.session_state[kept] = chosen
    for choice in question.choices:
        if choice.text == chosen:
            (st.success if choice.right else st.info)(choice.verdict)
