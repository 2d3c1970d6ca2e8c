"""The next student's submission: right, and unhappy about whatever somebody left for it."""

import builtins
import contextlib
import math
import os
import sys
import tempfile

MARK = "left-by-mallory"

left = [key for key in os.environ if MARK in key]
left += [name for name in sys.modules if MARK in name]
left += [name for name in vars(builtins) if MARK in name]
for folder in {os.getcwd(), tempfile.gettempdir(), "/dev/shm", "/tmp"}:
    with contextlib.suppress(OSError):
        left += [name for name in os.listdir(folder) if MARK in name]
if left:
    raise RuntimeError(f"found {left}")


def expected_best(scores, n):
    size = len(scores)
    if not 1 <= n <= size:
        raise ValueError(f"`n` must be at least 1 and at most {size}, but got n={n}.")
    if any(math.isnan(score) for score in scores):
        raise ValueError("`scores` must be numbers, but one is NaN.")
    ranked = enumerate(sorted(scores), start=1)
    return float(sum(math.comb(i - 1, n - 1) / math.comb(size, n) * x for i, x in ranked))
