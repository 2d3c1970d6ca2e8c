"""Topic 5: what an objective asks of its trial, what it builds, and how it trains.

The lab gives an objective data of its own in the place of `digits_split`, and a trial that writes
everything down. It watches the network and the optimizer through torch's global hooks, so they may
be written in any way. It reports plain values; judging those is the check's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import optuna
    import torch

_DATA = "digits_split"
_PIXELS = 64
_STEPS_KEPT = 3  # steps whose weights and gradients are reported


def objective_lab(
    train_x: npt.NDArray[np.float64],
    train_y: npt.NDArray[np.int64],
    val_x: npt.NDArray[np.float64],
    val_y: npt.NDArray[np.int64],
) -> ObjectiveLab:
    """A lab in which `digits_split()` gives this data: inputs (n, 64) and classes (n,), twice."""
    return ObjectiveLab((train_x, train_y, val_x, val_y))


class ObjectiveLab:
    """Calls an objective with data and trials of the lab's own."""

    def __init__(self, data: Sequence[npt.NDArray[Any]]) -> None:
        """Take the data, in the order of `digits_split`."""
        self._data = data

    def run(
        self,
        objective: Callable[..., Any],
        params: Mapping[str, float],
        number: int = 0,
        prune_at: int | None = None,
    ) -> dict[str, Any]:
        """Call `objective` once.

        Args:
            objective: The learner's.
            params: What the trial suggests, by name; for other names, the low end of their range.
            number: The trial's number.
            prune_at: Report, counted from 0, from which on the trial says that it should be pruned.

        Returns:
            asked: Each question for a setting, in order: its name, kind and range.
            result: What the objective returned; None if it was pruned.
            pruned: Whether it raised `TrialPruned`.
            questions: How often it asked whether to prune.
            steps_too_many: Optimizer steps after the trial had said that it should be pruned.
            epochs: What happened up to each report; see `_Watch.report`.
            optimizer: Its class and defaults; None if there was no step.
            seed: What torch's global generator had been seeded with before the first step, as
                text, for it may be a large number; None if there was no step.
            dropout: The rates of all `Dropout` modules that were used, sorted.
            dropped_from: How many units each of these modules was given, sorted, without repeats.
            steps: Weights and gradients at the first steps, lists of arrays.
        """
        import optuna

        watch = _Watch(prune_at)
        trial = _recording_trial(params, number, watch)
        result, pruned = None, False
        with _data(objective, self._data), _one_thread(), watch.hooks():
            try:
                result = objective(trial)
            except optuna.TrialPruned:
                pruned = True
        return {
            "asked": watch.asked,
            "result": result,
            "pruned": pruned,
            "questions": watch.questions,
            "steps_too_many": watch.steps_too_many,
            "epochs": watch.epochs,
            "optimizer": watch.optimizer,
            "seed": watch.seed,
            "dropout": sorted(watch.dropout),
            "dropped_from": sorted(watch.dropped_from),
            "steps": watch.steps,
        }

    def study(self, objective: Callable[..., Any], n_trials: int, seed: int) -> list[str]:
        """Run a real study with a pruner that always prunes.

        Returns:
            The trials' states by name, and the steps that each reported, as "PRUNED after 0".
        """
        import optuna

        class Always(optuna.pruners.BasePruner):
            def prune(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> bool:
                return True

        verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        try:
            study = optuna.create_study(
                direction="maximize",
                sampler=optuna.samplers.RandomSampler(seed=seed),
                pruner=Always(),
            )
            with _data(objective, self._data), _one_thread():
                study.optimize(objective, n_trials=n_trials)
        finally:
            optuna.logging.set_verbosity(verbosity)
        return [
            " ".join([trial.state.name, "after", *map(str, sorted(trial.intermediate_values))])
            for trial in study.trials
        ]


class _Watch:
    """Writes down what one call of an objective does."""

    def __init__(self, prune_at: int | None) -> None:
        self._prune_at = prune_at
        self._parameters: list[torch.Tensor] = []
        self._training: bool | None = None  # mode at the latest pass through a Dropout
        self._images: list[float] = []  # of the latest pass, each by the sum of its gray values
        self._epoch: dict[str, Any] = _new_epoch()
        self.asked: list[dict[str, Any]] = []
        self.questions = 0
        self.steps_too_many = 0
        self.epochs: list[dict[str, Any]] = []
        self.optimizer: dict[str, Any] | None = None
        self.seed: str | None = None
        self.dropout: set[float] = set()
        self.dropped_from: set[int] = set()
        self.steps: list[dict[str, Any]] = []

    @contextmanager
    def hooks(self) -> Iterator[None]:
        """Watch all modules and optimizers meanwhile."""
        from torch.nn.modules.module import register_module_forward_pre_hook
        from torch.optim.optimizer import register_optimizer_step_pre_hook

        handles = [
            register_module_forward_pre_hook(self._forward),
            register_optimizer_step_pre_hook(self._step),
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def report(self, value: float, step: int) -> None:
        """Close an epoch.

        Its record holds the step and the value reported; the number of optimizer steps since the
        report before, the images trained on in them, in order, each by the sum of its gray values,
        and whether all were made in training mode; whether the last pass before the report was
        made in evaluation mode; and the weights now.
        """
        self.epochs.append(
            {
                **self._epoch,
                "step": int(step),
                "value": float(value),
                "evaluating": self._training is False,
                "weights": [_copied(tensor) for tensor in self._parameters],
            }
        )
        self._epoch = _new_epoch()

    def should_prune(self) -> bool:
        self.questions += 1
        return self._told_to_stop()

    def _told_to_stop(self) -> bool:
        return self._prune_at is not None and len(self.epochs) > self._prune_at

    def _forward(self, module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        import torch

        if isinstance(module, torch.nn.Dropout):
            self._training = module.training
            self.dropout.add(float(module.p))
            self.dropped_from.add(int(inputs[0].shape[-1]))
        if isinstance(module, torch.nn.Linear) and module.in_features == _PIXELS:
            self._images = inputs[0].detach().double().sum(dim=-1).flatten().tolist()

    def _step(self, optimizer: torch.optim.Optimizer, *_: object) -> None:
        import torch

        groups = optimizer.param_groups
        self._parameters = [parameter for group in groups for parameter in group["params"]]
        if self.optimizer is None:
            names = ("lr", "betas", "eps", "weight_decay", "amsgrad")
            settings = {name: groups[0].get(name) for name in names}
            self.optimizer = {"class": type(optimizer).__name__, **settings}
            self.seed = str(torch.initial_seed())
        if len(self.steps) < _STEPS_KEPT:
            weights = [_copied(parameter) for parameter in self._parameters]
            gradients = [
                _copied(parameter if parameter.grad is None else parameter.grad)
                for parameter in self._parameters
            ]
            self.steps.append({"weights": weights, "gradients": gradients})
        self.steps_too_many += self._told_to_stop()
        self._epoch["steps"] += 1
        self._epoch["images"] += self._images
        self._epoch["training"] = self._epoch["training"] and self._training is True


def _new_epoch() -> dict[str, Any]:
    return {"steps": 0, "images": [], "training": True}


def _copied(tensor: torch.Tensor) -> npt.NDArray[np.float64]:
    copy: npt.NDArray[np.float64] = tensor.detach().cpu().double().clone().numpy()
    return copy


def _recording_trial(
    params: Mapping[str, float], number: int, watch: _Watch
) -> optuna.trial.FixedTrial:
    """A trial with fixed suggestions, which tells `watch` what is asked of it."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    from optuna.trial import FixedTrial

    class RecordingTrial(FixedTrial):
        def suggest_float(
            self,
            name: str,
            low: float,
            high: float,
            *,
            step: float | None = None,
            log: bool = False,
        ) -> float:
            FloatDistribution(low, high, log=log, step=step)  # refuses what Optuna refuses
            return float(self._note(name, "float", low, high, log, step))

        def suggest_int(
            self, name: str, low: int, high: int, *, step: int = 1, log: bool = False
        ) -> int:
            IntDistribution(low, high, log=log, step=step)
            return int(self._note(name, "int", low, high, log, step))

        def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
            CategoricalDistribution(choices)
            return self._note(name, "categorical", choices[0], choices[-1], False, None)

        def report(self, value: float, step: int) -> None:
            watch.report(value, step)

        def should_prune(self) -> bool:
            return watch.should_prune()

        def _note(self, name: str, kind: str, low: Any, high: Any, log: bool, step: Any) -> Any:
            question = {"kind": kind, "low": low, "high": high, "log": log, "step": step}
            watch.asked.append({"name": name, **question})
            value = params.get(name, low)
            self._suggested_params[name] = value
            return value

    return RecordingTrial(dict(params), number)


@contextmanager
def _data(objective: Callable[..., Any], data: Sequence[npt.NDArray[Any]]) -> Iterator[None]:
    """Let calls of `digits_split` in `objective` give `data` meanwhile, new tensors every time."""
    import torch

    def split() -> tuple[torch.Tensor, ...]:
        return tuple(
            torch.tensor(part, dtype=torch.int64 if i % 2 else torch.float32)
            for i, part in enumerate(data)
        )

    names: dict[str, Any] = getattr(objective, "__globals__", {})
    own = names.get(_DATA)
    names[_DATA] = split
    try:
        yield
    finally:
        if own is None:
            del names[_DATA]
        else:
            names[_DATA] = own


@contextmanager
def _one_thread() -> Iterator[None]:
    """Train on one thread meanwhile: steps this small only lose by sharing."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
