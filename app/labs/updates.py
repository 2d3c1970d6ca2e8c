"""PyTorch's own update rules, called as functions.

To make an object of `torch.optim` loads PyTorch's compiler, which takes longer than all else that a
first chart has to wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    import torch

Update = Callable[[float], None]


def updater(rule: Literal["SGD", "Adam"], parameters: Iterable[torch.nn.Parameter]) -> Update:
    """What changes parameters by their gradients, given the learning rate of the step.

    It does what `torch.optim.SGD` and `torch.optim.Adam` do by default, to the last bit.

    Args:
        rule: "SGD" (no momentum) or "Adam".
        parameters: What is changed; each must have a gradient at each step.
    """
    import torch
    from torch.optim.adam import adam
    from torch.optim.sgd import sgd

    weights: list[torch.Tensor] = list(parameters)
    means, squares = ([torch.zeros_like(weight) for weight in weights] for _ in range(2))
    steps = [torch.tensor(0.0) for _ in weights]

    def update(lr: float) -> None:
        gradients = [cast("torch.Tensor", weight.grad) for weight in weights]
        with torch.no_grad():
            if rule == "SGD":
                sgd(
                    weights, gradients, [None] * len(weights), foreach=False,
                    weight_decay=0.0, momentum=0.0, lr=lr, dampening=0.0, nesterov=False,
                    maximize=False,
                )  # fmt: skip
            else:
                adam(
                    weights, gradients, means, squares, [], steps, foreach=False,
                    amsgrad=False, beta1=0.9, beta2=0.999, lr=lr, weight_decay=0.0, eps=1e-8,
                    maximize=False,
                )  # fmt: skip

    return update
