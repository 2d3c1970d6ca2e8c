"""The course as a map: a card a topic, with the learner's progress and the way in."""

from __future__ import annotations

import streamlit as st

from app import progress, routes
from app.progress import TopicProgress
from app.topic_page import TABS

_COLUMNS = 2


def show() -> None:
    """Show the topics in the course's order, two in a row where there is room."""
    cards = progress.of_course()
    for start in range(0, len(cards), _COLUMNS):
        for column, found in zip(
            st.columns(_COLUMNS), cards[start : start + _COLUMNS], strict=False
        ):
            with column.container(border=True, height="stretch"):
                _card(found)


def _card(found: TopicProgress) -> None:
    topic = found.topic
    st.markdown(f"**{topic.number} · {topic.title}**")
    st.markdown(topic.summary)
    st.markdown(found.summary)
    with st.container(horizontal=True):
        for tab in TABS:
            st.page_link(routes.page(topic), label=f"{tab} →", query_params={"tab": tab})
