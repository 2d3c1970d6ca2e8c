"""Topic 2's mistakes as learners write them, without checks of arguments."""

from __future__ import annotations

import numpy as np

from tests.mistakes import mistake


@mistake("lr_schedule", "linear-spacing")
def _(low, high, n, mode="exp"):
    return list(np.linspace(low, high, n))


@mistake("lr_schedule", "stops-before-high")
def _(low, high, n, mode="exp"):
    return [low * (high / low) ** (i / n) for i in range(n)]


@mistake("smooth", "no-bias-correction")
def _(losses, beta):
    average, out = 0, []
    for loss in losses:
        average = beta * average + (1 - beta) * loss
        out.append(average)
    return out


@mistake("smooth", "starts-at-first-loss")
def _(losses, beta):
    average, out = losses[0], []
    for loss in losses:
        average = beta * average + (1 - beta) * loss
        out.append(average)
    return out


@mistake("scale_lr", "inverse-ratio")
def _(lr, old_batch, new_batch, rule="linear"):
    ratio = old_batch / new_batch
    return lr * ratio if rule == "linear" else lr * ratio**0.5


def valley(lrs, losses):
    longest = []
    for i, loss in enumerate(losses):
        longest.append(1 + max((longest[j] for j in range(i) if losses[j] > loss), default=0))
    end = longest.index(max(longest))
    start = end - max(longest)
    third = (end - start) / 3
    return lrs[max(0, start + int(third) + int(third / 2))]


@mistake("suggest_lr", "slope-over-linear-lr")
def _(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    kept = slice(skip_start, len(lrs) - skip_end)
    lrs, losses = lrs[kept], losses[kept]
    if method == "steep":
        return lrs[int(np.argmin(np.diff(losses) / np.diff(lrs)))]
    return lrs[int(np.argmin(losses))] / 10 if method == "minimum" else valley(lrs, losses)


@mistake("suggest_lr", "minimum-not-divided")
def _(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    kept = slice(skip_start, len(lrs) - skip_end)
    lrs, losses = lrs[kept], losses[kept]
    if method == "steep":
        return lrs[int(np.argmin(np.diff(losses) / np.diff(np.log(lrs))))]
    return lrs[int(np.argmin(losses))] if method == "minimum" else valley(lrs, losses)


@mistake("coordinate_search", "seen-points-evaluated-again")
def _(objective, start, candidates, *, rounds=1):
    best, value, calls = dict(start), objective(dict(start)), 1
    for _ in range(rounds):
        for name, options in candidates.items():
            for option in options:
                config = {**best, name: option}
                found = objective(config)
                calls += 1
                if found < value:
                    best, value = config, found
    return best, value, calls
