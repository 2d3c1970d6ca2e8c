"""One warm parent a tier for all hostile submissions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from grader.sandbox.client import Tier, WarmParent
from grader.sandbox.tiers import detect
from tests.hostile import traces
from tests.hostile.grading import honest_points


class Parents:
    """The warm parents that were started, and the processes that they consist of."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._started: dict[Tier, WarmParent] = {}
        self.processes: frozenset[int] = frozenset()

    def get(self, tier: Tier) -> WarmParent:
        if tier not in detect().available:
            pytest.skip(f"tier {tier} is out of reach here: {' '.join(detect().reasons)}")
        if tier not in self._started:
            warm = self._started[tier] = self._stack.enter_context(WarmParent(tier=tier))
            assert warm._process is not None
            warm._process.wait_until_ready()
            self.processes = traces.descendants()
            honest_points(warm)  # what is imported or kept at its first use is so before it counts
        return self._started[tier]


@pytest.fixture(scope="session")
def parents() -> Iterator[Parents]:
    with ExitStack() as stack:
        yield Parents(stack)


@pytest.fixture(scope="session", params=[Tier.A, Tier.B], ids=["tier-A", "tier-B"])
def parent(request: pytest.FixtureRequest, parents: Parents) -> WarmParent:
    chosen: Tier = request.param
    return parents.get(chosen)
