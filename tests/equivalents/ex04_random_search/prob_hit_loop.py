"""The chance of missing, trial by trial."""

from __future__ import annotations


def prob_hit(q, n):
    if not (q >= 0 and q <= 1 and n >= 0):
        raise ValueError("q or n")
    missing = 1.0
    for _ in range(n):
        missing *= 1 - q
    return 1 - missing
