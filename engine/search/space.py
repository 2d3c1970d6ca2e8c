"""What is searched: fields of `TrainConfig`, each with choices or an Optuna distribution."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.config import TrainConfig
from engine.search.logs import quiet_optuna

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Value: TypeAlias = bool | int | float | str | None
Params: TypeAlias = Mapping[str, Value]
Space: TypeAlias = "Mapping[str, Sequence[Value] | BaseDistribution]"
Distributions: TypeAlias = "Mapping[str, BaseDistribution]"

MAX_GRID = 1_000_000
"""Points of a grid; more is a slip, or work for random search."""

# Corners of the space that are tried before anything trains; a product of many long lists has
# more, and what is left is found when it is drawn.
_MAX_CORNERS = 4096


def distributions(space: Space, base: TrainConfig) -> dict[str, BaseDistribution]:
    """Check a search space and give every field an Optuna distribution, fields sorted by name.

    Args:
        space: Field of `TrainConfig` -> its choices in order, or a distribution.
        base: The fields that are not searched.

    Returns:
        The distributions; choices become a `CategoricalDistribution`.

    Raises:
        ValueError: If a field is unknown, has no choices or the same twice, or allows a value or
            a combination that `TrainConfig` refuses.
    """
    from optuna.distributions import BaseDistribution, CategoricalDistribution

    known = [field.name for field in fields(TrainConfig)]
    if not space:
        raise ValueError("`space` must name at least one field of TrainConfig, but got none.")
    found: dict[str, BaseDistribution] = {}
    for name in sorted(space):
        if name not in known:
            raise ValueError(
                f"`space` must name fields of TrainConfig ({', '.join(known)}), but got {name!r}."
            )
        values = space[name]
        found[name] = (
            values
            if isinstance(values, BaseDistribution)
            else CategoricalDistribution(_choices(name, values))
        )
        for value in _ends(found[name]):
            # Fields are checked one by one first, beside defaults that go with anything: the
            # message then names the field that is out of bounds.
            _configured(TrainConfig(), {name: value}, f"`space` allows {name}={value!r}")
    for corner in islice(_corners(found), _MAX_CORNERS):
        _configured(base, corner, f"`space` allows {corner}")
    return found


def configure(base: TrainConfig, params: Params) -> TrainConfig:
    """The base configuration with the searched fields set.

    Raises:
        ValueError: If `TrainConfig` refuses the combination.
    """
    return replace(base, **params)  # type: ignore[arg-type]


def grid_size(found: Distributions) -> int:
    """Number of points of the grid over all choices.

    Raises:
        ValueError: If a field is continuous or on a log scale, so that a grid has no list of
            values for it.
    """
    return math.prod(len(_values(name, distribution)) for name, distribution in found.items())


def grid_points(found: Distributions) -> list[dict[str, Value]]:
    """Every combination, fields sorted by name and the last one varying fastest.

    Raises:
        ValueError: If a field is continuous, or there are more than `MAX_GRID` points.
    """
    size = grid_size(found)
    if size > MAX_GRID:
        raise ValueError(
            f"A grid must have at most {MAX_GRID:,} points, but got {size:,}. "
            "Leave out values, or draw from it with random_search."
        )
    names = sorted(found)
    lists = (_values(name, found[name]) for name in names)
    return [dict(zip(names, point, strict=True)) for point in product(*lists)]


def draw(
    found: Distributions, n: int, seed: int, *, replacement: bool = False
) -> list[dict[str, Value]]:
    """Draw points at random; the first ones are the same whatever `n` is.

    Args:
        found: What to draw from.
        n: Number of points, at least 1.
        seed: Decides the draw, at least 0.
        replacement: Whether a point of a space that has only choices may come twice. Points of a
            space with a range in it always may, which for a continuous one never happens.

    Returns:
        The points in the order drawn: n of them, or the whole grid in random order if it has
        fewer and `replacement` is False.
    """
    from optuna.distributions import CategoricalDistribution

    if not replacement and all(isinstance(d, CategoricalDistribution) for d in found.values()):
        return _draw_from_grid(found, n, seed)
    return _draw_independently(found, n, seed)


def _draw_from_grid(found: Distributions, n: int, seed: int) -> list[dict[str, Value]]:
    import random

    rng = random.Random(seed)
    names = sorted(found)
    lists = [_values(name, found[name]) for name in names]
    size = math.prod(len(values) for values in lists)
    # Fisher and Yates' shuffle, as far as it is needed: a grid of any size takes memory for n.
    moved: dict[int, int] = {}
    points = []
    for i in range(min(n, size)):
        j = rng.randrange(i, size)
        index = moved.get(j, j)
        moved[j] = moved.get(i, i)
        point: dict[str, Value] = {}
        for name, values in zip(reversed(names), reversed(lists), strict=True):
            index, position = divmod(index, len(values))
            point[name] = values[position]
        points.append({name: point[name] for name in names})
    return points


def _draw_independently(found: Distributions, n: int, seed: int) -> list[dict[str, Value]]:
    import optuna

    # Optuna's sampler knows what a log scale and a step do at the ends of a range. It wants a
    # study and a trial, of which it reads nothing.
    sampler = optuna.samplers.RandomSampler(seed=seed)
    with quiet_optuna():
        study = optuna.create_study()
    trial = optuna.trial.create_trial(state=optuna.trial.TrialState.RUNNING)
    return [
        {name: sampler.sample_independent(study, trial, name, found[name]) for name in found}
        for _ in range(n)
    ]


def _choices(name: str, values: object) -> list[Value]:
    if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray):
        raise ValueError(
            f"`space` must give `{name}` a list of choices or an Optuna distribution, "
            f"but got {values!r}."
        )
    choices = [value.item() if isinstance(value, np.generic) else value for value in values]
    if not choices:
        raise ValueError(f"`space` must give `{name}` at least one choice, but got none.")
    for value in choices:
        if not isinstance(value, bool | int | float | str):
            raise ValueError(
                f"`space` must give `{name}` numbers or strings, but got {value!r} among them."
            )
    (value, count), *_ = Counter(choices).most_common(1)
    if count > 1:
        raise ValueError(f"`space` must list each choice once, but got {name}={value!r} twice.")
    return choices


def _values(name: str, distribution: BaseDistribution) -> Sequence[Value]:
    from optuna.distributions import CategoricalDistribution, IntDistribution

    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    if isinstance(distribution, IntDistribution) and not distribution.log:
        return range(distribution.low, distribution.high + 1, distribution.step)
    raise ValueError(
        f"A grid must have a list of values for `{name}`, but got {distribution}. "
        "List values, or use random_search."
    )


def _ends(distribution: BaseDistribution) -> Sequence[Value]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    if isinstance(distribution, FloatDistribution | IntDistribution):
        return (distribution.low, distribution.high)
    raise ValueError(
        "`space` must hold choices, FloatDistribution, IntDistribution or "
        f"CategoricalDistribution, but got {distribution!r}."
    )


def _corners(found: Distributions) -> Iterator[dict[str, Value]]:
    for corner in product(*(_ends(distribution) for distribution in found.values())):
        yield dict(zip(found, corner, strict=True))


def _configured(base: TrainConfig, params: Params, what: str) -> TrainConfig:
    try:
        return configure(base, params)
    except ValueError as error:
        raise ValueError(f"{what}, which cannot be trained: {error}") from None
