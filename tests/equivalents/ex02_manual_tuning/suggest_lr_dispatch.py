"""A table of small functions; the valley's lengths by patience sorting."""

from bisect import bisect_left
from itertools import pairwise
from math import log


def suggest_lr(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    def steep(points):
        left, _ = min(
            pairwise(points), key=lambda ab: (ab[1][1] - ab[0][1]) / log(ab[1][0] / ab[0][0])
        )
        return left[0]

    def minimum(points):
        return min(points, key=lambda point: point[1])[0] / 10

    def valley(points):
        tails, longest, end = [], 0, 0
        for i, (_, loss) in enumerate(points):
            k = bisect_left(tails, -loss)
            tails[k : k + 1] = [-loss]
            if k + 1 > longest:
                longest, end = k + 1, i
        return points[max(0, end - longest + longest // 3 + longest // 6)][0]

    rules = {"steep": steep, "minimum": minimum, "valley": valley}
    if method not in rules or skip_start < 0 or skip_end < 0:
        raise ValueError("method or skips")
    points = list(zip(lrs, losses, strict=True))
    points = points[skip_start : max(len(points) - skip_end, 0)]
    if len(points) < 2:
        raise ValueError("fewer than 2 points")
    return rules[method](points)
