"""The pytest side of a check: the `submission` fixture, deadlines and outcomes.

pytest loads this for every run (an entry point in pyproject.toml), so it imports only pytest until
a run turns out to hold checks. A learner's run is `grader.learner_run`; the hidden one, which
`grader.run` starts, puts itself in the stash before.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    import numpy as np
    from _pytest.terminal import TerminalReporter

    from grader.outcome import Check, Outcome
    from grader.subject import Subject

MARK = "hyperlings"


class CheckRun(Protocol):
    """What a run of checks has to provide.

    Attributes:
        device: Where checks that train do so, "cpu" or "cuda".
    """

    device: str

    def arrange(self, items: list[tuple[pytest.Item, Check]]) -> None:
        """Take note of the checks about to run, before any is deselected."""

    def subject(self, check: Check) -> Subject:
        """Return the submission as this check sees it."""

    def reference(self, check: Check) -> Any:
        """Return the reference solutions."""

    def rng(self, check: Check) -> np.random.Generator:
        """Return fresh randomness for this check."""

    def call(self, check: Check) -> Generator[None, object, object]:
        """Run the check between the two halves of this generator, under its deadline."""

    def judged(self, check: Check, error: BaseException | None) -> Outcome:
        """Judge and record what came out."""


RUN = pytest.StashKey[CheckRun]()
CHECK = pytest.StashKey["Check"]()


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark that `@check` sets."""
    config.addinivalue_line("markers", f"{MARK}(task, points, seconds): a check; see grader.checks")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be limited to one task: `-k` would match a name inside another's."""
    parser.getgroup("hyperlings").addoption("--task", help="run the checks of this task only")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-k` and a task's name, leave the checks of other topics unread: reading takes time."""
    if not collection_path.name.startswith("test_ex") or not config.option.keyword.isidentifier():
        return None
    from grader.topics import find_task

    try:
        topic, _ = find_task(config.option.keyword)
    except KeyError:
        return None
    return True if collection_path.stem != f"test_{topic.module}" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Find the checks among the items, and set up a learner's run if there is none yet."""
    marked = [(item, mark) for item in items if (mark := item.get_closest_marker(MARK))]
    if not marked:
        return
    from grader.outcome import Check
    from grader.topics import find_topic

    if RUN not in config.stash:
        from grader.learner_run import LearnerRun

        config.stash[RUN] = LearnerRun(config)
    found = []
    for item, mark in marked:
        topic = find_topic(item.path.stem.removeprefix("test_"))
        item.stash[CHECK] = Check(topic=topic, name=item.name, **mark.kwargs)
        item.extra_keyword_matches.add(item.stash[CHECK].task)  # so that `-k smooth` finds them
        found.append((item, item.stash[CHECK]))
    config.stash[RUN].arrange(found)
    if only := config.getoption("--task"):
        others = [item for item, check in found if check.task != only]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Subject:
    """The learner's functions: called as a module's, whether they run here or in a worker."""
    return request.config.stash[RUN].subject(request.node.stash[CHECK])


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """The reference solutions, as a module; hidden checks only."""
    return request.config.stash[RUN].reference(request.node.stash[CHECK])


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the run's seed and the check's name; hidden checks only."""
    return request.config.stash[RUN].rng(request.node.stash[CHECK])


@pytest.fixture
def device(request: pytest.FixtureRequest) -> str:
    """Where a check that trains does so, "cpu" or "cuda", to be passed on to its lab."""
    return request.config.stash[RUN].device


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Put a check under its deadline."""
    if CHECK not in item.stash:
        return (yield)
    return (yield from item.config.stash[RUN].call(item.stash[CHECK]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what a check raised into what its reader needs."""
    report = yield
    over = call.when == "call" or (call.when == "setup" and call.excinfo is not None)
    if CHECK not in item.stash or not over:
        return report
    from grader.outcome import Kind

    error = call.excinfo.value if call.excinfo else None
    outcome = item.config.stash[RUN].judged(item.stash[CHECK], error)
    report.user_properties.append((MARK, outcome.kind.name))
    if outcome.kind is Kind.PASSED:
        return report
    report.longrepr = outcome.message
    report.outcome = "failed"
    if outcome.kind is Kind.TODO:
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, outcome.message)
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, object] | None:
    """Show a task that is not begun as "to do", which is neither a failure nor a skip."""
    kinds = [value for key, value in getattr(report, "user_properties", []) if key == MARK]
    if not kinds or kinds == ["PASSED"]:
        return None
    if kinds == ["TODO"]:
        return "to do", "t", ("TO DO", {"yellow": True})
    return "failed", "F", ("FAILED", {"red": True})  # a module that cannot be read fails in set-up


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """End a learner's run with the scoreboard."""
    from grader.learner_run import LearnerRun

    run = config.stash.get(RUN, None)
    if isinstance(run, LearnerRun):
        run.summarize(terminalreporter)
