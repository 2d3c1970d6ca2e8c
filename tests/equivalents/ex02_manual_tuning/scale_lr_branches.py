"""The rate times the new batch first; a 0-d array for one rule, a float for the other."""

import math

import numpy as np


def scale_lr(lr, old_batch, new_batch, rule="linear"):
    if not (lr > 0 and old_batch >= 1 and new_batch >= 1):
        raise ValueError("bad arguments")
    if rule == "linear":
        return np.array(lr * new_batch / old_batch)
    elif rule == "sqrt":
        return lr / math.sqrt(old_batch) * math.sqrt(new_batch)
    else:
        raise ValueError("bad rule")
