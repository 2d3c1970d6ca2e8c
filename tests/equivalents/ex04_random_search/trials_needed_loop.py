"""Counts trials up until the sibling says that they are enough."""

from __future__ import annotations


def trials_needed(q, p):
    if not 0 < q <= 1:
        raise ValueError("q")
    if not 0 <= p < 1:
        raise ValueError("p")
    n = 0
    while prob_hit(q, n) < p:  # noqa: F821  the sibling
        n += 1
    return n
