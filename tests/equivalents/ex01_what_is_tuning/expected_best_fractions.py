"""Exact fractions: the chance that the best is at most x_(i), and its differences."""

import math
from fractions import Fraction
from itertools import pairwise


def expected_best(scores, n):
    ordered = sorted(scores)
    size = len(ordered)
    if not 0 < n <= size or any(map(math.isnan, ordered)):
        raise ValueError("n or scores")
    at_most = [Fraction(math.comb(rank, n), math.comb(size, n)) for rank in range(size + 1)]
    steps = [float(b - a) for a, b in pairwise(at_most)]
    return sum(step * score for step, score in zip(steps, ordered, strict=True))
