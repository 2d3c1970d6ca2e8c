"""Which misconception explains a submission's answers to its task's probe."""

from __future__ import annotations

from importlib import import_module

from grader import fingerprints
from grader.errors import GradingError, SubmissionError
from grader.report import Diagnosis
from grader.subject import Subject
from grader.topics import Topic


def diagnose(subject: Subject, topic: Topic, task: str) -> Diagnosis | None:
    """Put a task's probe to a submission and compare the answer with the recorded ones.

    Args:
        subject: The submission.
        topic: The topic of the task.
        task: The task to diagnose.

    Returns:
        The misconception with the same answer, or None: no match, or no answer.

    Raises:
        GradingError: If the worker that the submission runs in came to its end.
    """
    probe = getattr(import_module(f"grader.probes.{topic.module}"), task)
    known = fingerprints.load(topic.module)
    try:
        return known.diagnose(task, probe(subject))
    except SubmissionError:
        return None
    except GradingError:
        raise
    except Exception:  # learner's code may raise and return anything: then nothing is recognized
        return None
