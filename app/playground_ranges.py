"""Controls for what is tried of a setting: both ends of a stretch, and how many values."""

from __future__ import annotations

from typing import cast

import streamlit as st

from app import controls, panels
from app.labs.playground_ranges import MAX_VALUES, MIN_VALUES, SCALES, WORDS, Range
from app.labs.playground_sweep import TITLES, Axis


def choose(setting: str) -> Range:
    """Ask for the stretch of a setting; of words, all are tried.

    Raises:
        ValueError: If the ends do not fit; a slider lets both be the same.
    """
    scale = SCALES.get(setting)
    if scale is None:
        return Range(setting)
    low, high = cast(
        "tuple[str, str]",
        st.select_slider(
            f"Range of {TITLES[setting]}",
            scale.stops,
            value=scale.start,
            key=f"{setting}_range",
            bind="query-params",
        ),
    )
    return Range(setting, float(low), float(high))


def choose_axis(setting: str) -> Axis:
    """Ask for the values of a setting.

    Raises:
        ValueError: If the ends or their number do not fit.
    """
    found = choose(setting)
    if found.scale is None:
        panels.small(f"All of them: {', '.join(WORDS[setting])}.")
        return Axis(setting, found.values(MIN_VALUES))
    n = controls.number(
        f"Values of {TITLES[setting]}",
        MIN_VALUES,
        MAX_VALUES,
        found.scale.n,
        key=f"{setting}_values",
    )
    return Axis(setting, found.values(n))
