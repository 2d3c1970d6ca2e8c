"""Where submissions are judged: how well this machine isolates them, its GPU, or a cluster."""

from __future__ import annotations

import click

from grader.executors import Teams


def isolation(wanted: str | None, *, trusted: bool) -> tuple[str, str]:
    """Choose the isolation, and say why it is no better one.

    Args:
        wanted: The tier that was asked for.
        trusted: Whether the code may run without any.

    Returns:
        The tier, and what to print after it.

    Raises:
        click.UsageError: If this machine cannot give it.
    """
    from grader.sandbox.tiers import Tier, detect

    found = detect()
    why = " ".join(found.reasons)
    if wanted:
        if Tier(wanted) not in found.available:
            raise click.UsageError(f"This machine cannot give tier {wanted}: {why}")
        return wanted, " (asked for)"
    if found.tier is Tier.C and not trusted:
        raise click.UsageError(
            f"This machine cannot isolate the code that it would run: {why} Grade in a Linux "
            "container or in WSL2, or pass --trust-submissions if you trust every submission."
        )
    tier = str(found.tier)
    return tier, {
        "A": " (bubblewrap, Landlock and seccomp)",
        "B": f" (Landlock and seccomp; {why})",
        "C": f" (none, as you trust the submissions; {why})",
    }[tier]


def require_cuda() -> None:
    """Refuse to grade on a GPU that is not there.

    Raises:
        click.UsageError: If PyTorch finds none.
    """
    import torch

    if not torch.cuda.is_available():
        raise click.UsageError(
            "--device cuda needs a GPU that PyTorch can use, and there is none here. "
            "Leave it out: the marks are the same on a CPU."
        )


def cluster(address: str, device: str) -> Teams:
    """Return the workers of a Dask scheduler, once they have answered.

    Args:
        address: The scheduler's.
        device: "cpu", or "cuda" if every worker must have a GPU.

    Raises:
        GradingError: If they cannot be used; no folder of results is touched before.
    """
    from grader.dask_cluster import Cluster

    found = Cluster(address, device=device, say=click.echo)
    with found.open():
        return found
