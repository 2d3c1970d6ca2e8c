"""The learner's source where a class is hosted: written, brought and taken away in the browser."""

from __future__ import annotations

import streamlit as st

from app import hosted, panels, services
from app.hosted import Session
from app.own_answer import MAX_BYTES
from grader.topics import Topic

_HEIGHT = 420
_STYLE = (
    "<style>.st-key-own-source textarea { font-family: monospace; font-size: 0.85rem; }</style>"
)


def show(session: Session, topic: Topic) -> None:
    """Show the source of a topic, and what can be done with it."""
    text, refused = f"source-{topic.module}", f"source-refused-{topic.module}"
    source = session.source(topic)
    st.session_state.setdefault(text, source.text)  # a tab that was closed has let go of it
    st.html(_STYLE)
    with st.container(key="own-source"):
        st.text_area(
            f"Your {topic.module}.py",
            key=text,
            height=_HEIGHT,
            on_change=_typed,
            args=(session, topic, text, refused),
            help="Ctrl+Enter applies what you typed, and so does leaving the field.",
        )
    if message := st.session_state.get(refused):
        st.warning(message)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Check",
            key="check",
            disabled=topic.module in session.checking or not hosted.runs_code(),
            on_click=_check,
            args=(session, topic, refused),
        )
        st.download_button(
            f"Save as {topic.module}.py",
            source.text,
            f"{topic.module}.py",
            "text/x-python",
            key="save-source",
            on_click="ignore",
        )
        st.button(
            "Start over",
            key="stub",
            disabled=source == hosted.stub(topic),
            on_click=_put,
            args=(session, topic, text, refused, hosted.stub(topic).text.encode()),
        )
    panels.small(
        "Your code is in this browser tab only, and gone when you close it: save it with the "
        "button, and bring it back below."
    )
    _bring(session, topic, text, refused)


def _bring(session: Session, topic: Topic, text: str, refused: str) -> None:
    # What was brought is in the editor then: a fresh uploader does not claim to hold it still.
    count = f"source-files-{topic.module}"
    key = f"source-file-{topic.module}-{st.session_state.get(count, 0)}"
    # Any type may be chosen: what the file holds decides, and the message says what to do.
    st.file_uploader(
        f"Bring your {topic.module}.py",
        key=key,
        max_upload_size=MAX_BYTES >> 20,
        on_change=_brought,
        args=(session, topic, text, refused, key, count),
    )


def _typed(session: Session, topic: Topic, text: str, refused: str) -> None:
    _put(session, topic, text, refused, st.session_state[text].encode("utf-8", "replace"))


def _brought(session: Session, topic: Topic, text: str, refused: str, key: str, count: str) -> None:
    upload = st.session_state[key]
    if upload is not None:
        _put(session, topic, text, refused, upload.getvalue())
        st.session_state[count] = st.session_state.get(count, 0) + 1


def _put(session: Session, topic: Topic, text: str, refused: str, data: bytes) -> None:
    st.session_state.pop(refused, None)
    try:
        session.put(topic, data)
    except ValueError as error:
        st.session_state[refused] = str(error)
    else:
        st.session_state[text] = session.source(topic).text


def _check(session: Session, topic: Topic, refused: str) -> None:
    st.session_state.pop(refused, None)
    wait = session.budget.wait
    if wait:
        st.session_state[refused] = (
            "Your code has used its running time for now, which all who are here share. Check "
            f"again in about {max(1, round(wait))} s."
        )
        return
    services.checker().check(session, topic)
