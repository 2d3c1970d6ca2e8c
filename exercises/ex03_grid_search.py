"""Topic 3, grid search: four functions, each a few lines long.

Replace one `raise NotImplementedError` at a time, then ask whether you got it right:

    pytest exercises -k grid_size
    pytest exercises

Both searches may call `expand_grid`; apart from that, the functions are independent of each other.
Stuck? `hyperlings hint grid_size`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

# One grid: a name of a hyperparameter -> the list of its choices. Several grids: a list of these.
Grid = Mapping[str, list[Any]] | list[Mapping[str, list[Any]]]


def grid_size(grid: Grid) -> int:
    """Count the combinations of a grid before anything is trained.

    Only the lengths of the lists are looked at, never what is in them. So a grid that is far too
    large to be listed is counted in no time, and exactly.

    Args:
        grid: Name -> a list of choices; or a list of such dicts, which are searched one after the
            other. It is left as it was.

    Returns:
        The number of combinations, a whole number of any size (100 choices of each of 10 settings
        are 10^20). A dict without names has one combination, the empty one; a list without dicts
        has none. In several grids, a combination counts as often as it comes.

    Raises:
        TypeError: If choices are not a list, for instance a string or a single number.
        ValueError: If a list of choices is empty.

    Example:
        >>> grid_size({"lr": [0.1, 0.01, 0.001], "depth": [1, 2]})
        6
        >>> grid_size([{"kernel": ["rbf"], "gamma": [0.1, 1.0]}, {"kernel": ["linear"]}])
        3

    Source:
        Bergstra & Bengio 2012, JMLR 13:281, section 1 (the number of trials is a product).
    """
    raise NotImplementedError


def expand_grid(grid: Grid) -> list[dict[str, Any]]:
    """List every combination of a grid, in the order of scikit-learn's `ParameterGrid`.

    Names are taken in alphabetical order, whatever their order in the dict. The last of them
    changes fastest, as the last digit of a counter does; the choices of a name keep the order of
    their list. Several grids follow one another.

    Args:
        grid: Name -> a list of choices; or a list of such dicts. It is left as it was. A choice may
            be anything (a number, a string, None, a tuple), and is returned as it stands in the
            list.

    Returns:
        A list of dicts, one a combination, each a dict of its own. The order of names within a dict
        is free. A dict without names gives one empty configuration, [{}].

    Raises:
        TypeError: If choices are not a list, for instance a string or a single number.
        ValueError: If a list of choices is empty.

    Example:
        >>> for config in expand_grid({"lr": [0.1, 0.01], "depth": [1, 2]}):
        ...     print(config)
        {'depth': 1, 'lr': 0.1}
        {'depth': 1, 'lr': 0.01}
        {'depth': 2, 'lr': 0.1}
        {'depth': 2, 'lr': 0.01}

    Source:
        scikit-learn's user guide, "Exhaustive Grid Search".
    """
    raise NotImplementedError


def grid_search(
    objective: Callable[[dict[str, Any]], float], grid: Grid, mode: str = "min"
) -> tuple[dict[str, Any], float, list[float]]:
    """Try every combination of a grid, and keep the best.

    Args:
        objective: Called as `objective(config)`, with one dict, exactly once a combination. It
            returns a number, which is NaN where training diverged. What it raises passes through.
        grid: What to search; see `expand_grid`. It is left as it was.
        mode: "min" if lower values are better (a loss), "max" if higher ones are (an accuracy).

    Returns:
        (best_config, best_value, values): the winner, its value, and the values of all
        combinations in the order of `expand_grid`, NaN included. NaN never wins; of equal values,
        the first wins.

    Raises:
        ValueError: If `mode` is neither "min" nor "max" (before anything is tried), or if every
            combination returned NaN, or if a list of choices is empty.
        TypeError: If choices are not a list.

    Example:
        >>> grid = {"lr": [0.1, 0.01], "depth": [1, 2]}
        >>> grid_search(lambda config: config["depth"] + config["lr"], grid)
        ({'depth': 1, 'lr': 0.01}, 1.01, [1.1, 1.01, 2.1, 2.01])

    Source:
        Bergstra & Bengio 2012, JMLR 13:281, section 1.
    """
    raise NotImplementedError


def grid_search_cv(
    estimator: Any,
    grid: Grid,
    X: npt.NDArray[Any],
    y: npt.NDArray[Any],
    cv: Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]],
) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Judge every combination by cross-validation, and train the best one on all data.

    The numbers are those of scikit-learn's `GridSearchCV` with `cv=cv`. One combination after the
    other is fitted on the training rows of every split, and scored on that split's test rows; its
    mean over the splits decides.

    Args:
        estimator: An unfitted scikit-learn estimator. It stays as it is: every fit has an unfitted
            copy of its own, `sklearn.base.clone(estimator).set_params(**params)`.
        grid: What to search; see `expand_grid`. It is left as it was.
        X: Inputs, shape (n_rows, n_features).
        y: Targets, shape (n_rows,).
        cv: The k splits, at least one: pairs (train, test) of arrays of row numbers.

    Returns:
        (best_params, results, fitted). `best_params` is the combination with the highest mean
        score, the first of equals. `fitted` is one more copy with these settings, fitted on all
        rows of `X` and `y`: m combinations and k splits take m * k + 1 fits. `results` is a dict of
        lists or arrays with an entry a combination, in the order of `expand_grid`; further keys do
        no harm:

        - "params": the combination, a dict.
        - "mean_test_score": mean over the splits of `score(X[test], y[test])`; higher is better.
          If the score of one split is NaN, so is the mean.
        - "std_test_score": their standard deviation, divided by k (ddof=0).
        - "rank_test_score": 1 for the highest mean. Equal means share the smallest of their ranks
          (1, 2, 2, 4), and a mean that is NaN ranks behind all others.

    Raises:
        ValueError: If the mean of every combination is NaN, or if a list of choices is empty.
        TypeError: If choices are not a list.

    Example:
        >>> from sklearn.neighbors import KNeighborsClassifier
        >>> X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]])
        >>> y = np.array([0, 0, 0, 1, 1, 1])
        >>> cv = [(np.array([0, 1, 4, 5]), np.array([2, 3])), (np.array([1, 2, 3]), np.array([0]))]
        >>> best, results, fitted = grid_search_cv(
        ...     KNeighborsClassifier(), {"n_neighbors": [1, 3]}, X, y, cv)
        >>> best, [float(mean) for mean in results["mean_test_score"]]
        ({'n_neighbors': 1}, [1.0, 1.0])
        >>> fitted.n_samples_fit_
        6

    Source:
        scikit-learn's user guide, "Tuning the hyper-parameters of an estimator".
    """
    raise NotImplementedError
