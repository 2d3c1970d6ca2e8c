"""What tests of a hosted class do with its pages."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from app.hosted import Session
from grader.topics import find_topic

TOPIC = find_topic("4")
MODULE = TOPIC.module
WAIT = 120


def type_in(test: AppTest, text: str) -> AppTest:
    test.text_area(key=f"source-{MODULE}").set_value(text).run()
    assert not test.exception
    return test


def work_of(test: AppTest) -> Session:
    found: Session = test.session_state["hosted-session"]
    return found
