"""The playground: any data set, every hyperparameter, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

import streamlit as st

from app import (
    controls,
    live,
    panels,
    playground_controls,
    playground_pins,
    playground_search,
    playground_sweep,
    services,
)
from app.charts.boundary import boundary
from app.charts.confusion import confusion
from app.charts.training_curves import training_curves
from app.jobs import Latest
from app.labs import playground as lab
from app.labs import playground_code as code
from app.labs.playground import Run, Setup
from app.labs.playground_answers import has_answers
from app.labs.playground_presets import PRESETS, look_for
from app.labs.playground_sweep import in_words
from app.labs.playground_table import plain
from app.previous import latest, previous
from engine import Dataset

PANELS = ("Pinned runs", "Sweep", "Search", "Code")
PATIENCE = 0.15
"""Seconds that a page waits for a training before it shows the curves as they grow."""

EVERY = 0.04
"""Seconds between two looks at a training that goes on."""

_NAME = "playground"
_SHOWN = "playground-shown"
_CHARTS = "charts"


def show() -> None:
    """Show the page."""
    st.title("Playground", anchor=False)
    st.markdown(
        "Every setting of a small network, on any data. Move one and watch it train. The address "
        "of this page follows: send it to someone, and they see what you see."
    )
    services.libraries()
    with st.container(horizontal=True):
        for i, preset in enumerate(PRESETS):
            controls.preset(
                preset.name, playground_controls.values(preset.setup), key=f"preset-{i}"
            )
    hint = st.container()
    left, right = st.columns([1, 2.4], gap="medium")
    with left:
        chosen = playground_controls.choose()
    with hint:
        panels.look_for(
            (look_for(chosen[0]) if chosen else None)
            or "The network's own weights are found by training; every control sets what has to be "
            "chosen. Start from a place above, or change one thing at a time."
        )
        # Past twenty controls: with the keyboard, and on a narrow screen where they come first.
        panels.small(f"[To the charts](#{_CHARTS})")
    with right.container(gap=None):
        st.html(f'<div id="{_CHARTS}"></div>')
        charts = st.container()
    with charts:
        if chosen is None:
            panels.small("The charts appear when there is something to train.")
        else:
            _train(*chosen)
    st.divider()
    _panels(chosen)


def _train(setup: Setup, data: Dataset) -> None:
    jobs: Latest[Run] = st.session_state.setdefault("playground-runs", Latest())
    known = lab.kept(setup)
    if known is not None:
        # No thread is needed. The fragment is: without, the charts would be other elements.
        if jobs.job is not None:
            jobs.job.cancel()
        live.part(_watch, None)(lambda: known, lambda: True, setup, is_live=False)
        return
    # Waiting for what will take long would only delay the sight of it.
    is_short = lab.seconds(setup.config, data) * setup.n_seeds < PATIENCE
    patience = PATIENCE if is_short else 0.0
    job = jobs.submit(setup, partial(lab.run, setup, data), patience=patience)
    is_live = not job.done
    watch = live.part(_watch, EVERY if is_live else None)
    watch(job.look, lambda: job.done, setup, is_live=is_live)


def _watch(
    look: Callable[[], Run | None], is_done: Callable[[], bool], setup: Setup, *, is_live: bool
) -> None:
    if is_live and is_done():
        st.rerun()  # once more, without looking again and again
    try:
        run = look()
    except ValueError as error:
        st.warning(str(error))
        return
    _show(run, setup)


def _show(run: Run | None, setup: Setup) -> None:
    before = cast("Run | None", latest(_NAME))
    if before is not None and before.setup.source != setup.source:
        before = None
    if run is not None:
        st.session_state[_SHOWN] = run
    if run is None:
        # The charts stay until there is something new: an empty page would flicker.
        shown = cast("Run | None", st.session_state.get(_SHOWN))
        words = "Training …"
        if shown is not None:
            words += f" Shown until its first epoch: {plain(in_words(shown.setup))}."
        _draw(shown, None, words)
    elif run.final:
        ghost = previous(_NAME, setup, run)
        is_alike = ghost is not None and ghost.setup.source == setup.source
        _draw(run, ghost if is_alike else None, f"Trained: {plain(in_words(setup))}.")
    else:
        of = f"Epoch {run.epoch} of {setup.config.epochs}"
        _draw(run, before, f"{of}: {plain(in_words(setup))} …")


def _draw(run: Run | None, ghost: Run | None, status: str) -> None:
    panels.small(status)
    if run is None:
        return
    one, other = st.columns(2)
    with one:
        if has_answers(run.data):
            _answers(run)
        else:
            panels.show(training_curves(run, "loss", ghost))
    with other:
        if has_answers(run.data):
            panels.show(training_curves(run, "loss", ghost))
        panels.show(training_curves(run, "score", ghost))


def _answers(run: Run) -> None:
    found = run.answers
    if found is None:
        panels.small("It diverged, so it answers nothing: try a smaller learning rate.")
        return
    if found.boundary is not None:
        panels.show(boundary(run, found.boundary))
    if found.confusion is not None:
        panels.show(confusion(run, found.confusion))


def _panels(chosen: tuple[Setup, Dataset] | None) -> None:
    match controls.part("Beside the run", PANELS, key="panel"):
        case "Pinned runs":
            playground_pins.show(_finished(chosen))
        case "Sweep":
            playground_sweep.show(chosen)
        case "Search":
            playground_search.show(chosen)
        case _:
            _code(chosen)


def _finished(chosen: tuple[Setup, Dataset] | None) -> Run | None:
    run = cast("Run | None", latest(_NAME))
    return run if run is not None and chosen is not None and run.setup == chosen[0] else None


def _code(chosen: tuple[Setup, Dataset] | None) -> None:
    if chosen is None:
        panels.small("The program appears when there is something to train.")
        return
    setup, data = chosen
    panels.small(code.how_exact(setup))
    # Without colors: those of Streamlit are too faint on the light theme.
    st.code(code.program(setup, data), language=None)
    st.markdown("The same run as JSON:")
    st.code(code.settings(setup), language=None)
