"""SciPy's survival function of the binomial distribution: more than 0 hits of n."""

from __future__ import annotations


def prob_hit(q, n):
    from scipy.stats import binom

    if not 0 <= q <= 1 or n < 0:
        raise ValueError("q or n")
    return binom.sf(0, n, q)
