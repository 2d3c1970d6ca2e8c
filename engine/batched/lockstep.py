"""All members of a population advancing together, an epoch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.batched.chunk import Chunk
from engine.batched.pool import in_pool
from engine.batched.run import run_epoch, run_epoch_elsewhere

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.batched.plan import Plan
    from engine.batched.shape import Shape
    from engine.network import Network


class Lockstep:
    """The population in training, its weights kept from epoch to epoch.

    Args:
        plan: Who is trained together.
        evaluate_train: Whether to measure on the training part as well.
    """

    def __init__(self, plan: Plan, evaluate_train: bool) -> None:
        """Draw the initial weights."""
        self._evaluate_train = evaluate_train
        self._n_processes = plan.n_processes
        self._chunks = [Chunk(shape, members, plan.device) for shape, members in plan.chunks]
        self._largest: dict[Shape, int] = defaultdict(int)
        for shape, members in plan.chunks:
            self._largest[shape] = max(self._largest[shape], len(members))

    def train_epoch(self) -> dict[int, NDArray[np.float64]]:
        """Train every member for one epoch.

        Returns:
            By member, training loss and score, validation loss and score, shape (4,).
        """
        found: dict[int, NDArray[np.float64]] = {}
        if self._n_processes > 1:
            calls = [(chunk, self._evaluate_train) for chunk in self._chunks]
            for i, (state, results) in in_pool(run_epoch_elsewhere, calls, self._n_processes):
                self._chunks[i].restore(state)
                found |= _by_member(self._chunks[i], results)
            return found
        for chunk in self._chunks:
            found |= _by_member(chunk, run_epoch(chunk, self._evaluate_train))
            if len(self._chunks) > 1:
                chunk.rest()
        return found

    def networks(self, members: Iterable[int]) -> dict[int, Network]:
        """Some members' networks as they are now."""
        wanted = set(members)
        return {
            member.index: chunk.network(i)
            for chunk in self._chunks
            for i, member in enumerate(chunk.members)
            if member.index in wanted
        }

    def drop(self, members: Iterable[int]) -> None:
        """Train some members no further; what is left of the chunks is drawn together."""
        gone = set(members)
        if not gone:
            return
        rest: dict[Shape, list[Chunk]] = defaultdict(list)
        for chunk in self._chunks:
            staying = [i for i, member in enumerate(chunk.members) if member.index not in gone]
            if len(staying) == len(chunk.members):
                rest[chunk.shape].append(chunk)
            elif staying:
                rest[chunk.shape].append(chunk.take(staying))
        self._chunks = [
            joined
            for shape, chunks in rest.items()
            for joined in _join_small(chunks, self._largest[shape])
        ]


def _by_member(chunk: Chunk, results: NDArray[np.float64]) -> dict[int, NDArray[np.float64]]:
    return {member.index: results[:, i] for i, member in enumerate(chunk.members)}


def _join_small(chunks: list[Chunk], largest: int) -> list[Chunk]:
    joined: list[Chunk] = []
    for chunk in sorted(chunks, key=lambda each: len(each.members)):
        if joined and len(joined[-1].members) + len(chunk.members) <= largest:
            joined[-1] = joined[-1].join(chunk)
        else:
            joined.append(chunk)
    return joined
