"""A topic's page, and the address that leads to it."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app import topic_page
from grader.topics import Topic


def page(topic: Topic) -> StreamlitPage:
    """A topic's page, whose lab is the view named as its module."""
    play = import_module(f"app.views.{topic.module}").play
    show = partial(topic_page.show, topic, play)
    return st.Page(show, title=topic.menu_title, url_path=topic.slug)
