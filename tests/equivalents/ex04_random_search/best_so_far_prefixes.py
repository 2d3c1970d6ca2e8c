"""The best of every prefix, in quadratic time; a tuple comes back."""

from __future__ import annotations


def best_so_far(values, mode="min"):
    pick = {"min": min, "max": max}.get(mode)
    if pick is None:
        raise ValueError("mode")
    return tuple(
        pick((v for v in values[: i + 1] if v == v), default=float("nan"))
        for i in range(len(values))
    )
