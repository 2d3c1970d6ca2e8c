"""The home page: what this is, what to do next, the course as a map, and what is measured."""

from __future__ import annotations

import streamlit as st

from app import course_map, panels, progress, routes, services
from app.watch import watching
from grader import hosting


def show() -> None:
    """Show the page."""
    with watching():
        _show()


def _show() -> None:
    services.rechecker().refresh_all()
    st.title("Hyperlings", anchor=False)
    st.markdown(
        "Learn hyperparameter tuning by writing the methods yourself, one small function at a "
        "time. Move the sliders and watch networks train, and watch your own code draw the curves."
    )
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        _next_step()
    with right.container(border=True, height="stretch"):
        _just_play()
    st.header("The course", anchor=False)
    course_map.show(_what_tuning_buys)
    st.header("How the search methods compare", anchor=False)
    _compare_methods()


def _next_step() -> None:
    step = progress.next_step()
    if step is None:
        st.markdown("**All tasks are done.** Well tuned.")
        st.markdown("Your own `tune` runs in the Race. Can it beat halving?")
        return
    begun = any(found.done for found in progress.of_course())
    st.markdown(
        f"**{'Next' if begun else 'Start here'}: {step.task.title[:1].lower()}"
        f"{step.task.title[1:]}.** {step.how}"
    )
    if not hosting.is_hosted():
        st.code(step.command, language=None)
    with st.container(horizontal=True):
        for tab, label in (("Learn", "Read the lesson →"), ("Build", "See the tasks →")):
            st.page_link(routes.page(step.topic), label=label, query_params={"tab": tab})


def _just_play() -> None:
    st.markdown("**Or just play.** No code needed.")
    st.markdown(
        "Train a network and watch it learn; guess which search method wins a race; or tune by "
        "hand, against random search and TPE."
    )
    with st.container(horizontal=True):
        for page in routes.beside():
            st.page_link(page, label=f"{page.title} →")


# What follows loads NumPy and pandas: the words above are on the screen by then.


def _compare_methods() -> None:
    from app.charts.methods import methods
    from app.labs import recorded_race

    outcomes = recorded_race.recorded()
    st.markdown(recorded_race.sentence(outcomes))
    panels.show(methods(outcomes))
    _, race, _ = routes.beside()
    st.page_link(race, label="Race them at other budgets →")


def _what_tuning_buys() -> None:
    from app.labs import ridge

    st.markdown("**What tuning buys**")
    st.markdown(ridge.learning_rate_alone(ridge.landscape(), batch_size=32).sentence)
