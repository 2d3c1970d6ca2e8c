"""The course as a map: a card a topic, with the learner's progress and the way in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from app import progress, routes
from app.progress import TopicProgress
from app.routes import TABS

_COLUMNS = 2


def show(last: Callable[[], None]) -> None:
    """Show the topics in the course's order, two in a row where there is room.

    Args:
        last: Fills one more card, after the topics.
    """
    cards: list[Callable[[], None]] = [
        *(partial(_card, found) for found in progress.of_course()),
        last,
    ]
    for start in range(0, len(cards), _COLUMNS):
        row = zip(st.columns(_COLUMNS), cards[start : start + _COLUMNS], strict=False)
        for column, card in row:
            with column.container(border=True, height="stretch"):
                card()


def _card(found: TopicProgress) -> None:
    topic = found.topic
    st.markdown(f"**{topic.number} · {topic.title}**")
    st.markdown(topic.summary)
    st.markdown(found.summary)
    with st.container(horizontal=True):
        for tab in TABS:
            st.page_link(routes.page(topic), label=f"{tab} →", query_params={"tab": tab})
