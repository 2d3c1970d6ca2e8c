"""scikit-learn's own grid."""

from __future__ import annotations


def expand_grid(grid):
    from sklearn.model_selection import ParameterGrid

    return list(ParameterGrid(grid))
