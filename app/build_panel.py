"""The Build tab: each task with its state, the diagnosis, hints one at a time, and a picture."""

from __future__ import annotations

import streamlit as st

from app import hosted, own_code, panels, progress, services, source_editor
from app.charts.comparison import comparison
from app.hosted import Session
from app.own_code import Outcome
from app.showcases import library
from app.showcases.model import Points, Showcase, WrongShapeError
from grader import hosting
from grader.progress import State, TaskProgress
from grader.topics import Task, Topic

_HINTS_SHOWN = "hints-shown-{}"
_OPENED = "tasks-opened-{}"


def show(topic: Topic) -> None:
    """Show a topic's tasks; the first that is not done is open."""
    session = hosted.session()
    found = progress.of_topic(topic, progress.saved())
    if session is None:
        st.markdown(
            f"Write the functions in `exercises/{topic.module}.py`. Save the file: your code is "
            "checked and drawn here."
        )
    else:
        st.markdown(
            "Write the functions here: your code is drawn below, and checked when you ask."
            if hosted.runs_code()
            else "This server runs no code of yours, but you can write it here and take it home: "
            "`hyperlings check` tells there what is right."
        )
        source_editor.show(session, topic)
    st.markdown(f"**{found.summary}**")
    if standing := _standing(session, topic):
        panels.small(standing)
    undone = [task.name for task, item in found.tasks if progress.state(item) is not State.DONE]
    # What was open stays open when its checks pass: its picture is what was worked for.
    opened: set[str] = st.session_state.setdefault(_OPENED.format(topic.module), set())
    opened.update(undone[:1])
    for task, item in found.tasks:
        _task(topic, task, item, is_open=task.name in opened)


def _standing(session: Session | None, topic: Topic) -> str:
    """Say whether what is shown of the checks is about the code as it stands."""
    if session is None:
        return "Checking what you saved …" if services.rechecker().refresh(topic) else ""
    if topic.module in session.checking:
        return "Checking …"
    if trouble := session.trouble.get(topic.module):
        return trouble
    known = any(task.name in session.progress for task in topic.tasks)
    return "Your code has changed since." if known and not session.is_checked(topic) else ""


def _task(topic: Topic, task: Task, found: TaskProgress | None, *, is_open: bool) -> None:
    state = progress.state(found)
    label = f"{progress.MARKS[state]} `{task.name}` · {task.title} · {progress.WORDS[state]}"
    box = st.expander(label, is_open, key=f"task-{task.name}", on_change="rerun")
    if not box.open:
        return
    with box:
        if found is not None and state is State.FAILING:
            if found.diagnosis:
                st.info(found.diagnosis)
            st.markdown(f"{found.passed} of {found.checks} checks pass. The first that does not:")
            st.code(found.message, language=None, wrap_lines=True)
        if not hosting.is_hosted():
            st.markdown("Check it from a terminal:")
            st.code(progress.command(task.name), language=None)
        _hints(task)
        showcase = library.find(topic.module, task.name)
        if showcase is not None:
            _picture(topic, showcase)


def _hints(task: Task) -> None:
    """Show the hints asked for so far, and a button for the next."""
    key = _HINTS_SHOWN.format(task.name)
    shown = st.session_state.get(key, 0)
    for number, hint in enumerate(task.hints[:shown], start=1):
        st.markdown(f"**Hint {number}.** {hint}")
    if shown < len(task.hints):
        st.button(
            f"Show hint {shown + 1} of {len(task.hints)}",
            key=f"hint-{task.name}",
            on_click=st.session_state.update,
            args=({key: shown + 1},),
        )


def _picture(topic: Topic, showcase: Showcase) -> None:
    """Draw the reference's values, the learner's where they come, or what came instead."""
    answer = services.runner().ask(own_code.read(topic), *showcase.calls)
    yours: Points | None = None
    message = answer.message
    if answer.outcome is Outcome.OK:
        try:
            yours = showcase.points(answer.values)
        except WrongShapeError as error:
            message = str(error)
    panels.show(comparison(showcase, library.reference(topic.module)[showcase.task], yours))
    panels.small(showcase.look_for)
    if message:
        panels.own_code_note(message, is_failure=answer.outcome in {Outcome.OK, Outcome.FAILED})
