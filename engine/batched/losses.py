"""Cross-entropy and squared error: their slopes for training, their values for the curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engine.data.dataset import Task


class LossSlope:
    """Derivative of a batch's mean loss by the outputs.

    Args:
        task: "classification" (cross-entropy of logits) or "regression" (squared error).
        n: Examples in the batch.
        out: Where the slope is written, shape (n_members, n_outputs, rows); 0 in rows beyond `n`.
    """

    def __init__(self, task: Task, n: int, out: torch.Tensor) -> None:
        """Prepare the constants."""
        self._task, self._n, self._out = task, n, out
        self._minus_one = out.new_full((len(out), 1, n), -1.0)
        self._padding = out[..., n:] if n < out.shape[-1] else None

    def __call__(self, outputs: torch.Tensor, targets: torch.Tensor) -> None:
        """Write the slope.

        Args:
            outputs: Shape (n_members, n_outputs, rows).
            targets: Classes, int64, or values, shape (n_members, 1, n).
        """
        import torch

        if self._task == "classification":
            torch.softmax(outputs, 1, out=self._out)
            self._out.scatter_add_(1, targets, self._minus_one).div_(self._n)
        else:
            own = outputs[..., : self._n]
            self._out[..., : self._n].copy_(own).sub_(targets).mul_(2 / self._n)
        if self._padding is not None:
            self._padding.zero_()


def measure(task: Task, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Sums over examples of what the curves show the means of.

    Args:
        task: As in `loss_slope`.
        outputs: Shape (n_members, n_outputs, rows).
        targets: Classes or values, shape (n,); further rows are padding.

    Returns:
        Row 0 the losses; row 1 the right answers (classification) or the losses again
        (regression); float64, shape (2, n_members).
    """
    import torch

    n = len(targets)
    outputs = outputs[..., :n]
    if task == "regression":
        losses = (outputs[:, 0] - targets).square().sum(1, dtype=torch.float64)
        return torch.stack([losses, losses])
    log_chances = torch.log_softmax(outputs, 1)
    own = log_chances.gather(1, targets.view(1, 1, -1).expand(len(outputs), 1, n))
    # The same answers as with argmax, but for ties, in a sixth of its time.
    right = own >= log_chances.amax(1, keepdim=True)
    return torch.stack([-own.sum((1, 2), dtype=torch.float64), right.sum((1, 2)).double()])
