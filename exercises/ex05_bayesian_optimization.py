"""Topic 5, Bayesian optimization: let the trials so far choose the next one.

The first two functions are a search's sense of direction, the next two its thrift, and the last
one is what you will write again and again: an objective for Optuna. None of them calls another.

    pytest exercises -k expected_improvement    check one function
    pytest exercises                            check everything and see the scoreboard
    hyperlings hint expected_improvement        a hint, one at a time
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import optuna
    import torch

Array = npt.NDArray[np.float64]

EPOCHS = 10  # of a trial of `objective`
BATCH_SIZE = 32  # training images in a step of `objective`


def expected_improvement(
    mu: Array | float, sigma: Array | float, best: float, xi: float = 0.0
) -> Array:
    """Score points by how far below the best value they are expected to fall. Minimizes.

    At a point whose value is uncertain, normal with mean `mu` and standard deviation `sigma`, let
    d = best - mu - xi. The expected improvement is d * Phi(d / sigma) + sigma * phi(d / sigma),
    with the standard normal distribution's cumulative function Phi and density phi. Where `sigma`
    is 0 there is no doubt left: it is d, or 0 where d is negative.

    Args:
        mu: Predicted means, an array or a number.
        sigma: Predicted standard deviations (not variances), at least 0, an array of the shape of
            `mu` or a number.
        best: Lowest value that was measured so far, in the unit of `mu`.
        xi: Margin by which a point must beat `best`, in the unit of `mu`.

    Returns:
        The expected improvement, in the unit of `mu`, never negative (but for rounding), an array
        of the shape of `mu`; of shape () for numbers, where a number will do as well.

    Raises:
        ValueError: If any `sigma` is negative or NaN.

    Example:
        >>> print(f"{expected_improvement(0.3, 0.5, 0.1):.6f}")
        0.115219
        >>> expected_improvement(np.array([0.0, 0.3]), np.array([0.0, 0.0]), 0.1).tolist()
        [0.1, 0.0]

    Source:
        Jones, Schonlau & Welch 1998, doi:10.1023/A:1008306431147, equation 15.
    """
    raise NotImplementedError


def gp_posterior(
    X: Array, y: Array, Xs: Array, length: float, variance: float, noise: float
) -> tuple[Array, Array]:
    """Predict mean and standard deviation at new points, given measurements at others.

    The prior is a Gaussian process with mean 0 and the kernel

        k(a, b) = variance * exp(-|a - b|^2 / (2 * length^2)),

    with the Euclidean distance |a - b|. Each measurement in `y` is a value of the function plus
    independent normal noise of variance `noise`. With K = k(X, X) + noise * I and Ks = k(Xs, X),
    the posterior mean is Ks K^-1 y, and the posterior variance at a new point x is k(x, x) less
    that point's entry on the diagonal of Ks K^-1 Ks^T.

    Args:
        X: Points that were measured, shape (n, d); a row may come twice.
        y: Measurements there, shape (n,). They are not centered for you, nor should you do it.
        Xs: Points to predict at, shape (m, d).
        length: The kernel's length scale, positive, in the unit of `X`.
        variance: Prior variance of the function, positive, in the squared unit of `y`.
        noise: Variance of the noise (not its standard deviation), positive, in the same unit. It
            is what keeps K invertible where a row comes twice.

    Returns:
        (mean, std), both of shape (m,) and in the unit of `y`. `std` is the standard deviation of
        the function itself, without the noise of a new measurement; it is never NaN: where rounding
        makes a variance negative, it is 0.

    Raises:
        ValueError: If `length`, `variance` or `noise` is not positive, or `X` and `y` differ in
            length.

    Example:
        >>> mean, std = gp_posterior(
        ...     np.array([[0.0]]), np.array([2.0]), np.array([[0.0], [50.0]]), 1.0, 3.0, 1.0
        ... )
        >>> mean.tolist()  # at the data 3/(3+1) of the measurement; far from it, the prior's 0
        [1.5, 0.0]
        >>> [round(s**2, 4) for s in std.tolist()]  # 3 - 3*3/(3+1), and the prior's 3
        [0.75, 3.0]

    Source:
        Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, algorithm 2.1.
    """
    raise NotImplementedError


def should_prune(
    history: Sequence[Mapping[str, Any]],
    current: Mapping[int, float],
    n_startup: int = 5,
    n_warmup: int = 0,
    interval: int = 1,
    n_min_trials: int = 1,
    direction: str = "minimize",
) -> bool:
    """Decide by the median rule whether to stop a trial. It is asked after each of its reports.

    A trial reports a value, such as a validation loss, at steps of its own, such as epochs. The
    step of the question is the largest one in `current`. Go through these rules in order:

    1. Nothing reported yet: False.
    2. Only trials of `history` in state "COMPLETE" are compared with. There are none of them, or
       fewer than `n_startup`: False.
    3. The step is below `n_warmup`: False.
    4. Checks are due at the steps n_warmup, n_warmup + interval, n_warmup + 2 * interval, … The
       first report at or after a due step is judged, later ones only when the next check is due.
       If `current` has an earlier report that is not before the last due step: False.
    5. Take the *best* value in `current`, at whatever step. If all its values are NaN: True.
    6. Take the values that the COMPLETE trials have *at this very step*; some have none. If there
       are fewer than `n_min_trials` of them, NaN included, or they are all NaN: False.
    7. True if the best value is strictly worse than their median. Equal is not worse.

    A NaN is left out of the best and of the median.

    Args:
        history: Earlier trials, in any order, each a dict with two keys: "state", which is
            "COMPLETE", "PRUNED", "FAIL" or "RUNNING", and "values", a dict step -> value of what
            it reported. For example {"state": "COMPLETE", "values": {0: 0.9, 1: 0.7}}.
        current: The trial in question, a dict step -> value, in any order. Steps are whole numbers
            of at least 0, values are finite or NaN.
        n_startup: How many COMPLETE trials there must be before any is pruned, at least 0.
        n_warmup: First step at which a trial may be pruned, at least 0.
        interval: Steps from one check to the next, at least 1.
        n_min_trials: How many values there must be to compare with, at least 1.
        direction: "minimize" if lower values are better, "maximize" if higher ones are.

    Returns:
        True to stop the trial now, False to let it go on.

    Raises:
        ValueError: If `n_startup` or `n_warmup` is negative, `interval` or `n_min_trials` is below
            1, or `direction` is neither "minimize" nor "maximize"; whatever the trials are.

    Example:
        >>> curves = [{0: 0.9, 1: 0.5}, {0: 0.9, 1: 0.6}, {0: 0.9, 1: 0.7}]
        >>> history = [{"state": "COMPLETE", "values": curve} for curve in curves]
        >>> should_prune(history, {0: 0.9, 1: 0.65}, n_startup=3)  # the median at step 1 is 0.6
        True
        >>> should_prune(history, {0: 0.5, 1: 0.65}, n_startup=3)  # the best so far is 0.5
        False

    Source:
        Golovin et al. 2017, Google Vizier (KDD), section 3.2.2; the details are those of Optuna's
        `MedianPruner`.
    """
    raise NotImplementedError


def hyperband_brackets(R: int, eta: int) -> list[list[tuple[int, int]]]:
    """Lay out Hyperband: how many trials to train for how long, rung by rung, in each bracket.

    Let s_max be the largest s with eta^s <= R. There is one bracket for each s = s_max … 0, in this
    order: the first starts many trials with little, the last a few with all of R. Bracket s starts
    n = (s_max + 1) * eta^s / (s + 1) trials, rounded up, and has s + 1 rungs. On rung i = 0 … s,

    - n / eta^i trials, rounded down, are in the running: only the best go on to the next rung;
    - each of them is trained until it has had R / eta^(s - i) of the resource, rounded down.

    Count in whole numbers: `math.log(243, 3)` is a little below 5.

    Args:
        R: Most resource that one trial may get, such as epochs, a whole number of at least 1.
        eta: Only one in `eta` trials goes on to the next rung, a whole number of at least 2.

    Returns:
        A list of brackets, each a list of rungs (n, r): how many trials, and how much resource each
        of them has had in all at the end of that rung. All are whole numbers.

    Raises:
        ValueError: If `R` is below 1 or `eta` is below 2.

    Example:
        >>> for bracket in hyperband_brackets(9, 3):
        ...     print(bracket)
        [(9, 1), (3, 3), (1, 9)]
        [(5, 3), (1, 9)]
        [(3, 9)]

    Source:
        Li et al. 2018, JMLR 18(185), algorithm 1. Its table for R = 81 has n = 81, 27, 9, 6, 5
        where the algorithm's own formula, used here, gives 81, 34, 15, 8, 5.
    """
    raise NotImplementedError


def digits_split() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The digits for `objective`: given, nothing to do here.

    Returns:
        (train_x, train_y, val_x, val_y). Inputs are gray values between 0 and 1, float32, of shapes
        (1010, 64) and (337, 64); classes are whole numbers from 0 to 9, int64, of shapes (1010,)
        and (337,). The other 450 images are for the final test, and stay out of the search.
    """
    import torch
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, classes = load_digits(return_X_y=True)
    x, _, y, _ = train_test_split(images, classes, test_size=450, stratify=classes, random_state=0)
    parts = train_test_split(x / 16, y, test_size=337, stratify=y, random_state=0)
    train_x, val_x = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
    train_y, val_y = (torch.tensor(part, dtype=torch.int64) for part in parts[2:])
    return train_x, train_y, val_x, val_y


def objective(trial: optuna.trial.BaseTrial) -> float:
    """Train a network with the settings that `trial` suggests, and return how good it became.

    This is what goes to `study.optimize`, in a study with direction="maximize". In each call:

    1. Ask `trial` for three settings, each once, by these names and in these ranges, the same in
       every trial: "lr", a float from 1e-4 to 1e-1 on a log scale; "width", an int from 16 to 128;
       "dropout", a float from 0 to 0.5.
    2. Take the data from `digits_split()`, and call `torch.manual_seed(0)`, so that the same
       settings always get the same score.
    3. Build the network anew, of `torch.nn` modules: Linear(64, width), ReLU(), Dropout(dropout),
       Linear(width, 10); and a `torch.optim.Adam` with rate lr, its other settings as they are.
    4. For each of `EPOCHS` epochs, train on all training images once: in a new random order, in
       batches of `BATCH_SIZE` (the last one may be smaller), minimizing the mean cross-entropy. The
       network is in training mode.
    5. After each epoch compute the *accuracy on the validation split*, a number between 0 and 1,
       with the network in evaluation mode. Report it with `trial.report(accuracy, epoch)`, where
       epochs count from 0. Then ask `trial.should_prune()`, and if it says yes, raise
       `optuna.TrialPruned`.

    Args:
        trial: An Optuna trial. (With `optuna.trial.FixedTrial` you can try settings of your own.)

    Returns:
        The validation accuracy after the last epoch.

    Raises:
        optuna.TrialPruned: As soon as the trial says so.

    Example:
        >>> import optuna
        >>> good = optuna.trial.FixedTrial({"lr": 1e-2, "width": 64, "dropout": 0.1})
        >>> bad = optuna.trial.FixedTrial({"lr": 1e-4, "width": 16, "dropout": 0.5})
        >>> objective(good) > 0.9 > objective(bad)
        True

    Source:
        Akiba et al. 2019, arXiv:1907.10902.
    """
    raise NotImplementedError
