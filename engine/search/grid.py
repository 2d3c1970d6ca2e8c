"""Grid search: every combination of the listed values."""

from __future__ import annotations

from engine.search.problem import Problem
from engine.search.result import SearchResult
from engine.search.run import Session, at_least, run_independent
from engine.search.space import grid_points
from engine.search.store import Storage


def grid_search(
    problem: Problem,
    *,
    storage: Storage = None,
    name: str = "grid",
    population: int | None = None,
    progress: bool | None = None,
) -> SearchResult:
    """Train every combination of the values that the space lists.

    The order is that of scikit-learn's `ParameterGrid`: fields sorted by name, the last one
    varying fastest. A whole-number range counts as the list of its numbers.

    Args:
        problem: What is searched.
        storage: None keeps trials in memory; the path of a journal file or a database's URL keeps
            them there, and a search that was cut off goes on where it stopped when it is called
            again. Several processes may call it at once and share the work; each returns all.
        name: The study's name in the storage.
        population: Configurations trained at a time; None means
            as many as take about four seconds.
        progress: Whether to show a bar on stderr; None means on a terminal, after a second.

    Returns:
        The trials, `index` in grid order.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If the space has a continuous field or too many points, or the storage holds
            another search under this name.
    """
    return run_independent(
        problem,
        grid_points(problem.distributions),
        Session(
            storage=storage,
            name=name,
            population=None if population is None else at_least("population", population, 1),
            progress=progress,
        ),
        {"method": "grid"},
    )
