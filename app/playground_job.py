"""What a sweep and a search share: a button to start, one to cancel, and what there is so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

import streamlit as st

from app import jobs as app_jobs
from app import live, panels
from app.jobs import Job, Latest, Report
from app.labs.playground import Setup
from app.labs.playground_sweep import in_words
from app.labs.playground_table import plain
from engine import Dataset

EVERY = 0.1
PATIENCE = 0.15


class Plan(Hashable, Protocol):
    """What is to be trained."""

    @property
    def setup(self) -> Setup:
        """Where the playground stood."""
        ...


class Found(Protocol):
    """What has been trained of it."""

    @property
    def plan(self) -> Plan:
        """What was asked for."""
        ...

    @property
    def done(self) -> float:
        """Share of the epochs that are trained."""
        ...


P = TypeVar("P", bound=Plan)
F = TypeVar("F", bound=Found)


@dataclass(frozen=True)
class Kind(Generic[P, F]):
    """One kind of population that is trained from where the playground stands.

    Attributes:
        name: What the buttons call it.
        intro: What is said before there is one.
        train: Trains it: takes the plan, the examples, and a function to report to.
        count: How many of what it trains, in words.
        draw: Draws what there is; is told whether that is all.
    """

    name: str
    intro: str
    train: Callable[[P, Dataset, Report[F]], F]
    count: Callable[[F], str]
    draw: Callable[[F, bool], None]


def show(
    kind: Kind[P, F],
    chosen: tuple[Setup, Dataset] | None,
    ask: Callable[[tuple[Setup, Dataset] | None], P | None],
) -> None:
    """Ask what to train, and draw what was started last.

    Args:
        kind: What kind of thing is trained.
        chosen: Where the playground stands.
        ask: Draws the controls, and returns what they say, or None where that is not possible.
    """
    jobs: Latest[F] = st.session_state.setdefault(f"playground-{kind.name}", Latest(app_jobs.LONG))
    left, right = st.columns([1, 2.4], gap="medium")
    with left:
        plan = ask(chosen)
        with st.container(horizontal=True):
            st.button(
                f"Start the {kind.name}",
                key=f"start-{kind.name}",
                disabled=plan is None,
                on_click=_start,
                args=(kind, jobs, plan, chosen),
            )
            st.button(
                "Cancel",
                key=f"cancel-{kind.name}",
                disabled=jobs.job is None or jobs.job.done,
                on_click=jobs.job.cancel if jobs.job else None,
            )
    with right:
        if jobs.job is None:
            panels.small(kind.intro)
        else:
            is_live = not jobs.job.done
            live.part(_watch, EVERY if is_live else None)(kind, jobs.job, is_live)


def _start(kind: Kind[P, F], jobs: Latest[F], plan: P, chosen: tuple[Setup, Dataset]) -> None:
    jobs.submit(plan, partial(kind.train, plan, chosen[1]), patience=PATIENCE)


def _watch(kind: Kind[P, F], job: Job[F], is_live: bool) -> None:
    if is_live and job.done:
        st.rerun()  # once more, without looking again and again
    try:
        found = job.look()
    except ValueError as error:
        st.warning(str(error))
        return
    if found is None:
        panels.small("Canceled before it began." if job.done else "Starting …")
        return
    count, around = kind.count(found), plain(in_words(found.plan.setup))
    if not job.done:
        st.progress(found.done, f"Training {count}, {found.done:.0%} …")
    elif job.canceled:
        panels.small(f"Canceled after {found.done:.0%} of the epochs. Around: {around}.")
    else:
        panels.small(f"{count} around: {around}.")
    kind.draw(found, job.done)
