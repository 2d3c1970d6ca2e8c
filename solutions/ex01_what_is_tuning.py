"""Topic 1, what is hyperparameter tuning: four functions, each a few lines long.

Welcome! You will count what a network learns, tell it from what you set, deal your samples out to
three sets, and find out what the best of n trials is worth. Replace one `raise NotImplementedError`
at a time, then ask whether you got it right:

    pytest exercises -k count_parameters
    pytest exercises

The functions are independent of each other. Stuck? `hyperlings hint count_parameters`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch


def count_parameters(model: torch.nn.Module) -> tuple[int, int]:
    """Count the numbers in a network that training can move, and all of its parameters.

    A tensor that several layers share counts once: it is stored and learned once. Buffers, such as
    the running mean of a batch normalization, do not count: they follow the data, and no gradient
    moves them.

    Args:
        model: The network. It is left as it was.

    Returns:
        (trainable, total): how many single numbers there are in the parameters with
        `requires_grad`, and in all parameters, frozen ones included. Both are 0 for a network
        without parameters.

    Example:
        >>> import torch
        >>> model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Linear(3, 2))
        >>> count_parameters(model)  # weights 4 * 3 and 3 * 2, biases 3 and 2
        (23, 23)
        >>> _ = model[0].requires_grad_(False)  # freeze the first layer
        >>> count_parameters(model)
        (8, 23)

    Source:
        PyTorch's documentation of `torch.nn.Module.parameters`.
    """
    ### BEGIN SOLUTION
    trainable = total = 0
    for parameter in model.parameters():  # a shared tensor comes once, a buffer never
        total += parameter.numel()
        if parameter.requires_grad:
            trainable += parameter.numel()
    return trainable, total
    ### END SOLUTION


def split_settings(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    """Separate what somebody set from what training learns.

    Hyperparameters: every name in `optimizer.defaults`, with the value *in use*, which stands in
    the parameter groups: `defaults` only holds what a group got where it said nothing itself, and
    does not follow later changes. If all groups have the same value, give that value; if they
    differ, a list with each group's value, in the order of `optimizer.param_groups`.

    Parameters: what this optimizer will move. That is each parameter of the model that requires a
    gradient *and* stands in one of the optimizer's groups; a frozen tensor, or one that the
    optimizer was never given, keeps its initial numbers. A tensor that several layers share comes
    once, under its first name in `model.named_parameters()`. Buffers are none.

    Args:
        model: The network. It is left as it was.
        optimizer: Any `torch.optim.Optimizer` over some or all of the model's parameters, with one
            or more groups. It is left as it was.

    Returns:
        (hyperparameters, parameters): name -> value, and name -> shape, a tuple of integers. The
        order of names is free.

    Example:
        >>> import torch
        >>> model = torch.nn.Linear(4, 3)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        >>> hyperparameters, parameters = split_settings(model, optimizer)
        >>> hyperparameters["lr"], hyperparameters["momentum"]
        (0.1, 0.9)
        >>> parameters
        {'weight': (3, 4), 'bias': (3,)}
        >>> optimizer.param_groups[0]["lr"] = 0.01
        >>> split_settings(model, optimizer)[0]["lr"]
        0.01

    Source:
        PyTorch's documentation of `torch.optim`, "Per-parameter options".
    """
    ### BEGIN SOLUTION
    hyperparameters: dict[str, Any] = {}
    for name in optimizer.defaults:
        values = [group[name] for group in optimizer.param_groups]
        alike = all(value == values[0] for value in values)
        hyperparameters[name] = values[0] if alike else values

    # By identity: `in` would compare the tensors' numbers.
    moved = {id(tensor) for group in optimizer.param_groups for tensor in group["params"]}
    parameters = {
        name: tuple(parameter.shape)
        for name, parameter in model.named_parameters()
        if parameter.requires_grad and id(parameter) in moved
    }
    return hyperparameters, parameters
    ### END SOLUTION


def three_way_split(
    n: int, fractions: Sequence[float], seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Deal samples 0 … n-1 out at random to a training, a validation and a test set.

    Every sample goes to exactly one of the three. All ways to deal them are equally likely, so data
    that came sorted leaves no trace. Round the sizes as you like, as long as they add up to `n`,
    each differs from `n` times its fraction by at most 2, and no set is empty. (Rounding two of
    them down and giving the rest to the third does all that.)

    Args:
        n: Number of samples.
        fractions: Shares of the training, validation and test set, in this order: three numbers
            that add up to 1, within 1e-6. Fractions, not percentages.
        seed: Decides the split, a non-negative integer: the same seed gives the same split, another
            one another. It is the only source of randomness, and the global random state of NumPy
            and Python is left alone.

    Returns:
        (train, val, test): arrays of indices, each of one axis. The order within a set is free.

    Raises:
        ValueError: If there are not three fractions, or they do not add up to 1, or one of them is
            too small for a single sample: `n` times the fraction is below 1.

    Example:
        >>> train, val, test = three_way_split(10, (0.6, 0.2, 0.2), seed=0)
        >>> len(train), len(val), len(test)
        (6, 2, 2)
        >>> sorted(int(i) for part in (train, val, test) for i in part)
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    Source:
        Cawley & Talbot 2010, JMLR 11:2079, on why the set that selects cannot also judge.
    """
    ### BEGIN SOLUTION
    if len(fractions) != 3:
        raise ValueError(f"`fractions` must be three numbers, but got {len(fractions)}.")
    if not abs(sum(fractions) - 1) <= 1e-6:
        raise ValueError(f"`fractions` must add up to 1, but got {fractions}.")
    if not all(n * fraction >= 1 for fraction in fractions):
        raise ValueError(f"No set may be empty, but got n={n} and fractions={fractions}.")
    n_val, n_test = int(n * fractions[1]), int(n * fractions[2])
    n_train = n - n_val - n_test  # what rounding down has left over goes here
    order = np.random.default_rng(seed).permutation(n)
    return order[:n_train], order[n_train : n_train + n_val], order[n_train + n_val :]
    ### END SOLUTION


def expected_best(scores: Sequence[float], n: int) -> float:
    """Expected best validation score of `n` trials, from the scores of a longer search.

    Think of drawing `n` of the B scores without replacement, and of keeping the highest. With the
    scores sorted, x_(1) <= … <= x_(B), its mean over all possible draws is

        sum over i = n … B of  C(i-1, n-1) / C(B, n) * x_(i)

    with C(a, b) the number of ways to choose b of a. It is exact: nothing is drawn. B may be some
    hundreds.

    Args:
        scores: Validation scores of B independent trials, higher is better, in any order: a list, a
            tuple or an array of shape (B,). It is left as it was.
        n: Number of trials, 1 <= n <= B.

    Returns:
        The expected highest score, in the unit of the scores: their mean if `n` is 1, their maximum
        if `n` is B.

    Raises:
        ValueError: If `n` is below 1 or above B, or a score is NaN, which has no rank.

    Example:
        >>> expected_best([0.5, 0.9, 0.7], 3)
        0.9
        >>> round(expected_best([0.5, 0.9, 0.7], 2), 4)  # pairs: 0.9, 0.7 and 0.9
        0.8333

    Source:
        Dodge et al. 2019, arXiv:1909.03004, who draw with replacement, which comes out too low;
        Tang et al. 2020, arXiv:2004.13705, showed that and corrected it.
    """
    ### BEGIN SOLUTION
    size = len(scores)
    if not 1 <= n <= size:
        raise ValueError(f"`n` must be at least 1 and at most {size}, but got n={n}.")
    if any(math.isnan(score) for score in scores):
        raise ValueError("`scores` must be numbers, but one is NaN.")
    draws = math.comb(size, n)
    return float(
        sum(
            math.comb(rank - 1, n - 1) / draws * score  # 0 for the ranks below n
            for rank, score in enumerate(sorted(scores), start=1)
        )
    )
    ### END SOLUTION
