"""The optimizers' update rules over the flat buffer of all members.

They follow `torch.optim`, with a learning rate and a decay for each member.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


# Numbers updated at a time. A rule passes over its buffers two or three times: long stretches would
# be out of the cache by the next pass, short ones cost a call each.
_STRETCH = 1 << 17


@dataclass(eq=False)
class _Stretch:
    """The same part of every flat buffer, shape (n,) each; what a rule does without is empty."""

    weights: torch.Tensor
    gradients: torch.Tensor
    moments: Sequence[torch.Tensor]
    rates: torch.Tensor
    decay: torch.Tensor | None
    shrink: torch.Tensor | None
    move: torch.Tensor | None


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

        def spread(values: torch.Tensor) -> FlatLayers:
            layers = FlatLayers(shape, len(values), values.dtype, values.device)
            layers.fill(values)
            return layers

        self._rule = shape.optimizer
        decays = bool((decay > 0).any())
        self._rates = spread(torch.zeros_like(decay))
        self._decay = spread(decay).flat if decays else None
        self._shrink = torch.ones_like(weights.flat) if decays and self._rule == "adamw" else None
        self._number = torch.zeros((), device=decay.device)
        move = torch.zeros_like(weights.flat) if self._rule in ("adam", "adamw") else None
        n = len(weights.flat)
        self._stretches = [
            _Stretch(
                weights.flat[part],
                gradients.flat[part],
                [each.flat[part] for each in moments],
                self._rates.flat[part],
                None if self._decay is None else self._decay[part],
                None if self._shrink is None else self._shrink[part],
                None if move is None else move[part],
            )
            for part in (slice(start, start + _STRETCH) for start in range(0, n, _STRETCH))
        ]

    def set_rates(self, rates: torch.Tensor) -> None:
        """Set the learning rate of the steps that follow, shape (n_members,)."""
        import torch

        self._rates.fill(rates)
        if self._shrink is not None and self._decay is not None:
            one = torch.ones((), dtype=rates.dtype, device=rates.device)
            torch.addcmul(one, self._rates.flat, self._decay, value=-1, out=self._shrink)

    def step(self, number: int) -> None:
        """Move the weights.

        Args:
            number: Of this step in the whole run, counted from 1.
        """
        self._number.fill_(number)
        for stretch in self._stretches:
            if stretch.shrink is not None:
                stretch.weights.mul_(stretch.shrink)
            elif stretch.decay is not None:
                stretch.gradients.addcmul_(stretch.weights, stretch.decay)
            if stretch.move is not None:
                self._adam(stretch, stretch.move)
            else:
                self._sgd(stretch)

    def _sgd(self, stretch: _Stretch) -> None:
        direction = stretch.gradients
        if self._rule != "sgd":
            (velocity,) = stretch.moments
            velocity.mul_(MOMENTUM).add_(direction)
            if self._rule == "momentum":
                direction = velocity
            else:
                direction.add_(velocity, alpha=MOMENTUM)
        stretch.weights.addcmul_(direction, stretch.rates, value=-1)

    def _adam(self, stretch: _Stretch, move: torch.Tensor) -> None:
        """Adam at rate 1 from zero gives the direction; the members' rates give its length.

        The kernel is that of `torch.optim.AdamW(fused=True)`: one pass where the rule written out
        takes seven. Called through the optimizer it would cost more than all the rest of a step.
        A decay of 1 at rate 1 multiplies the last direction by 0, which saves a pass to clear it.
        """
        import torch

        mean, square = stretch.moments
        torch._fused_adamw_(
            [move], [stretch.gradients], [mean], [square], [], [self._number],
            lr=1.0, beta1=BETA1, beta2=BETA2, weight_decay=1.0, eps=EPSILON,
            amsgrad=False, maximize=False,
        )  # fmt: skip
        stretch.weights.addcmul_(move, stretch.rates)
