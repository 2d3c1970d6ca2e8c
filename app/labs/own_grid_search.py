"""Questions to the learner's functions of topic 3, and how their answers are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.combinations import MAX_SETTINGS, Cost
from app.labs.grid_or_random import Contest
from app.own_call import Call, Lab, Part, Table
from app.showcases.model import WrongShapeError, number

if TYPE_CHECKING:
    from numpy.typing import NDArray


def expand_call(found: Contest) -> Call:
    """Ask for the points of a contest's grid."""
    return Call("expand_grid", (Part("grid"),), _plane(found))


def search_call(found: Contest) -> Call:
    """Ask for the best point of a contest's grid."""
    return Call("grid_search", (Part("score"), Part("grid"), "max"), _plane(found))


def read_best(values: tuple[Any, ...]) -> NDArray[np.float64]:
    """Read the point (x, y) that the search picks, shape (2,).

    Raises:
        WrongShapeError: If it returned no (best configuration, value, values).
    """
    found = values[0]
    if not isinstance(found, list | tuple) or len(found) != 3:
        raise WrongShapeError("The picture needs (best_config, best_value, values).")
    best = found[0]
    if not isinstance(best, dict) or set(best) != {"x", "y"}:
        raise WrongShapeError("The picture needs a best configuration with the names x and y.")
    return np.array([number(best["x"]), number(best["y"])])


def told(
    found: Contest, points: NDArray[np.float64] | None, best: NDArray[np.float64] | None
) -> str:
    """Say how the learner's points and pick agree with the grid's."""
    listed = "" if points is None else found.grid.compared_with(points)
    if best is None:
        return listed
    where = np.array([found.grid.x[found.grid.best], found.grid.y[found.grid.best]])
    if np.allclose(best, where):
        picked = "Your search picks the diamond."
    else:
        score = float(found.surface.score(best[:1], best[1:])[0])
        picked = (
            f"Your search picks x = {best[0]:.2f} and y = {best[1]:.2f}, which score {score:.2f}."
        )
    return f"{listed} {picked}".strip()


def size_calls(cost: Cost) -> tuple[Call, ...]:
    """Ask for the number of combinations with 1 .. `MAX_SETTINGS` settings."""
    choices = tuple(float(i) for i in range(cost.choices))
    names = [f"setting {d}" for d in range(1, MAX_SETTINGS + 1)]
    return tuple(
        Call("grid_size", (Table(tuple((name, choices) for name in names[:d])),))
        for d in range(1, MAX_SETTINGS + 1)
    )


def _plane(found: Contest) -> Lab:
    surface = found.surface
    values = (
        ("k", found.grid.values_tried),
        ("x", surface.x),
        ("y", surface.y),
        ("ratio", surface.ratio),
    )
    return Lab("peak:plane", values)
