"""Labs of topic 2: what a function did to its arguments, to a model and to an optimizer.

Every lab calls the learner's function with objects that live in the same process, and reports what
it saw as plain values. Judging those is the check's business.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch


class Arguments:
    """Arguments of one call, watched for changes."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take the arguments by name."""
        self._values = values

    def after(self, function: Callable[..., object]) -> dict[str, Any]:
        """Call `function` with copies of the arguments, and return those copies afterwards."""
        given = copy.deepcopy(dict(self._values))
        function(**given)
        return given

    def after_search(self, search: Callable[..., object], target: float) -> dict[str, Any]:
        """The same, with an objective in front: the squared distance of all settings to a target.

        Args:
            search: A function that minimizes its first argument.
            target: Value of every setting at the minimum.
        """

        def distance(config: Mapping[str, float]) -> float:
            return sum((value - target) ** 2 for value in config.values())

        given = copy.deepcopy(dict(self._values))
        search(distance, **given)
        return given


def arguments(**values: object) -> Arguments:
    """Watch arguments, given by name."""
    return Arguments(values)


class LossFailed(Exception):
    """What a lab's loss function raises when it is told to fail."""


class Loader:
    """Batches that can be iterated again but not indexed, as a `DataLoader`'s."""

    def __init__(self, batches: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> None:
        """Take the batches of one pass."""
        self._batches = batches

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Start a pass."""
        return iter(self._batches)

    def __len__(self) -> int:
        """Return the number of batches in a pass."""
        return len(self._batches)


class RangeTestLab:
    """A model, its optimizer and its batches, and what a range test does to them."""

    def __init__(
        self,
        model: torch.nn.Module,
        optimizer: torch.optim.Optimizer,
        batches: Loader,
        script: Sequence[float] | None = None,
        fails_at: int | None = None,
    ) -> None:
        """Wire up the loss function.

        Args:
            model: Network under test.
            optimizer: Its optimizer.
            batches: Its data.
            script: Values that the loss takes instead of the mean squared error, one a call.
            fails_at: Call, counted from 0, at which the loss function raises instead.
        """
        self._model, self._optimizer, self._batches = model, optimizer, batches
        self._script, self._fails_at = script, fails_at
        self._training: list[bool] = []
        self._rates: list[list[float]] = []

    def run(
        self, range_test: Callable[..., Any], low: float, high: float, n: int, **options: float
    ) -> dict[str, Any]:
        """Run the learner's range test on the lab's objects.

        Returns:
            result: What it returned; None if it raised.
            raised: Whether the lab's own failure of the loss function reached the caller.
            rates: The rate of each parameter group at each optimizer step, shape (steps, groups).
            training: Whether the model was in training mode, at each call of the loss function.
            before, after: `state` around the call.
        """
        self._training, self._rates = [], []
        before = self.state()
        hook = self._optimizer.register_step_pre_hook(self._watch_step)
        result, raised = None, False
        try:
            result = range_test(
                self._model, self._optimizer, self._loss, self._batches, low, high, n, **options
            )
        except LossFailed:
            raised = True
        finally:
            hook.remove()
        return {
            "result": result,
            "raised": raised,
            "rates": self._rates,
            "training": self._training,
            "before": before,
            "after": self.state(),
        }

    def state(self) -> dict[str, Any]:
        """Read off all that a range test must restore.

        Returns:
            weights, buffers, moments: All numbers of that kind in one array, in a fixed order.
            modes: Whether each module is in training mode.
            rates: Each parameter group's learning rate.
        """
        slots = self._optimizer.state_dict()["state"]
        moments = [slots[index][name] for index in sorted(slots) for name in sorted(slots[index])]
        return {
            "weights": _flat(self._model.parameters()),
            "buffers": _flat(self._model.buffers()),
            "moments": _flat(value for value in moments if value is not None),
            "modes": [module.training for module in self._model.modules()],
            "rates": [float(group["lr"]) for group in self._optimizer.param_groups],
        }

    def _loss(self, prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        call = len(self._training)
        self._training.append(self._model.training)
        if call == self._fails_at:
            raise LossFailed("the loss function failed, as this lab arranged")
        if self._script is None:
            return ((prediction - target) ** 2).mean()
        # Past the script's end, a value that ends no test: the check sees too long a curve.
        return 0 * prediction.sum() + (self._script[call] if call < len(self._script) else 1.0)

    def _watch_step(self, optimizer: torch.optim.Optimizer, *_: object) -> None:
        self._rates.append([float(group["lr"]) for group in optimizer.param_groups])


def linear_range_test(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    script: Sequence[float] | None = None,
    leftover_gradients: bool = False,
    device: str = "cpu",
) -> RangeTestLab:
    """A linear model that starts at zero, with plain SGD: simple enough to follow by hand.

    Weights and bias are two parameter groups, with learning rates of their own.

    Args:
        x: Inputs, shape (n_batches, batch, features).
        y: Targets, shape (n_batches, batch).
        script: Values for the loss to take; see `RangeTestLab`.
        leftover_gradients: Whether gradients of one are left over from earlier training.
        device: Where to train, "cpu" or "cuda".
    """
    import torch

    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    model = torch.nn.Linear(x.shape[2], 1, dtype=torch.float64, device=device)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
        if leftover_gradients:
            parameter.grad = torch.ones_like(parameter)
    groups = [{"params": [model.weight], "lr": 0.3}, {"params": [model.bias], "lr": 0.7}]
    return RangeTestLab(model, torch.optim.SGD(groups, lr=0.1), _loader(x, y, device), script)


def network_range_test(
    seed: int,
    fails_at: int | None = None,
    training: bool = True,
    frozen: bool = False,
    device: str = "cpu",
) -> RangeTestLab:
    """A small network with batch normalization and Adam, both some steps into training.

    Args:
        seed: Seed of weights and data.
        fails_at: Call at which the loss function raises; see `RangeTestLab`.
        training: Whether the network is in training mode.
        frozen: Whether its normalization layer alone is in evaluation mode.
        device: Where to train, "cpu" or "cuda".
    """
    import torch

    rng = np.random.default_rng(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 8), torch.nn.BatchNorm1d(8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
    ).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(rng.normal(size=tuple(parameter.shape))))
    model.to(device)
    first, last = model[:2], model[3]
    groups = [
        {"params": list(first.parameters()), "lr": 0.003},
        {"params": list(last.parameters()), "lr": 0.007},
    ]
    optimizer = torch.optim.Adam(groups, lr=0.001)
    loader = _loader(rng.normal(loc=1.0, size=(3, 6, 3)), rng.normal(size=(3, 6)), device)
    for x, y in loader:
        optimizer.zero_grad()
        ((model(x) - y) ** 2).mean().backward()
        optimizer.step()
    model.train(training)
    if frozen:
        model[1].eval()
    return RangeTestLab(model, optimizer, loader, fails_at=fails_at)


def _loader(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], device: str) -> Loader:
    """Make batches of arrays of shapes (n_batches, batch, features) and (n_batches, batch)."""
    import torch

    inputs = torch.tensor(x, device=device)
    targets = torch.tensor(y, device=device).unsqueeze(-1)
    return Loader(list(zip(inputs, targets, strict=True)))


def _flat(tensors: Iterator[torch.Tensor]) -> npt.NDArray[np.float64]:
    """Join tensors into one array that shares no memory with them."""
    arrays = [np.asarray(tensor.detach().cpu(), dtype=np.float64).ravel() for tensor in tensors]
    return np.concatenate([np.zeros(0), *arrays])
