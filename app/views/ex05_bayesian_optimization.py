"""Topic 5's labs: where to train next, by a process and by TPE; whom to stop; what mattered.

Each lab is a fragment: a move in one leaves the other four alone.
"""

from __future__ import annotations

import streamlit as st

from app.views.bayesian_optimization import brackets, parzen, process, pruning, study


def play() -> None:
    """Draw the labs."""
    process.show()
    st.divider()
    parzen.show()
    st.divider()
    pruning.show()
    st.divider()
    brackets.show()
    st.divider()
    study.show()
