"""Topic 7, practical guidelines: one class, two functions, and the course's last task, `tune`.

Replace one `raise NotImplementedError` at a time, then ask whether you got it right:

    pytest exercises -k EarlyStopping
    pytest exercises

The tasks are independent of each other. `tune` is the capstone: any strategy of the course will
do, under a budget. Stuck? `hyperlings hint tune`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Config = dict[str, Any]


class Objective(Protocol):
    """What `tune` may ask: training within a budget, and a test set under seal.

    You write nothing here; this says what the `objective` that `tune` gets can do.

    Attributes:
        max_epochs: Epochs of a whole training, and the most that a configuration can get.
        remaining: Epochs of the budget that are left.
    """

    max_epochs: int
    remaining: int

    def __call__(self, config: Config, epochs: int) -> float:
        """Train a configuration up to an epoch, and return its validation accuracy there.

        A configuration that was trained before goes on from where it stood: only the epochs
        beyond are charged. Each call costs one epoch at least, also for what was paid for before.

        Args:
            config: One choice for each name of the space.
            epochs: Epochs from the start, a whole number from 1 to `max_epochs`.

        Returns:
            Accuracy, 0 to 1; NaN where the training has diverged.

        Raises:
            ValueError: If that costs more than `remaining` (nothing is charged then), if `config`
                is not of the space or `epochs` not of the range, or if the seal is broken.
        """

    def open_test(self, config: Config) -> float:
        """Break the seal: the test accuracy of a configuration, trained anew for `max_epochs`.

        It is free, works once, and ends the search.

        Raises:
            ValueError: If the seal is broken already, or `config` is not of the space.
        """


class EarlyStopping:
    """Tells when to stop training, and brings the best state back.

    Use it so:

        stopper = EarlyStopping(patience=5)
        with stopper.restoring(model.load_state_dict):
            for epoch in range(100):
                ...  # train for one epoch, and measure val_loss
                if stopper.update(val_loss, model.state_dict()):
                    break

    A value improves on the best if it is better by *more than* `min_delta`; the first finite value
    always does. Only then do `best` and `best_state` move. Of the updates that improve nothing,
    the one that makes `patience` of them in a row says stop.

    Attributes:
        best: The value of the last improvement. Before there is one, it may be anything.
        best_state: A copy of the state that came with it, which no later training changes. None
            before there is one.

    Example:
        >>> stopper = EarlyStopping(patience=2)
        >>> [stopper.update(loss, {"epoch": i}) for i, loss in enumerate([0.9, 0.5, 0.6, 0.5])]
        [False, False, False, True]
        >>> stopper.best, stopper.best_state
        (0.5, {'epoch': 1})

    Source:
        Prechelt 1998, "Early stopping - but when?"; the count is that of Keras and Lightning.
    """

    def __init__(self, patience: int, min_delta: float = 0.0, mode: str = "min") -> None:
        """Start with nothing seen.

        Args:
            patience: How many updates in a row may improve nothing, at least 1; the last of them
                stops the training.
            min_delta: How much better a value must be to count, in the unit of the values, at
                least 0.
            mode: "min" if lower values are better (a loss), "max" if higher ones are (an
                accuracy).

        Raises:
            ValueError: If `patience` is below 1, `min_delta` negative or NaN, or `mode` neither
                "min" nor "max".
        """
        raise NotImplementedError

    def update(self, value: float, state: Any) -> bool:
        """Take in an epoch's result.

        Args:
            value: What is watched, after this epoch. NaN or an infinity stops at once and is
                never the best.
            state: What to bring back if this stays the best: a model's `state_dict()`, or any
                object that `copy.deepcopy` copies. Training may go on to change it in place.

        Returns:
            Whether to stop now. What it says after the first True does not matter.
        """
        raise NotImplementedError

    @contextmanager
    def restoring(self, load: Callable[[Any], object]) -> Iterator[None]:
        """Bring the best state back when the `with` block ends, however it ends.

        That is by an early stop, because the epochs have run out, or by an exception (which goes
        on to the caller). `load` is called once, at the end.

        Args:
            load: Called with the best state, e.g. `model.load_state_dict`. It is not called if
                nothing has been the best.
        """
        raise NotImplementedError


def one_standard_error(scores: Sequence[Sequence[float]] | npt.NDArray[np.float64]) -> int:
    """Choose the simplest model that is within one standard error of the best.

    The best model is the one with the highest mean over the folds; of equal means, the simplest.
    The standard error is that of *its* mean: the standard deviation of its scores, with k - 1 in
    the denominator, divided by the square root of k. A model is within it if its mean is at least
    the best mean minus one standard error.

    Args:
        scores: Cross-validation scores, higher is better, shape (n_models, k), k at least 2. The
            rows are ordered from the simplest model to the most complex. A list of lists or an
            array.

    Returns:
        The row of the model to take, from 0.

    Raises:
        ValueError: If `scores` does not have that shape, with at least one model, or holds NaN or
            an infinity.

    Example:
        >>> one_standard_error([[0.70, 0.74], [0.86, 0.88], [0.86, 0.92]])  # means .72, .87, .89
        1

    Source:
        Breiman et al. 1984, "Classification and regression trees", section 3.4.3; Hastie et al.
        2009, "The elements of statistical learning", section 7.10.
    """
    raise NotImplementedError


def lint_plan(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name the mistakes in a plan for tuning, each with its remedy.

    A plan is a dict with these names:

    - "select_on": what chooses the winner, "validation", "cross-validation" or "test";
    - "method": "random" or "bayesian";
    - "trials": the number of trials, at least 1;
    - "patience": of early stopping, a whole number; None or not in the plan if there is none;
    - "space": a hyperparameter's name -> a list of choices, or a range (low, high, scale) with the
      scale "linear" or "log";
    - "stages": the names that are tuned together, a list of lists in the order of tuning. A name
      may be tuned again in a later stage.

    The mistakes, by their codes:

    - "test-data": the test data choose the winner.
    - "too-few-trials": fewer than 59 trials of random search (59 hit the best 5% with
      probability 0.95), or fewer than 20 Bayesian ones (Optuna draws the first 10 at random).
      Where the space has lists only, as many trials as it has points are always enough.
    - "ignored-interactions": a stage tunes "batch_size" without "lr", though the best learning
      rate depends on the batch.
    - "no-early-stopping": no patience.
    - "linear-lr": "lr" is searched in a linear range. A list of choices is no mistake.
    - "tuning-order": something is tuned *for the first time* in an earlier stage than something
      that should come before it. The order: "lr"; then "width", "depth" and "activation"; then
      "batch_size"; then "dropout" and "weight_decay"; then all other names. Names of one stage
      come at the same time, which is never a mistake.

    Args:
        plan: The plan; it is left as it was.

    Returns:
        A (code, remedy) pair for each mistake, in the order above, each code once at most; an
        empty list for a sound plan. The remedies are yours to word: a sentence for each code.

    Raises:
        ValueError: If "select_on" or "method" is not one of the words above, or if the stages
            leave out a name of the space or hold one that it does not have.

    Example:
        >>> plan = {"select_on": "test", "method": "random", "trials": 60, "patience": 5,
        ...         "space": {"lr": (1e-4, 0.1, "log"), "width": [32, 64]},
        ...         "stages": [["lr", "width"]]}
        >>> [code for code, remedy in lint_plan(plan)]
        ['test-data']

    Source:
        The course's lesson 7; Bergstra & Bengio 2012, JMLR 13:281, for the number of trials.
    """
    raise NotImplementedError


def tune(
    objective: Objective, space: Mapping[str, list[Any]], budget: int, seed: int
) -> tuple[Config, float]:
    """Find a good configuration within a budget of epochs, and then open the test set, once.

    Any strategy will do. The yardstick is random search that spends the same budget on whole
    trainings: on average over many problems, your choices should be as good as its choices, with
    an allowance for chance. Recorded trainings answer at once, so the budget is all there is to
    save: a configuration that looks poor after a few epochs seldom deserves all of them.

    Args:
        objective: Trains, charges epochs to the budget, and holds the test set; see `Objective`.
        space: Name -> a list of choices, which are all different. The first choice of every list
            makes the start: the configuration that one would take without tuning. What you choose
            should on average be no worse than that by more than 1 point of accuracy. Left as is.
        budget: Epochs in all, at least `objective.max_epochs`.
        seed: Decides every random choice: the same seed asks for the same trainings.

    Returns:
        (config, test_score): the configuration that you chose by its validation accuracy, and what
        `objective.open_test(config)` said of it. A training that diverged (NaN) is never chosen
        as long as another one did not.

    Example:
        >>> class Toy:
        ...     max_epochs, remaining, tests = 9, 90, 0
        ...     def __call__(self, config, epochs):
        ...         return 0.9 - abs(config["depth"] - 2) / 10 - 0.1 / epochs
        ...     def open_test(self, config):
        ...         return self(config, 9)
        >>> config, score = tune(Toy(), {"depth": [1, 2, 3]}, 90, seed=0)
        >>> config, round(score, 3)
        ({'depth': 2}, 0.889)

    Source:
        Jamieson & Talwalkar 2016, "Non-stochastic best arm identification" (successive halving).
    """
    raise NotImplementedError
