"""What judges one submission, and what is said where nothing could be judged."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from grader.report import Report, Status, TaskResult
from grader.submission import Submission


@dataclass(frozen=True)
class Setup:
    """What decides a submission's marks, and where its code runs.

    Attributes:
        seed: Seed of the fresh inputs. Without a secret, every submission gets the same: all sit
            the same test, and any of them can be replayed alone.
        tier: Isolation, "A", "B" or "C".
        device: "cpu" or "cuda".
        trusted: Whether the code runs without isolation, as tier C needs.
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
        if self.secret is None:
            return self.seed
        whose = json.dumps([submission.student, submission.topic_module]).encode()
        digest = hmac.digest(self.secret, whose, "sha256")
        return int.from_bytes(digest[:8], "big") >> 1


Judge = Callable[[Submission], Report]
Judging = Callable[[Setup], AbstractContextManager[Judge]]


@contextmanager
def sandboxed(setup: Setup) -> Iterator[Judge]:
    """Open what judges submissions in sandboxed workers; one a process is enough."""
    from grader.sandbox.client import WarmParent
    from grader.sandbox.tiers import Tier

    tier = Tier(setup.tier)
    with WarmParent(tier=tier, device=setup.device, trusted=setup.trusted) as parent:
        # Only now: these imports take about as long as the parent needs to warm up.
        from grader.run import grade, refused

        def judge(submission: Submission) -> Report:
            topic, seed = submission.topic, setup.seed_for(submission)
            if submission.source is None:
                return refused(submission, topic, seed=seed, device=setup.device, tier=setup.tier)
            return grade(submission, topic, parent=parent, seed=seed, device=setup.device)

        yield judge


def judge_twice(judge: Judge, submission: Submission, setup: Setup) -> Report:
    """Judge a submission, and once more where nothing could be found out.

    Whatever the judge raises is the grader's fault: it costs nobody a mark, and stops nothing.
    """
    report = _attempt(judge, submission, setup)
    return report if report.graded else _attempt(judge, submission, setup)


def _attempt(judge: Judge, submission: Submission, setup: Setup) -> Report:
    try:
        return judge(submission)
    except Exception as error:
        why = f"Not graded, through no fault of the code: {type(error).__name__}: {error}"
        return not_graded(submission, setup, why)


def not_graded(submission: Submission, setup: Setup, why: str) -> Report:
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
        seed=setup.seed_for(submission),
        device=setup.device,
        tier=setup.tier,
        tasks=tasks,
        identifier=submission.identifier,
        late=submission.late,
    )
