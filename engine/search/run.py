"""The loop that all searches share: open the study, claim slots, train them, keep what came."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.search.claims import Claim, Claims, Slot, Suggest
from engine.search.evaluation import Outcome, evaluate
from engine.search.pace import Pace
from engine.search.problem import Problem
from engine.search.progress import Progress
from engine.search.result import Interrupted, SearchResult
from engine.search.space import Params, configure
from engine.search.store import Storage, Store, opened
from engine.search.workers import Workers


@dataclass(frozen=True, kw_only=True)
class Session:
    """Where and how a search runs: nothing here changes what it finds.

    Attributes:
        storage: None for memory, a journal file's path, or a database's URL.
        name: The study's name in the storage.
        population: Configurations trained at a time; None goes by the clock, as `Pace` does.
        progress: Whether to show a bar; None means on a terminal, after a second.
    """

    storage: Storage
    name: str
    population: int | None
    progress: bool | None


TrainBatch = Callable[[Claims, Sequence[Claim]], None]
"""Trains a batch and passes every claim of it to `Claims.finish`."""


def run(
    problem: Problem,
    slots: Sequence[Slot],
    session: Session,
    question: Mapping[str, str],
    train_batch: TrainBatch,
    make_suggest: Callable[[Store], Suggest] | None = None,
) -> SearchResult:
    """Finish all slots, together with whoever else works on the same study.

    Args:
        problem: What is searched.
        slots: Every trial that the search shall make.
        session: Where and how.
        question: What makes this search another than one with the same problem: its method, and
            the settings that decide on its trials.
        train_batch: Trains claimed slots.
        make_suggest: Makes the function that suggests parameters to slots without any.

    Returns:
        All trials.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If the storage holds a study of another search under this name.
    """
    pace = Pace(session.population, len(problem.parts))
    fingerprint = {**problem.fingerprint(), **question}
    with (
        opened(session.storage, session.name, problem.direction, fingerprint) as store,
        Workers(store) as workers,
        Progress(len(slots), session.name, progress=session.progress) as progress,
    ):
        suggest = None if make_suggest is None else make_suggest(store)
        claims = Claims(problem, store, workers, slots, progress, suggest)
        try:
            for batch in claims.batches(pace):
                began = time.perf_counter()
                train_batch(claims, batch)
                pace.took(len(batch), time.perf_counter() - began)
        except KeyboardInterrupt:
            claims.release()
            raise Interrupted(claims.result()) from None
        except BaseException:
            claims.release()
            raise
        return claims.result()


def run_independent(
    problem: Problem, points: Sequence[Params], session: Session, question: Mapping[str, str]
) -> SearchResult:
    """Train every point to its end, none of them looking at another.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If a point cannot be trained (nothing has trained then), or the storage holds
            another search.
    """
    for point in points:
        configure(problem.base, point)
    slots = [Slot(index=i, group=i, params=point) for i, point in enumerate(points)]

    def train_batch(claims: Claims, batch: Sequence[Claim]) -> None:
        def done(i: int, outcome: Outcome) -> None:
            claims.finish(batch[i], outcome)

        evaluate(problem, [claim.config for claim in batch], done)

    return run(problem, slots, session, question, train_batch)


def at_least(name: str, value: int, low: int) -> int:
    """The value, if it is a whole number of at least `low`.

    Raises:
        ValueError: If it is not; the message names it.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise ValueError(
            f"`{name}` must be a whole number, at least {low}, but got {name}={value!r}."
        )
    return value
