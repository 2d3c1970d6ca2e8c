"""Successive halving and Hyperband: many start, the best after each round go on."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.search.brackets import Bracket, halving_bracket, hyperband_brackets, survivors
from engine.search.claims import Claim, Claims, Slot
from engine.search.evaluation import Outcome, evaluate
from engine.search.problem import Problem, refuse_searched_epochs
from engine.search.result import SearchResult
from engine.search.run import Session, at_least, run
from engine.search.space import Params, configure, draw
from engine.search.store import Storage


def successive_halving(
    problem: Problem,
    n: int,
    *,
    min_epochs: int = 1,
    eta: int = 3,
    seed: int = 0,
    storage: Storage = None,
    name: str = "halving",
    progress: bool | None = None,
) -> SearchResult:
    """Start n random configurations and keep the best 1 / eta after each round.

    All train in one population, which loses its members from round to round; what a member has
    learned it keeps. `brackets.halving_bracket` has the rounds.

    Args:
        problem: What is searched; its `base.epochs` are the most that a configuration gets.
        n: Configurations at the start, at least 1.
        min_epochs: The least that a configuration gets, 1 to `base.epochs`.
        eta: At least 2.
        seed: Decides the draw, as for `random_search`, which draws the same.
        storage: As for `grid_search`. The configurations compete, so one process trains them all
            and another that calls waits for it, or takes over if it dies.
        name: The study's name in the storage.
        progress: Whether to show a bar on stderr; None means on a terminal, after a second.

    Returns:
        The trials in the order drawn: "pruned" ones lost a round, "complete" ones reached the
        last epoch.

    Warns:
        UserWarning: If the space has fewer points than `n`; each then starts once.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If an argument is out of bounds, the space names "epochs", or the storage
            holds another search under this name.
    """
    refuse_searched_epochs(problem, "successive halving")
    points = draw(problem.distributions, at_least("n", n, 1), at_least("seed", seed, 0))
    if len(points) < n:
        warnings.warn(
            f"`n` is {n}, but the space has {len(points)} points: each starts once.", stacklevel=2
        )
    bracket = halving_bracket(len(points), problem.base.epochs, min_epochs=min_epochs, eta=eta)
    question = {
        "method": "successive halving",
        "seed": str(seed),
        "rounds": f"n={n}, min_epochs={min_epochs}, eta={eta}",
    }
    return _run(problem, (bracket,), points, question, storage, name, progress)


def hyperband(
    problem: Problem,
    *,
    eta: int = 3,
    seed: int = 0,
    storage: Storage = None,
    name: str = "hyperband",
    progress: bool | None = None,
) -> SearchResult:
    """Run successive halving in several brackets, from many short trials to few long ones.

    Every bracket gets about the same number of epochs, so it costs little to be wrong about how
    early the good ones show. All brackets train in one population.

    Args:
        problem: What is searched; its `base.epochs` are the most that a configuration gets, and
            with `eta` decide how many start: `brackets.hyperband_brackets` has the numbers.
        eta: At least 2.
        seed: Decides the draw. Configurations are drawn independently, so that a space of few
            points may repeat some.
        storage: As for `grid_search`; a bracket is trained by one process.
        name: The study's name in the storage.
        progress: Whether to show a bar on stderr; None means on a terminal, after a second.

    Returns:
        The trials, the boldest bracket's first.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If an argument is out of bounds, the space names "epochs", or the storage
            holds another search under this name.
    """
    refuse_searched_epochs(problem, "Hyperband")
    brackets = hyperband_brackets(problem.base.epochs, eta)
    n = sum(bracket.n for bracket in brackets)
    points = draw(problem.distributions, n, at_least("seed", seed, 0), replacement=True)
    question = {"method": "hyperband", "seed": str(seed), "rounds": f"eta={eta}"}
    return _run(problem, brackets, points, question, storage, name, progress)


def _run(
    problem: Problem,
    brackets: Sequence[Bracket],
    points: Sequence[Params],
    question: Mapping[str, str],
    storage: Storage,
    name: str,
    progress: bool | None,
) -> SearchResult:
    for point in points:
        configure(problem.base, point)
    groups = [group for group, bracket in enumerate(brackets) for _ in range(bracket.n)]
    slots = [
        Slot(index=i, group=group, params=point)
        for i, (group, point) in enumerate(zip(groups, points, strict=True))
    ]
    session = Session(storage=storage, name=name, population=len(slots), progress=progress)

    def train_batch(claims: Claims, batch: Sequence[Claim]) -> None:
        rounds = _Rounds(problem, brackets, slots, claims, batch)
        evaluate(problem, [claim.config for claim in batch], rounds.done, rounds.decide)

    return run(problem, slots, session, question, train_batch)


class _Rounds:
    """The decisions in one population, which may be the rest of one that was cut off.

    A trial that an earlier process finished is not trained again. If it trained past a round, it
    has one of the seats that the round had to give; the others are for the best of those that
    train now. The earlier losers need no second look: the same training gives the same values,
    and by those they lost.
    """

    def __init__(
        self,
        problem: Problem,
        brackets: Sequence[Bracket],
        slots: Sequence[Slot],
        claims: Claims,
        batch: Sequence[Claim],
    ) -> None:
        self._metric = problem.metric
        self._brackets = brackets
        self._claims = claims
        self._batch = batch
        self._earlier: dict[int, list[int]] = defaultdict(list)
        for trial in claims.result().trials:
            trained = trial.epochs // len(problem.parts)
            self._earlier[slots[trial.index].group].append(trained)

    def done(self, i: int, outcome: Outcome) -> None:
        self._claims.finish(self._batch[i], outcome)

    def decide(self, epoch: int, means: Mapping[int, float]) -> list[int]:
        groups: dict[int, dict[int, float]] = defaultdict(dict)
        for i, mean in means.items():
            groups[self._batch[i].slot.group][i] = mean
        dropped: list[int] = []
        for group, values in groups.items():
            seats = self._brackets[group].seats_after(epoch)
            if seats is None:
                continue
            for i, mean in values.items():
                self._claims.report(self._batch[i], epoch, mean)
            seats -= sum(trained > epoch for trained in self._earlier[group])
            dropped += sorted(values.keys() - survivors(values, seats, self._metric))
        return dropped
