"""Labs of topic 1: a network and its optimizer, made to order.

A network is described by plain values: a tuple names a layer of `torch.nn` and its arguments, as in
`("Linear", 4, 3)`, and a list of such stands for a block of them. Nothing is ever sent through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class NetworkLab:
    """Calls the learner's functions with a network and an optimizer that live here."""

    def __init__(
        self, model: torch.nn.Module, make_optimizer: Callable[[], torch.optim.Optimizer]
    ) -> None:
        """Take the network, and what makes its optimizer.

        A process's first optimizer takes seconds, so it is made when it is needed.
        """
        self._model, self._make_optimizer = model, make_optimizer

    @cached_property
    def _optimizer(self) -> torch.optim.Optimizer:
        return self._make_optimizer()

    def count(self, count_parameters: Callable[..., Any]) -> Any:
        """Call `count_parameters` with the network."""
        return count_parameters(self._model)

    def split(self, split_settings: Callable[..., Any]) -> Any:
        """Call `split_settings` with the network and the optimizer."""
        return split_settings(self._model, self._optimizer)

    def state(self) -> dict[str, Any]:
        """Read off all that neither function may change.

        Returns:
            trainable: Whether each parameter requires a gradient.
            modes: Whether each module is in training mode.
            sums: The sum of each parameter.
            groups: Each parameter group's settings and how many tensors it holds, by name.
        """
        parameters = list(self._model.parameters())
        return {
            "trainable": [parameter.requires_grad for parameter in parameters],
            "modes": [module.training for module in self._model.modules()],
            "sums": [float(parameter.detach().sum()) for parameter in parameters],
            "groups": [
                {name: len(value) if name == "params" else value for name, value in group.items()}
                for group in self._optimizer.param_groups
            ],
        }


def network(
    layers: Sequence[Any],
    ties: Sequence[tuple[int, int]] = (),
    frozen: Sequence[str] = (),
    kind: str = "Optimizer",
    defaults: Mapping[str, Any] | None = None,
    groups: Sequence[Mapping[str, Any]] | None = None,
    later: Sequence[Mapping[str, Any]] = (),
    device: str = "cpu",
) -> NetworkLab:
    """Build a network and its optimizer.

    Args:
        layers: The layers, described as above; they are numbered from 0.
        ties: Pairs of layers (i, j): layer i gets the weight of layer j, the same tensor.
        frozen: Names of the parameters that require no gradient.
        kind: The optimizer's class in `torch.optim`. The default, `Optimizer`, takes any names.
        defaults: Its settings by name; `{"lr": 0.1}` if there are none.
        groups: Its parameter groups, each with "params", a list of names of parameters, and
            settings of its own; a single group of all parameters if there are none.
        later: Settings of each group that change after the optimizer is built.
        device: Where the network is, "cpu" or "cuda".
    """
    import torch

    model = _block(layers).to(device)
    for layer, source in ties:
        model[layer].weight = model[source].weight
    named = dict(model.named_parameters(remove_duplicate=False))
    for name in frozen:
        named[name].requires_grad_(False)

    def make_optimizer() -> torch.optim.Optimizer:
        settings = dict(defaults) if defaults else {"lr": 0.1}
        members: Any = list(model.parameters())
        if groups is not None:
            members = [
                {**group, "params": [named[name] for name in group["params"]]} for group in groups
            ]
        make = getattr(torch.optim, kind)
        optimizer: torch.optim.Optimizer = (
            make(members, settings) if kind == "Optimizer" else make(members, **settings)
        )
        for group, change in zip(optimizer.param_groups, later, strict=False):
            group.update(change)
        return optimizer

    return NetworkLab(model, make_optimizer)


def perceptron(width: int, depth: int, frozen: int) -> torch.nn.Module:
    """A network for the digits: 64 inputs, `depth` hidden layers of `width` units, 10 outputs.

    Args:
        width: Units in each hidden layer, at least 1.
        depth: Number of hidden layers, at least 0.
        frozen: How many of the layers, counted from the input, require no gradient.
    """
    import torch

    sizes = [64, *[width] * depth, 10]
    model = torch.nn.Sequential()
    for number, (wide, tall) in enumerate(pairwise(sizes)):
        layer = torch.nn.Linear(wide, tall).requires_grad_(number >= frozen)
        model.extend([layer, torch.nn.ReLU()] if number < depth else [layer])
    return model


def _block(layers: Sequence[Any]) -> torch.nn.Sequential:
    import torch

    return torch.nn.Sequential(
        *(
            _block(layer) if isinstance(layer, list) else getattr(torch.nn, layer[0])(*layer[1:])
            for layer in layers
        )
    )
