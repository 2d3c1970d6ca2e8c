"""Plain loops that divide and multiply as they go."""

from __future__ import annotations


def hyperband_brackets(R, eta):
    if R < 1:
        raise ValueError("R")
    if eta < 2:
        raise ValueError("eta")
    powers = [1]
    while powers[-1] * eta <= R:
        powers.append(powers[-1] * eta)
    brackets = []
    for s in reversed(range(len(powers))):
        numerator = len(powers) * powers[s]
        n = numerator // (s + 1) + (1 if numerator % (s + 1) else 0)
        bracket = []
        for i in range(s + 1):
            bracket.append((n, R // powers[s - i]))
            n //= eta
        brackets.append(bracket)
    return brackets
