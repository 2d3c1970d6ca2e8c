"""A table of the visitor's own: the upload, its target, and what the engine says of it."""

from __future__ import annotations

import streamlit as st

from app import controls, panels
from app.labs import playground_table as tables
from app.labs.playground import Source
from app.labs.playground_table import Table, plain
from engine import Dataset
from engine.data import TableError
from grader import hosting

_TABLE, _DATASET = "playground-table", "playground-dataset"


def choose() -> tuple[Source, Dataset] | None:
    """Ask for a table and its target.

    Returns:
        Where it comes from and what it holds, or None while there is nothing to train on.
    """
    # Any type may be chosen: what the file holds decides, and the message says what to do.
    upload = st.file_uploader(
        "CSV or npz file",
        max_upload_size=hosting.upload_megabytes(tables.MAX_MEGABYTES),
        key="upload",
        help="It stays on the machine that runs this app. A link does not restore it.",
    )
    if upload is None:
        st.session_state.pop(_TABLE, None)
        st.session_state.pop(_DATASET, None)
        panels.small(
            "A line of column names, then at least 40 rows. Texts become inputs, missing numbers "
            "the median; a quarter is kept for validation, another is not touched."
        )
        return None
    try:
        with st.spinner("Reading …"):
            table = _table(upload.file_id, upload.name, upload.getvalue)
            target = _target(table)
            task = controls.choice("Take the target as", tables.TASKS, key="task")
            source, data = _dataset(table, target, task)
    except TableError as error:
        st.warning(plain(str(error)))
        return None
    for note in data.notes:
        panels.small(plain(note))
    return source, data


def _table(file_id: str, name: str, content: object) -> Table:
    known: tuple[str, Table] | None = st.session_state.get(_TABLE)
    if known is None or known[0] != file_id:
        assert callable(content)
        known = st.session_state[_TABLE] = (file_id, tables.read(name, content()))
    return known[1]


def _target(table: Table) -> str:
    # The last column is the target in most tables. Not bound: an address restores no table.
    last = len(table.columns) - 1
    return st.selectbox("Target", table.columns, last, key=f"target-{table.digest}")


def _dataset(table: Table, target: str, task: tables.Task) -> tuple[Source, Dataset]:
    asked = (table.digest, target, task)
    known: tuple[object, tuple[Source, Dataset]] | None = st.session_state.get(_DATASET)
    if known is None or known[0] != asked:
        known = st.session_state[_DATASET] = (asked, tables.dataset(table, target, task))
    return known[1]
