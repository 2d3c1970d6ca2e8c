"""One warm parent a tier for the whole session, and the way to run a snippet in a worker."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from grader.sandbox.client import Limits, Tier, WarmParent, Worker
from grader.sandbox.tiers import detect

NumpyOnly = ("numpy",)


def skip_unless_available(tier: Tier) -> None:
    if tier is Tier.A and shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt install bubblewrap")
    if tier not in detect().available:
        pytest.skip(f"tier {tier} is out of reach here: {' '.join(detect().reasons)}")


@pytest.fixture(scope="session")
def parents() -> Iterator[Callable[[Tier], WarmParent]]:
    """The session's warm parent of a tier; it imports NumPy alone, so that it starts at once."""
    with ExitStack() as stack:
        started: dict[Tier, WarmParent] = {}

        def get(tier: Tier) -> WarmParent:
            skip_unless_available(tier)
            if tier not in started:
                started[tier] = stack.enter_context(WarmParent(tier=tier, preload=NumpyOnly))
            return started[tier]

        yield get


@pytest.fixture(params=[Tier.A, Tier.B], ids=["tier-A", "tier-B"])
def tier(request: pytest.FixtureRequest) -> Tier:
    chosen: Tier = request.param
    return chosen


@pytest.fixture
def parent(tier: Tier, parents: Callable[[Tier], WarmParent]) -> WarmParent:
    return parents(tier)


@pytest.fixture
def load(parent: WarmParent) -> Iterator[Callable[..., Worker]]:
    """Loads a source into a fresh worker of the tier under test."""
    with ExitStack() as stack:

        def start(source: str, **limits: Any) -> Worker:
            worker = stack.enter_context(parent.worker(Limits(**{"seconds": 20.0, **limits})))
            worker.load(source, "exercise")
            return worker

        yield start


@pytest.fixture
def honest(parent: WarmParent) -> Iterator[None]:
    """After the test, an honest submission still gets its answer from the same parent."""
    yield
    with parent.worker() as worker:
        worker.load("def double(x):\n    return 2 * x\n", "exercise")
        assert worker.call("double", 21) == 42
