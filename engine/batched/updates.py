"""The optimizers' update rules over the flat buffer of all members.

They follow `torch.optim`, with a learning rate and a decay for each member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.batched.layers import FlatLayers

if TYPE_CHECKING:
    import torch

    from engine.batched.shape import Shape

MOMENTUM = 0.9
BETA1, BETA2 = 0.9, 0.999
EPSILON = 1e-8

# Optimizer -> how many buffers it carries from step to step.
N_MOMENTS = {"sgd": 0, "momentum": 1, "nesterov": 1, "adam": 2, "adamw": 2}


class Update:
    """One optimizer for all members of a pass.

    Args:
        shape: Of the members.
        weights: The networks, changed at each step.
        gradients: Read, and overwritten, at each step.
        moments: What the optimizer carries, as many buffers as `N_MOMENTS` says; zeros at first.
        decay: Weight decay, shape (n_members,).
    """

    def __init__(
        self,
        shape: Shape,
        weights: FlatLayers,
        gradients: FlatLayers,
        moments: Sequence[FlatLayers],
        decay: torch.Tensor,
    ) -> None:
        """Allocate what a step needs."""
        import torch

        self._rule = shape.optimizer
        self._weights, self._gradients = weights.flat, gradients.flat
        self._moments = [each.flat for each in moments]
        self._rates = FlatLayers(shape, len(decay), decay.dtype, decay.device)
        self._decay: torch.Tensor | None = None
        if bool((decay > 0).any()):
            spread = FlatLayers(shape, len(decay), decay.dtype, decay.device)
            spread.fill(decay)
            self._decay = spread.flat
        self._shrink: torch.Tensor | None = None
        if shape.optimizer in ("adam", "adamw"):
            self._move = torch.zeros_like(weights.flat)
            self._number = torch.zeros((), device=decay.device)

    def set_rates(self, rates: torch.Tensor) -> None:
        """Set the learning rate of the steps that follow, shape (n_members,)."""
        import torch

        self._rates.fill(rates)
        if self._rule == "adamw" and self._decay is not None:
            one = torch.ones((), dtype=rates.dtype, device=rates.device)
            self._shrink = torch.addcmul(one, self._rates.flat, self._decay, value=-1)

    def step(self, number: int) -> None:
        """Move the weights.

        Args:
            number: Of this step in the whole run, counted from 1.
        """
        gradients = self._gradients
        if self._shrink is not None:
            self._weights.mul_(self._shrink)
        elif self._decay is not None:
            gradients.addcmul_(self._weights, self._decay)
        if self._rule in ("adam", "adamw"):
            self._adam(number)
            return
        if self._rule != "sgd":
            (velocity,) = self._moments
            velocity.mul_(MOMENTUM).add_(gradients)
            if self._rule == "momentum":
                gradients = velocity
            else:
                gradients.add_(velocity, alpha=MOMENTUM)
        self._weights.addcmul_(gradients, self._rates.flat, value=-1)

    def _adam(self, number: int) -> None:
        """Adam at rate 1 from zero gives the direction; the members' rates give its length.

        The kernel is that of `torch.optim.AdamW(fused=True)`: one pass where the rule written out
        takes seven. Called through the optimizer it would cost more than all the rest of a step.
        A decay of 1 at rate 1 multiplies the last direction by 0, which saves a pass to clear it.
        """
        import torch

        mean, square = self._moments
        self._number.fill_(number)
        torch._fused_adamw_(
            [self._move], [self._gradients], [mean], [square], [], [self._number],
            lr=1.0, beta1=BETA1, beta2=BETA2, weight_decay=1.0, eps=EPSILON,
            amsgrad=False, maximize=False,
        )  # fmt: skip
        self._weights.addcmul_(self._move, self._rates.flat)
