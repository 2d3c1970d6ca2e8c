"""The buffers of a chunk in training, and the loop over its batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.batched import streams
from engine.batched.evaluation import Evaluation
from engine.batched.layers import FlatLayers
from engine.batched.losses import LossSlope
from engine.batched.parts import Part
from engine.batched.perceptrons import Passes
from engine.batched.updates import Update
from engine.schedule import learning_rates

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from engine.batched.shape import Member, Shape


class Session:
    """Trains and measures the members of one chunk.

    Args:
        shape: What the members have in common.
        members: Those of one data set standing together.
        weights: Their networks, changed by training.
        moments: What the optimizer carries, changed by training.
    """

    def __init__(
        self,
        shape: Shape,
        members: Sequence[Member],
        weights: FlatLayers,
        moments: Sequence[FlatLayers],
    ) -> None:
        """Allocate what the steps write to, and move the data to the device."""
        import torch

        device, dtype = weights.flat.device, weights.flat.dtype
        n = len(members)

        def per_member(values: list[float]) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float64, device=device)

        self._shape, self._members = shape, members
        gradients = FlatLayers(shape, n, dtype, device)
        decay = per_member([member.config.weight_decay for member in members])
        self._update = Update(shape, weights, gradients, moments, decay.to(dtype))
        dropout = per_member([member.config.dropout for member in members]).view(n, 1, 1)
        self._thresholds = streams.thresholds(dropout)
        self._scale = (1 / (1 - dropout)).to(dtype)
        datasets = [member.data for member in members]
        self._part = Part.of("train", shape, datasets, device)
        self._evaluation = Evaluation(shape, datasets, weights.layers)
        self._shared = len({(member.config.seed, id(member.data)) for member in members}) == 1
        full, last = shape.batch_rows, shape.n_train % shape.batch_rows
        # A batch of one is computed as two, of which the second counts nothing: see `Forward`.
        self._passes = {
            rows: Passes(shape, weights.layers, gradients.layers, max(rows, 2), shared=self._shared)
            for rows in {full, last} - {0}
        }
        self._slopes = {
            rows: LossSlope(shape.task, rows, passes.slope) for rows, passes in self._passes.items()
        }
        self._rates: NDArray[np.float64] | None = None

    def train(self, epoch: int) -> None:
        """Take the steps of one epoch, counted from 1."""
        shape = self._shape
        orders = self._of_seeds(lambda seed: streams.batch_order(seed, epoch, shape.n_train))
        keys = self._mask_keys(epoch)
        rates = self._epoch_rates(epoch)
        number = (epoch - 1) * shape.steps_per_epoch
        for chosen, targets in self._batches(orders + self._part.first_row[:, None]):
            rows = targets.shape[2]
            passes = self._passes[rows]
            passes.choose(self._part.inputs, chosen)
            if shape.dropout:
                passes.draw_masks(next(keys), self._thresholds, self._scale)
            self._slopes[rows](passes.forward(), targets)
            passes.backward()
            self._set_rates(next(rates))
            number += 1
            self._update.step(number)

    def _batches(self, order: NDArray[np.integer]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Rows of the inputs, as `Passes.choose` takes them, and targets (n_members, 1, rows)."""
        import torch

        rows, n_members = self._shape.batch_rows, len(order)
        order = order[:1] if self._shared else order
        n_full = self._shape.n_train // rows * rows
        parts = [order[:, :n_full].reshape(len(order), -1, rows)]
        if n_full < self._shape.n_train:
            parts.append(order[:, None, n_full:])
        for part in parts:
            # Batch by batch, so that a step finds its own in one piece.
            steps = np.ascontiguousarray(part.swapaxes(0, 1))
            chosen = torch.from_numpy(steps).to(self._part.inputs.device)
            targets = self._part.targets[chosen].unsqueeze(2).expand(-1, n_members, -1, -1)
            if steps.shape[2] == 1:
                chosen = chosen.repeat(1, 1, 2)
            yield from zip(chosen.flatten(1).unbind(), targets.unbind(), strict=True)

    def measure(self, *, evaluate_train: bool) -> NDArray[np.float64]:
        """Training loss and score (NaN if not wanted), validation loss and score.

        Returns:
            Shape (4, n_members).
        """
        val = self._evaluation.measure("val")
        if not evaluate_train:
            return np.concatenate([np.full_like(val, np.nan), val])
        return np.concatenate([self._evaluation.measure("train"), val])

    def _of_seeds(self, draw: Callable[[int], NDArray[np.integer]]) -> NDArray[np.integer]:
        # Members often share a seed, and a draw costs as much as a step.
        seeds = [member.config.seed for member in self._members]
        drawn = {seed: draw(seed) for seed in set(seeds)}
        return np.stack([drawn[seed] for seed in seeds])

    def _mask_keys(self, epoch: int) -> Iterator[torch.Tensor]:
        import torch

        shape = self._shape
        if not shape.dropout:
            return iter(())
        keys = self._of_seeds(
            lambda seed: streams.mask_keys(seed, epoch, shape.steps_per_epoch, shape.depth)
        )
        # From (members, steps, layers) to one (layers, members, 1, 1) a step.
        ordered = np.ascontiguousarray(keys.transpose(1, 2, 0))[..., None, None]
        return iter(torch.from_numpy(ordered).to(self._part.inputs.device))

    def _epoch_rates(self, epoch: int) -> Iterator[NDArray[np.float64] | None]:
        """Rates of the members at each step, shape (n_members,); None where they stay."""
        # But for its height, a schedule is the same for most members.
        configs = [member.config for member in self._members]
        courses = [(config.schedule, config.warmup, config.epochs) for config in configs]
        factors = {
            course: learning_rates(
                replace(config, lr=1.0), self._shape.steps_per_epoch, epoch=epoch
            )
            for course, config in dict(zip(courses, configs, strict=True)).items()
        }
        rates = np.array([config.lr for config in configs]) * np.stack(
            [factors[course] for course in courses], axis=-1
        )
        before = np.full_like(rates[:1], np.nan) if self._rates is None else self._rates
        moves = (np.diff(rates, axis=0, prepend=before) != 0).any(axis=1)
        self._rates = rates[-1:]
        return (row if move else None for row, move in zip(rates, moves, strict=True))

    def _set_rates(self, rates: NDArray[np.float64] | None) -> None:
        import torch

        if rates is not None:
            self._update.set_rates(torch.from_numpy(rates).to(self._scale))
