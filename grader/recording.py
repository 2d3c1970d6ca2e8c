"""Record what the reference and every misconception of a topic answer to its probes."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from grader.deadline import DeadlineExceeded, deadline
from grader.fingerprints import Fingerprint, Fingerprints, dumps, loads
from grader.likeness import agree
from grader.misconceptions.compose import declared, submission_source
from grader.paths import load_module, solutions_dir
from grader.probes import Probe
from grader.subject import LocalSubject
from grader.topics import Topic
from grader.values import to_plain

_SECONDS = 60.0  # for one probe of a wrong function
_REFERENCE_SECONDS = 600.0  # the first probe also waits for heavy imports


class RecordingError(Exception):
    """A topic cannot be recorded as it stands; the text says what to change, one line a problem."""


def record(topic: Topic, *, step: Callable[[], None] = lambda: None) -> Fingerprints:
    """Put each task's probe to the reference and to the task's misconceptions.

    Runs the topic's own code in this process.

    Args:
        topic: The topic.
        step: Called after each of `steps(topic)` probes.

    Raises:
        RecordingError: If a probe is missing, fails, or does not tell two functions apart.
    """
    for package in ("probes", "misconceptions"):
        _require(package, topic.module)
    problems: list[str] = []
    reference = (solutions_dir() / f"{topic.module}.py").read_text(encoding="utf-8")
    probes = {task.name: find_probe(topic.module, task.name) for task in topic.tasks}
    references = {}
    for task, probe in probes.items():
        try:
            references[task] = ask(probe, topic.module, reference, _REFERENCE_SECONDS)
        except RecordingError as error:
            problems.append(f"{task}: the reference {error}")
        step()
    wrong = []
    for name, known in declared(topic.module).items():
        step()
        if known.task in probes and known.task not in references:
            continue  # the reference's own problem is said already
        try:
            if known.task not in probes:
                raise RecordingError(f"is of task {known.task!r}, which the topic does not have")
            source = submission_source(topic.module, name)
            answer = ask(probes[known.task], topic.module, source, _SECONDS)
            wrong.append(Fingerprint(known.id, known.task, known.message, answer))
        except (RecordingError, ValueError) as error:  # a ValueError: its edits do not fit
            problems.append(f"{known.task}: {known.id} {error}")
    problems += _alike(topic, references, wrong)
    if problems:
        raise RecordingError("\n".join(f"grader/probes/{topic.module}.py, {p}" for p in problems))
    prints = Fingerprints(topic.module, references, tuple(wrong))
    return loads(dumps(prints))  # as a reader sees it: sorted, and rounded


def record_each(
    topics: Sequence[Topic], *, step: Callable[[int], None] = lambda n: None
) -> Iterator[Fingerprints | RecordingError]:
    """Record several topics, on all cores; yield what each gives, or what is wrong with it.

    Args:
        topics: The topics; the results come in their order.
        step: Called with the number of probes that have been run since the last time.
    """
    cores = min(os.cpu_count() or 1, len(topics))
    if cores < 2:
        for topic in topics:
            yield _recorded(topic, step=lambda: step(1))
        return
    # A fork would copy whatever threads the caller's libraries have begun.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        longest_first = sorted(topics, key=steps, reverse=True)
        futures = {topic.module: pool.submit(_recorded, topic) for topic in longest_first}
        sizes = {futures[topic.module]: steps(topic) for topic in topics}
        for future in as_completed(sizes):
            step(sizes[future])
        for topic in topics:
            yield futures[topic.module].result()


def _recorded(
    topic: Topic, *, step: Callable[[], None] = lambda: None
) -> Fingerprints | RecordingError:
    try:
        return record(topic, step=step)
    except RecordingError as error:
        return error


def steps(topic: Topic) -> int:
    """Return how many probes `record` will run, as far as the topic is written."""
    try:
        return len(topic.tasks) + len(declared(topic.module))
    except ModuleNotFoundError:
        return len(topic.tasks)


def _require(package: str, module: str) -> None:
    name = f"grader.{package}.{module}"
    if name not in sys.modules and find_spec(name) is None:
        raise RecordingError(f"grader/{package}/{module}.py is missing. Write it.")


def find_probe(module: str, task: str) -> Probe:
    """Find the probe of a task.

    Raises:
        RecordingError: If the topic's module of probes has none.
    """
    probes = import_module(f"grader.probes.{module}")
    try:
        probe: Probe = vars(probes)[task]
    except KeyError:
        raise RecordingError(
            f"grader/probes/{module}.py has no probe `{task}`. Add one, taking `submission`."
        ) from None
    return probe


def ask(probe: Probe, module: str, source: str, seconds: float) -> object:
    """Return a probe's answer for a source, as it will be read back.

    Args:
        probe: The task's probe.
        module: The topic's module.
        source: A module's text, which runs in this process.
        seconds: The longest that it may take.

    Raises:
        RecordingError: If it raises or takes longer; the text goes on after the source's name.
    """
    name = f"hyperlings_recording.{module}"
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wrong code warns, with good reason
        path = Path(folder) / f"{module}.py"
        path.write_text(source, encoding="utf-8")
        try:
            with deadline(seconds):
                subject = LocalSubject(vars(load_module(path, name)), path.name)
                answer = to_plain(probe(subject))
            return loads(dumps(Fingerprints(module, {"": answer}, ()))).reference("")
        except DeadlineExceeded:
            raise RecordingError(
                f"was still running after {seconds:g} s. Give the probe inputs that end."
            ) from None
        except Exception as error:
            raise RecordingError(
                f"raised {type(error).__name__}: {error}. Where that is its answer, put the call "
                "into `outcome(lambda: …)`; otherwise mend it."
            ) from error


def _alike(topic: Topic, references: dict[str, object], wrong: list[Fingerprint]) -> Iterator[str]:
    """Name the functions of a task that its probe takes for one another."""
    for task in (task.name for task in topic.tasks):
        answers = [("the reference", references[task])] if task in references else []
        answers += [(item.id, item.answer) for item in wrong if item.task == task]
        while answers:
            (first, answer), *others = answers
            names = [first, *(name for name, given in others if agree(given, answer))]
            answers = [pair for pair in others if pair[0] not in names]
            if len(names) > 1:
                listed = f"{', '.join(names[:-1])} and {names[-1]}"
                yield f"{task}: {listed} answer alike. Add a case where they differ."
