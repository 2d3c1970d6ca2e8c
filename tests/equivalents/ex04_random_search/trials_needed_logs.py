"""The textbook formula as it stands."""

from __future__ import annotations

import math


def trials_needed(q, p):
    if not (0 < q <= 1 and 0 <= p < 1):
        raise ValueError("q or p")
    if q == 1:
        return int(p > 0)
    return math.ceil(math.log(1 - p) / math.log(1 - q))
