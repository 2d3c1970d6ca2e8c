"""Hosted mode: one server for a class, and what it gives each browser session.

`hyperlings play --hosted` names the isolation in the environment of the server that it starts; the
functions here are the only readers of that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from grader.sandbox.tiers import Tier

VARIABLE = "HYPERLINGS_HOSTED"


@dataclass(frozen=True)
class SessionLimits:
    """What one browser session may use; `docs/Hosting.md` lists them.

    Attributes:
        sessions: Sessions that the server takes at a time.
        code_seconds: Seconds a minute for which a learner's own code may run.
        waiting: Questions to a learner's own code that wait; the oldest gives way.
        check_seconds: Seconds for all checks of a topic together.
        source_bytes: Size of a topic's source.
        jobs: Trainings and sweeps at a time; more of them wait.
        sweep_seconds: Estimated length of a sweep on one core.
        upload_megabytes: Size of an uploaded file.
    """

    sessions: int = 100
    code_seconds: float = 30.0
    waiting: int = 12
    check_seconds: float = 20.0
    source_bytes: int = 1 << 20
    jobs: int = 2
    sweep_seconds: float = 60.0
    upload_megabytes: int = 5


LIMITS = SessionLimits()


def tier() -> Tier | None:
    """How this server locks learners' code in; None on a learner's own machine.

    Tier C means that nothing does, and that their code does not run.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    return Tier(named) if named in set(Tier) else Tier.C


def is_hosted() -> bool:
    """Whether this server is a class's."""
    return tier() is not None


def sweep_seconds(here: float) -> float:
    """How long a sweep may take: `here` on a learner's own machine, less in a class."""
    return min(here, LIMITS.sweep_seconds) if is_hosted() else here


def upload_megabytes(here: int) -> int:
    """How large an upload may be: `here` on a learner's own machine, less in a class."""
    return min(here, LIMITS.upload_megabytes) if is_hosted() else here


def environment(isolation: Tier) -> dict[str, str]:
    """What the environment of a hosted server has to hold."""
    return {VARIABLE: str(isolation)}
