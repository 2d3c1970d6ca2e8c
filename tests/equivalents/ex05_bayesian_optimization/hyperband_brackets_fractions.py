"""Exact fractions, rounded by math; tuples of lists come back."""

from __future__ import annotations

import math
from fractions import Fraction


def hyperband_brackets(R, eta):
    if not (R >= 1 and eta >= 2):
        raise ValueError("R, eta")
    s_max, left = 0, Fraction(R, eta)
    while left >= 1:
        s_max, left = s_max + 1, left / eta
    result = []
    for s in range(s_max, -1, -1):
        n = math.ceil(Fraction(s_max + 1, s + 1) * eta**s)
        r = Fraction(R, eta**s)
        result.append(
            tuple([math.floor(Fraction(n, eta**i)), math.floor(r * eta**i)] for i in range(s + 1))
        )
    return tuple(result)
