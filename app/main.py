"""The app's entry: `streamlit run app/main.py`, or rather `hyperlings play`."""

from __future__ import annotations

import streamlit as st

from app import services
from app.routes import pages


def main() -> None:
    """Route to the page that the address names."""
    st.set_page_config(page_title="Hyperlings", page_icon=services.ICON, layout="wide")
    services.warm_up()
    st.navigation(pages(), position="top").run()


main()
