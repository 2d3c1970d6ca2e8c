"""Labs of topic 7: trainings that are watched, and an objective that charges for its epochs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def objective(
    train: Callable[..., float],
    remaining: Callable[[], int],
    open_test: Callable[..., float],
    max_epochs: int,
) -> Objective:
    """What `tune` gets: an object round three functions that keep the accounts.

    Args:
        train: Takes a configuration and epochs, and returns a validation accuracy.
        remaining: Returns the epochs that are left.
        open_test: Takes a configuration and returns its test accuracy, once.
        max_epochs: Epochs of a whole training.
    """
    return Objective(train, remaining, open_test, max_epochs)


class Objective:
    """Training under a budget; the accounts are kept elsewhere."""

    def __init__(
        self,
        train: Callable[..., float],
        remaining: Callable[[], int],
        open_test: Callable[..., float],
        max_epochs: int,
    ) -> None:
        """Take the functions; see `objective`."""
        self.max_epochs = max_epochs
        self._train, self._remaining, self._open_test = train, remaining, open_test

    @property
    def remaining(self) -> int:
        """Epochs of the budget that are left."""
        return self._remaining()

    def __call__(self, config: Mapping[str, Any], epochs: int) -> float:
        """Train up to an epoch and return the validation accuracy."""
        return self._train(dict(config), epochs)

    def open_test(self, config: Mapping[str, Any]) -> float:
        """Break the seal and return the test accuracy."""
        return self._open_test(dict(config))


def planning() -> Planning:
    """What hands plans to `lint_plan`."""
    return Planning()


class Planning:
    """Hands plans over that have come as lists, as plain data do."""

    def lint(self, lint_plan: Callable[..., Any], plan: Mapping[str, Any]) -> Any:
        """Return what `lint_plan(plan)` returns.

        Args:
            lint_plan: The learner's function.
            plan: The plan; a range in its space may be a list that ends with the scale's name.
        """
        space = {
            name: tuple(choices) if isinstance(choices[-1], str) else list(choices)
            for name, choices in plan["space"].items()
        }
        return lint_plan({**plan, "space": space})


class TrainingFailed(Exception):
    """What a lab's training raises when it is told to fail."""


def training(**settings: Any) -> Training:
    """A training that `EarlyStopping(**settings)` watches."""
    return Training(settings)


class Training:
    """Feeds values to the learner's early stopping, with a state that training changes in place."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the arguments of `EarlyStopping`."""
        self._settings = settings

    def run(
        self,
        early_stopping: Callable[..., Any],
        values: Sequence[float],
        fails_at: int | None = None,
        positional: bool = False,
    ) -> dict[str, Any]:
        """Train until the learner's class says stop, or the values run out.

        The state is a dict that training changes in place, also deep inside: after epoch e, from
        0, its weights are [e, 10 * e, e, e].

        Args:
            early_stopping: The learner's class.
            values: One an epoch.
            fails_at: Epoch, from 0, before which training raises `TrainingFailed`.
            positional: Whether the arguments are given by place instead of by name.

        Returns:
            says: What each update returned.
            best: The value of the best; None where nothing has improved yet.
            state: The weights of the best state; None where there is none.
            loaded: The weights of each state that was loaded, in order.
            while_training: How many of these were loaded before the block ended.
            raised: Whether the lab's failure reached the caller.
        """
        named = dict(self._settings)
        stopper = early_stopping(*named.values()) if positional else early_stopping(**named)
        state: dict[str, Any] = {"weights": [-1, -10], "nested": {"epoch": [-1]}, "epoch": -1}
        loaded: list[Any] = []
        says: list[bool] = []
        early, raised = 0, False

        def load(best: Mapping[str, Any]) -> None:
            loaded.append(_weights(best))

        try:
            with stopper.restoring(load):
                for epoch, value in enumerate(values):
                    if epoch == fails_at:
                        raise TrainingFailed("the training failed, as this lab arranged")
                    _train(state, epoch)
                    says.append(stopper.update(value, state))
                    early = len(loaded)
                    if says[-1]:
                        break
                _train(state, 99)
        except TrainingFailed:
            raised = True
        best = stopper.best_state
        return {
            "says": says,
            "best": None if best is None else stopper.best,
            "state": None if best is None else _weights(best),
            "loaded": loaded,
            "while_training": early,
            "raised": raised,
        }

    def side_by_side(
        self, early_stopping: Callable[..., Any], first: Sequence[float], second: Sequence[float]
    ) -> list[dict[str, Any]]:
        """Feed two objects in turn, made with the same arguments.

        Returns:
            says, best: For each object, as `run` does.
        """
        stoppers = [early_stopping(**self._settings) for _ in range(2)]
        says: list[list[bool]] = [[], []]
        for pair in zip(first, second, strict=True):
            for i, value in enumerate(pair):
                says[i].append(stoppers[i].update(value, {"value": value}))
        return [
            {"says": said, "best": stopper.best}
            for said, stopper in zip(says, stoppers, strict=True)
        ]

    def with_a_model(
        self, early_stopping: Callable[..., Any], values: Sequence[float], device: str = "cpu"
    ) -> dict[str, Any]:
        """Train a real model in place: its weights are all equal to the epoch.

        Args:
            early_stopping: The learner's class.
            values: One an epoch.
            device: "cpu" or "cuda".

        Returns:
            says: What each update returned.
            weights, buffers: All numbers of the model after the block.
        """
        import torch

        model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2)).to(device)
        stopper = early_stopping(**self._settings)
        says: list[bool] = []
        with stopper.restoring(model.load_state_dict), torch.no_grad():
            for epoch, value in enumerate(values):
                for tensor in model.state_dict().values():
                    tensor.fill_(epoch)
                says.append(stopper.update(value, model.state_dict()))
                if says[-1]:
                    break
        return {
            "says": says,
            "weights": _numbers(model.parameters()),
            "buffers": _numbers(model.buffers()),
        }


def _train(state: dict[str, Any], epoch: int) -> None:
    state["weights"][:] = [epoch, 10 * epoch]
    state["nested"]["epoch"][0] = epoch
    state["epoch"] = epoch


def _weights(state: Mapping[str, Any]) -> list[int]:
    return [*state["weights"], *state["nested"]["epoch"], state["epoch"]]


def _numbers(tensors: Any) -> list[float]:
    return [float(x) for tensor in tensors for x in np.ravel(tensor.detach().cpu().numpy())]
