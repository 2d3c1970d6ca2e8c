"""Random search: independent draws from the space."""

from __future__ import annotations

import warnings

from engine.search.problem import Problem
from engine.search.result import SearchResult
from engine.search.run import Session, at_least, run_independent
from engine.search.space import draw
from engine.search.store import Storage


def random_search(
    problem: Problem,
    n: int,
    *,
    seed: int = 0,
    storage: Storage = None,
    name: str = "random",
    population: int | None = None,
    progress: bool | None = None,
) -> SearchResult:
    """Train n configurations drawn at random.

    A space of lists alone is drawn from without replacement; with a distribution in it, draws are
    independent. The first draws are the same whatever `n` is, so a stored search may be called
    again with a larger `n` to add to it.

    Args:
        problem: What is searched.
        n: Number of configurations, at least 1.
        seed: Decides the draw, at least 0.
        storage: As for `grid_search`.
        name: The study's name in the storage.
        population: Configurations trained at a time; None means
            as many as take about four seconds.
        progress: Whether to show a bar on stderr; None means on a terminal, after a second.

    Returns:
        The trials in the order drawn.

    Warns:
        UserWarning: If the space has fewer points than `n`; each is then trained once.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If `n` or `seed` is out of bounds, or the storage holds another search under
            this name.
    """
    points = draw(problem.distributions, at_least("n", n, 1), at_least("seed", seed, 0))
    if len(points) < n:
        warnings.warn(
            f"`n` is {n}, but the space has {len(points)} points: each is trained once.",
            stacklevel=2,
        )
    return run_independent(
        problem,
        points,
        Session(
            storage=storage,
            name=name,
            population=None if population is None else at_least("population", population, 1),
            progress=progress,
        ),
        {"method": "random", "seed": str(seed)},
    )
