"""The pages beside the topics."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.views import challenge, playground, race


def pages() -> tuple[StreamlitPage, StreamlitPage, StreamlitPage]:
    """Playground, Race and Challenge, in the menu's order."""
    return (
        st.Page(playground.show, title="Playground", url_path="playground"),
        st.Page(race.show, title="Race", url_path="race"),
        st.Page(challenge.show, title="Challenge", url_path="challenge"),
    )
