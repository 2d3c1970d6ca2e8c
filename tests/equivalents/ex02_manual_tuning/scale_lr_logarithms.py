"""Adds logarithms; positional use of everything, checks last."""

import math


def scale_lr(lr, old_batch, new_batch, rule="linear"):
    for name, value in {"lr": lr, "old_batch": old_batch, "new_batch": new_batch}.items():
        if value <= 0:
            raise ValueError(f"{name} must be positive")
    factors = {"linear": 1, "sqrt": 1 / 2}
    if rule not in factors:
        raise ValueError(f"rule must be one of {sorted(factors)}")
    return math.exp(math.log(lr) + factors[rule] * (math.log(new_batch) - math.log(old_batch)))
