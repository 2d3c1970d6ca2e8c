"""The home page: what this is, what to do next, and the course as a map."""

from __future__ import annotations

import streamlit as st

from app import course_map, panels, progress, routes, services
from app.labs import ridge
from app.watch import watch


def show() -> None:
    """Show the page."""
    services.rechecker().refresh_all()
    st.title("Hyperlings", anchor=False)
    st.markdown(
        "Learn hyperparameter tuning by writing the methods yourself, one small function at a "
        "time. Move the sliders and watch networks train; save your file and watch your own code "
        "draw the curves."
    )
    _next_step()
    st.subheader("The course", anchor=False)
    course_map.show()
    st.subheader("What tuning buys", anchor=False)
    panels.small(ridge.learning_rate_alone(ridge.landscape(), batch_size=32).sentence)
    watch()


def _next_step() -> None:
    step = progress.next_step()
    with st.container(border=True):
        if step is None:
            st.markdown("**All tasks are done.** Well tuned.")
            return
        st.markdown(
            f"**Next: {step.task.title[:1].lower()}{step.task.title[1:]}.** Write "
            f"`{step.task.name}` in `{step.file}`, then run"
        )
        st.code(step.command, language=None)
        st.page_link(
            routes.page(step.topic),
            label=f"Open {step.topic.title} →",
            query_params={"tab": "Build"},
        )
