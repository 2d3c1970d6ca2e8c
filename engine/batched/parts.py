"""The examples of a pass's members as tensors: stacked, padded, on the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from engine.batched.shape import Shape
    from engine.data import Dataset

PartName = Literal["train", "val"]


@dataclass(frozen=True, eq=False)
class Part:
    """The training or the validation parts of several data sets of one size, one after another.

    Attributes:
        inputs: Padded with zero columns, shape (n_datasets * n_examples, n_inputs).
        targets: Classes (int64) or values, shape (n_datasets * n_examples,).
        first_row: Where a member's own part begins, int64, shape (n_members,).
    """

    inputs: torch.Tensor
    targets: torch.Tensor
    first_row: NDArray[np.int64]

    @classmethod
    def of(
        cls, name: PartName, shape: Shape, datasets: Sequence[Dataset], device: torch.device
    ) -> Part:
        """Gather a part of each member's data set; a set that members share is there once."""
        import torch

        distinct = list({id(data): data for data in datasets}.values())
        inputs = np.concatenate([getattr(data, f"x_{name}") for data in distinct])
        targets = np.concatenate([getattr(data, f"y_{name}") for data in distinct])
        padding = shape.n_inputs - inputs.shape[1]
        n_examples = len(inputs) // len(distinct)
        place = {id(data): number * n_examples for number, data in enumerate(distinct)}
        return cls(
            torch.from_numpy(np.pad(inputs, ((0, 0), (0, padding)))).to(device),
            torch.from_numpy(targets).to(device),
            np.array([place[id(data)] for data in datasets], dtype=np.int64),
        )
