"""What judges one submission, and what is said where nothing could be judged."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from grader.edition import edition
from grader.report import Report, Status, TaskResult
from grader.submission import Submission

BEST = ""  # the tier of a setup that takes the best one of the machine where the code runs


@dataclass(frozen=True)
class Setup:
    """What decides a submission's marks, and where its code runs.

    Attributes:
        seed: Seed of the fresh inputs. Without a secret, every submission gets the same: all sit
            the same test, and any of them can be replayed alone.
        tier: Isolation, "A", "B" or "C", or `BEST`.
        device: "cpu" or "cuda".
        trusted: Whether the code may run without isolation, as tier C needs.
        secret: The course's secret. With one, each student has a seed of their own in each topic,
            which nobody without the secret can tell beforehand.
    """

    seed: int
    tier: str
    device: str = "cpu"
    trusted: bool = False
    secret: bytes | None = field(default=None, repr=False)

    def seed_for(self, submission: Submission) -> int:
        """Seed of a submission's fresh inputs, 0 <= seed < 2**63; a report holds it, to replay."""
        return self.seed_of(submission.student, submission.topic_module)

    def seed_of(self, student: str, topic_module: str) -> int:
        """Seed of a student's fresh inputs in a topic, 0 <= seed < 2**63."""
        if self.secret is None:
            return self.seed
        whose = json.dumps([student, topic_module]).encode()
        digest = hmac.digest(self.secret, whose, "sha256")
        return int.from_bytes(digest[:8], "big") >> 1

    def without_seeds(self) -> Setup:
        """Return what a process that judges has to know: seeds come with each submission."""
        return replace(self, seed=0, secret=None)


Judge = Callable[[Submission, int], Report]  # with the seed of its fresh inputs
Judging = Callable[[Setup], AbstractContextManager[Judge]]


@contextmanager
def sandboxed(setup: Setup) -> Iterator[Judge]:
    """Open what judges submissions in sandboxed workers; one a process is enough.

    Raises:
        SetupFailed: If this machine cannot give the tier.
    """
    from grader.sandbox.client import WarmParent
    from grader.sandbox.tiers import Tier, detect

    tier = detect().tier if setup.tier == BEST else Tier(setup.tier)
    trusted = setup.trusted and tier is Tier.C
    with WarmParent(tier=tier, device=setup.device, trusted=trusted) as parent:
        # Only now: these imports take about as long as the parent needs to warm up.
        from grader.run import grade, refused

        def judge(submission: Submission, seed: int) -> Report:
            topic, device = submission.topic, setup.device
            if submission.source is None:
                return refused(submission, topic, seed=seed, device=device, tier=str(parent.tier))
            return grade(submission, topic, parent=parent, seed=seed, device=device)

        yield judge


def judge_twice(judge: Judge, submission: Submission, seed: int, setup: Setup) -> Report:
    """Judge a submission, and once more where nothing could be found out.

    Whatever the judge raises is the grader's fault: it costs nobody a mark, and stops nothing.
    """
    report = _attempt(judge, submission, seed, setup)
    return report if report.graded else _attempt(judge, submission, seed, setup)


def _attempt(judge: Judge, submission: Submission, seed: int, setup: Setup) -> Report:
    try:
        return judge(submission, seed)
    except Exception as error:
        why = f"Not graded, through no fault of the code: {type(error).__name__}: {error}"
        return not_graded(submission, seed, setup, why)


def not_graded(submission: Submission, seed: int, setup: Setup, why: str) -> Report:
    """Report a submission that nothing is known about, through no fault of its own."""
    from grader.run import max_points

    tasks = tuple(
        TaskResult(task, 0, points, Status.NOT_GRADED, messages=(why,))
        for task, points in max_points(submission.topic).items()
    )
    return Report(
        student=submission.student,
        topic=submission.topic_module,
        file=submission.path,
        sha256=submission.sha256,
        seed=seed,
        device=setup.device,
        tier=setup.tier or "C",  # nothing ran, so nothing was isolated
        tasks=tasks,
        identifier=submission.identifier,
        late=submission.late,
        edition=edition(submission.topic_module),
    )
