"""A topic's page: Learn, Play and Build, of which only the chosen one is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import build_panel, controls, lesson, quiz_panel, services
from app.routes import TABS
from app.watch import watching
from grader.topics import Topic

_READABLE = 800  # pixels: about 95 characters a line


def show(topic: Topic, play: Callable[[], None]) -> None:
    """Show a topic.

    Args:
        topic: The topic.
        play: Draws its lab.
    """
    with watching():
        _show(topic, play)


def _show(topic: Topic, play: Callable[[], None]) -> None:
    services.rechecker().refresh(topic)
    st.title(topic.title, anchor=False)
    st.markdown(topic.summary)
    match controls.part("Learn, play or build", TABS, key="tab"):
        case "Learn":
            with st.container(width=_READABLE):
                _learn(topic)
        case "Play":
            services.libraries()
            play()
        case _:
            services.libraries()
            build_panel.show(topic)


def _learn(topic: Topic) -> None:
    parts = lesson.read(topic)
    if not parts:
        st.markdown(
            f"This copy of the course has no docs/{topic.lesson}. Everything else works: try the "
            "lab under **Play**, then write the functions under **Build**."
        )
    for part in parts:
        if isinstance(part, lesson.Image):
            st.image(str(part.path), alt=part.alt)
        else:
            st.markdown(part.markdown)
    quiz_panel.show(topic)
