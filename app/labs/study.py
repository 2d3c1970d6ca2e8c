"""Topic 5's lab: a finished study on a recorded landscape, and which settings made it succeed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from app.labs.track import Name, track

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna
    from numpy.typing import NDArray

    from engine.landscape import Value

Sampler = Literal["TPE", "random"]
SAMPLERS: tuple[Sampler, ...] = get_args(Sampler)
N_TRIALS = 64
RUNS = 40


@dataclass(frozen=True, eq=False)
class Study:
    """Trials in the order in which they were trained.

    Attributes:
        name: The recorded landscape that was searched.
        sampler: What chose the trials.
        axes: Setting -> its values, rising where they have an order.
        places: Place of each trial's value on each axis, shape (N_TRIALS, n_axes).
        errors: Validation error of each trial after its last epoch, shape (N_TRIALS,); a network
            that blew up errs always.
        n_val: Number of validation examples, of which an error is a fraction.
        run: Which of the recorded runs it is.
    """

    name: Name
    sampler: Sampler
    axes: Mapping[str, tuple[Value, ...]]
    places: NDArray[np.int64]
    errors: NDArray[np.float64]
    n_val: int
    run: int

    @property
    def best(self) -> int:
        """Number of the best trial, from 0; of equals the first."""
        return int(self.errors.argmin())

    def value(self, trial: int, axis: int) -> Value:
        """A trial's value of a setting."""
        values = list(self.axes.values())[axis]
        return values[int(self.places[trial, axis])]


@dataclass(frozen=True, eq=False)
class Top:
    """The best trials of a study, and what brought them there.

    Attributes:
        share: Share of the trials that was asked for.
        chosen: Which trials are among them, shape (N_TRIALS,); all that equal the last one, too.
        threshold: The largest error among them.
        importances: Setting -> its PED-ANOVA importance for getting there; their sum is 1.
        narrowed: Setting -> its values that occur among them.
    """

    share: float
    chosen: NDArray[np.bool_]
    threshold: float
    importances: Mapping[str, float]
    narrowed: Mapping[str, tuple[Value, ...]]


@lru_cache(maxsize=64)
def study(name: Name, sampler: Sampler, run: int) -> Study:
    """Look up a study: TPE's runs are recorded, random ones draw without replacement.

    Args:
        name: The landscape to search.
        sampler: What chooses the trials.
        run: 0 to `RUNS` - 1.

    Raises:
        ValueError: If there is no such run.
    """
    from app.labs.recorded_tpe import recorded

    if not 0 <= run < RUNS:
        raise ValueError(f"`run` must be 0 to {RUNS - 1}, but got run={run}.")
    on = track(name)
    if sampler == "TPE":
        numbers = np.array(recorded(name)[run][:N_TRIALS])
    else:
        numbers = np.random.default_rng(run).permutation(on.validation.shape[1])[:N_TRIALS]
    # A run trains with one of the landscape's seeds, as it does in the race.
    scores = on.validation[run % len(on.validation), numbers, -1]
    places = np.array([on.places(int(number)) for number in numbers])
    return Study(name, sampler, on.axes, places, 1 - scores, on.n_val, run)


@lru_cache(maxsize=256)
def top(name: Name, sampler: Sampler, run: int, share: float) -> Top:
    """Take the best trials of a study, and ask Optuna which settings brought them there.

    Args:
        name: The landscape.
        sampler: What chose the trials.
        run: Which run.
        share: Share of the trials, above 0 and below 1.

    Raises:
        ValueError: If an argument is out of bounds.

    Source:
        Watanabe, Bansal & Hutter 2023, arXiv:2304.10255: PED-ANOVA, as Optuna has it.
    """
    if not 0 < share < 1:
        raise ValueError(f"`share` must be above 0 and below 1, but got share={share}.")
    found = study(name, sampler, run)
    threshold = float(np.sort(found.errors)[int(np.ceil(share * N_TRIALS)) - 1])
    chosen = found.errors <= threshold
    narrowed = {
        axis: tuple(values[place] for place in np.unique(found.places[chosen, i]))
        for i, (axis, values) in enumerate(found.axes.items())
    }
    return Top(share, chosen, threshold, importances(found, share), narrowed)


def importances(found: Study, share: float) -> dict[str, float]:
    """PED-ANOVA importances for being among the best `share`, in the order of the axes."""
    import optuna

    from engine.search.logs import quiet_optuna

    with quiet_optuna():
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
        by_name = optuna.importance.get_param_importances(_in_optuna(found), evaluator=evaluator)
    return {axis: float(by_name.get(axis, 0.0)) for axis in found.axes}


@lru_cache(maxsize=16)
def _in_optuna(found: Study) -> optuna.Study:
    """The same trials as an Optuna study; settings in an order are whole numbers to it."""
    import optuna

    distributions: dict[str, optuna.distributions.BaseDistribution] = {
        axis: optuna.distributions.CategoricalDistribution(values)
        if isinstance(values[0], str)
        else optuna.distributions.IntDistribution(0, len(values) - 1)
        for axis, values in found.axes.items()
    }
    kept = optuna.create_study()
    kept.add_trials(
        optuna.trial.create_trial(
            params={
                axis: values[place] if isinstance(values[0], str) else int(place)
                for (axis, values), place in zip(found.axes.items(), places, strict=True)
            },
            distributions=distributions,
            value=float(error),
        )
        for places, error in zip(found.places, found.errors, strict=True)
    )
    return kept
