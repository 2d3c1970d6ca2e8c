"""Who is trained together, and in how many processes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.batched.pool import processes_for
from engine.batched.shape import Member, Shape
from engine.batched.sizing import best_size
from engine.batched.threads import one_thread

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Plan:
    """A population cut into chunks.

    Attributes:
        chunks: Members of one shape each, the longest work first.
        n_processes: Processes to train in; 1 is this one.
        device: Where to train.
    """

    chunks: Sequence[tuple[Shape, Sequence[Member]]]
    n_processes: int
    device: torch.device

    @classmethod
    def of(cls, members: Sequence[Member], device: torch.device, jobs: int | None) -> Plan:
        """Group the members by shape and cut the groups to a good size."""
        groups: dict[Shape, list[Member]] = defaultdict(list)
        for member in members:
            groups[Shape.of(member.config, member.data)].append(member)
        if len(members) == 1:
            # There is nothing to choose, so nothing is timed.
            return cls([*groups.items()], 1, device)
        with one_thread():
            sizes = {shape: best_size(shape, len(group), device) for shape, group in groups.items()}

        def seconds(shape: Shape, group: Sequence[Member]) -> float:
            epochs = sum(member.config.epochs for member in group)
            return epochs * shape.steps_per_epoch * sizes[shape].seconds

        total = sum(seconds(*item) for item in groups.items())
        on_cpu = device.type == "cpu"
        n_processes = processes_for(total, len(members), jobs) if on_cpu else 1
        chunks = [
            (shape, chunk)
            for shape, group in groups.items()
            for chunk in _cut(group, sizes[shape].n_members, n_processes)
        ]
        chunks.sort(key=lambda chunk: seconds(*chunk), reverse=True)
        return cls(chunks, n_processes, device)


def _cut(group: list[Member], size: int, n_processes: int) -> list[list[Member]]:
    """Chunks of nearly equal size, as many for each process."""
    n_chunks = math.ceil(len(group) / size / n_processes) * n_processes
    n_chunks = min(n_chunks, len(group))
    # Members of one data set and seed see the same examples, and those of one length end together.
    group = sorted(group, key=lambda each: (id(each.data), each.config.seed, each.config.epochs))
    edges = [round(i * len(group) / n_chunks) for i in range(n_chunks + 1)]
    return [group[start:stop] for start, stop in pairwise(edges)]
