"""Without the sibling, with scikit-learn's grid; sorts pairs of a value and a position."""

from __future__ import annotations


def grid_search(objective, grid, mode="min"):
    from sklearn.model_selection import ParameterGrid

    if mode not in {"min", "max"}:
        raise ValueError("mode")
    configs = list(ParameterGrid(grid))
    results = tuple(float(objective(dict(config))) for config in configs)
    ranked = sorted(
        (value if mode == "min" else -value, i) for i, value in enumerate(results) if value == value
    )
    if not ranked:
        raise ValueError("only NaN")
    first = ranked[0][1]
    return configs[first], results[first], results
