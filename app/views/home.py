"""The home page: the course as a map, how far the learner is, and what to do next."""

from __future__ import annotations

import streamlit as st

from app import progress, routes, services
from app.progress import TopicProgress
from app.watch import watch
from grader.topics import TOPICS


def show() -> None:
    """Show the page."""
    for topic in TOPICS:
        services.rechecker().refresh(topic)
    st.title("Hyperlings", anchor=False)
    st.markdown(
        "Learn hyperparameter tuning by writing the methods yourself, one small function at a "
        "time. Move the sliders and watch networks train; save your file and watch your own code "
        "draw the curves."
    )
    _next_step()
    st.subheader("The course", anchor=False)
    for found in progress.of_course():
        _card(found)
    watch()


def _next_step() -> None:
    step = progress.next_step()
    with st.container(border=True):
        if step is None:
            st.markdown("**All tasks are done.** Well tuned.")
            return
        st.markdown(
            f"**Next: {step.task.title.lower()}.** Write `{step.task.name}` in "
            f"`{step.file}`, then run"
        )
        st.code(step.command, language=None)
        st.page_link(
            routes.page(step.topic),
            label=f"Open {step.topic.title}",
            query_params={"tab": "Build"},
        )


def _card(found: TopicProgress) -> None:
    topic = found.topic
    with st.container(border=True):
        st.markdown(f"**{topic.number} · {topic.title}**")
        st.markdown(topic.summary)
        st.markdown(found.summary)
        with st.container(horizontal=True):
            for tab in ("Learn", "Play", "Build"):
                st.page_link(routes.page(topic), label=tab, query_params={"tab": tab})
