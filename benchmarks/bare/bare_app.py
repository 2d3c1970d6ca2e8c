"""The least that Streamlit can do: a slider, and a text that follows. What the app is held against.

With `-- --heavy` it first loads what the app's warm-up loads.
"""

import sys

import streamlit as st


@st.cache_resource(show_spinner=False)
def _load() -> None:
    from app import prewarm

    prewarm.warm()


st.set_page_config(page_title="Bare", layout="wide")
st.title("Bare")
if "--heavy" in sys.argv[1:]:
    _load()
moved = st.slider("Value", 0, 100, 50)
st.markdown(f"The value is {moved}.")
