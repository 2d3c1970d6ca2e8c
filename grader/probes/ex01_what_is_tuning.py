"""What topic 1's misconceptions answer differently.

Of a refusal only one thing is asked: whether it was a ValueError. Of a split, only facts are asked
that hold whatever the generator is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from grader.labs.common import GlobalState
from grader.probes import outcome
from grader.subject import Subject
from grader.values import to_plain

_NETWORK = "ex01_what_is_tuning:network"
_LAYERS: list[Any] = [
    ("Linear", 5, 4),
    ("BatchNorm1d", 4),
    [("PReLU",), [("Linear", 4, 3)]],
    ("Linear", 3, 7),
]
_TIED: list[Any] = [("Embedding", 9, 4), ("Linear", 4, 9)]
_TIES = [(1, 0)]


def count_parameters(submission: Subject) -> dict[str, object]:
    """Networks in which each way to miscount gives a number of its own."""

    def count(**network: object) -> object:
        return submission.build(_NETWORK, **network).count(submission.count_parameters)

    return {
        "plain": outcome(count, layers=[("Linear", 5, 4), ("Linear", 4, 3)]),
        "varied": outcome(count, layers=_LAYERS),
        "frozen": outcome(count, layers=_LAYERS, frozen=["0.weight", "1.bias", "2.1.0.weight"]),
        "tied": outcome(count, layers=_TIED, ties=_TIES),
        "tied and frozen": outcome(count, layers=_TIED, ties=_TIES, frozen=["0.weight"]),
    }


def split_settings(submission: Subject) -> dict[str, object]:
    """What is listed for one group and for several, and what is left behind."""

    def split(**network: object) -> list[Any]:
        lab = submission.build(_NETWORK, layers=network.pop("layers", _LAYERS), **network)
        hyperparameters, parameters = lab.split(submission.split_settings)
        names = sorted(hyperparameters)
        values = {n: hyperparameters[n] for n in names if n in ("lr", "decay", "betas")}
        return [names, values, to_plain(parameters)]

    def kept() -> bool:
        lab = submission.build(_NETWORK, layers=_LAYERS, groups=groups, defaults=defaults)
        before = lab.state()
        lab.split(submission.split_settings)
        after: object = lab.state()
        return bool(to_plain(after) == to_plain(before))

    defaults = {"lr": 0.5, "decay": 0.0, "betas": (0.5, 0.75), "rule": "cosine"}
    groups = [
        {"params": ["0.weight", "0.bias"], "lr": 0.125, "decay": 1.0},
        {"params": ["2.1.0.weight", "2.1.0.bias"], "lr": 0.25, "decay": 1.0},
        {"params": ["3.weight"], "lr": 0.125, "decay": 1.0, "betas": (0.25, 0.5)},
    ]
    later = [{"lr": 0.375, "initial_lr": 0.5}]
    frozen = ["0.weight", "3.bias"]
    return {
        "one": outcome(lambda: split(defaults=defaults)),
        "later": outcome(lambda: split(defaults=defaults, later=later)),
        "several": outcome(lambda: split(defaults=defaults, groups=groups)),
        "frozen": outcome(lambda: split(defaults=defaults, frozen=frozen)),
        "tied": outcome(lambda: split(layers=_TIED, ties=_TIES)),
        "kept": outcome(kept),
    }


def three_way_split(submission: Subject) -> dict[str, object]:
    """Sizes, overlaps, order, what decides the split, and what is refused."""

    def parts(n: int, fractions: Sequence[float], seed: int = 0) -> list[list[int]]:
        train, val, test = to_plain(submission.three_way_split(n, fractions, seed))
        return [train, val, test]

    def covered(n: int, fractions: Sequence[float]) -> dict[str, object]:
        sets = parts(n, fractions)
        dealt = [index for part in sets for index in part]
        return {
            "lost": len(set(range(n)) - set(dealt)) > 0,
            "twice": len(dealt) > len(set(dealt)),
            "twice in one": any(len(part) > len(set(part)) for part in sets),
            "beyond": bool(set(dealt) - set(range(n))),
        }

    def near(n: int, fractions: Sequence[float]) -> list[bool]:
        sizes = map(len, parts(n, fractions))
        return [abs(s - n * f) <= 2 + 1e-6 for s, f in zip(sizes, fractions, strict=True)]

    def sets_overlap() -> list[bool]:
        train, val, test = map(set, parts(1000, (0.6, 0.2, 0.2)))
        return [bool(train & val), bool(train & test), bool(val & test)]

    def sorted_cut() -> list[bool]:
        """Whether each set is one run of neighbors."""
        return [max(part) - min(part) < len(part) for part in parts(900, (0.5, 0.3, 0.2))]

    def empty(fractions: Sequence[float]) -> list[bool]:
        return [not part for part in parts(4, fractions)]

    def seeds() -> dict[str, bool]:
        state: GlobalState = submission.build("common:global_state")
        drawn = []
        for seed, elsewhere in ((0, 1), (0, 1), (0, 2), (1, 1)):
            state.seed(elsewhere)
            before = state.digest()
            drawn.append(parts(300, (0.5, 0.3, 0.2), seed))
            untouched = state.digest() == before
        return {
            "repeats": drawn[0] == drawn[1],
            "follows the global state": drawn[0] != drawn[2],
            "follows the seed": drawn[0] != drawn[3],
            "leaves the global state": untouched,
        }

    call = submission.three_way_split
    return {
        "covered": outcome(lambda: [covered(101, (0.6, 0.2, 0.2)), covered(39, (0.3, 0.3, 0.4))]),
        "sizes": outcome(lambda: [near(1000, (0.7, 0.2, 0.1)), near(101, (0.5, 0.3, 0.2))]),
        "overlaps": outcome(sets_overlap),
        "cut in order": outcome(sorted_cut),
        "empty": outcome(lambda: empty((0.25, 0.375, 0.375))),
        "seeds": outcome(seeds),
        "refused": _refused(
            lambda: call(100, (0.6, 0.2, 0.1), 0),
            lambda: call(100, (60, 20, 20), 0),
            lambda: call(100, (0.75, 0.25), 0),
            lambda: call(100, (0.75, 0.25, 0.0), 0),
            lambda: call(7, (0.75, 0.125, 0.125), 0),
        ),
    }


def expected_best(submission: Subject) -> dict[str, object]:
    """Few scores in an order of their own, all numbers of trials, and what is refused."""
    call = submission.expected_best
    scores = [0.7, 0.1, 0.9, 0.4, 0.2]

    def kept() -> bool:
        lab = submission.build("ex02_manual_tuning:arguments", scores=scores, n=2)
        return bool(to_plain(lab.after(call)["scores"]) == scores)

    return {
        **{f"best of {n}": outcome(call, list(scores), n) for n in range(1, 6)},
        "negative": outcome(call, [-3.0, -1.0, -2.0, -7.0], 2),
        "kept": outcome(kept),
        "refused": _refused(
            lambda: call([0.5, 0.7], 0),
            lambda: call([0.5, 0.7], 3),
            lambda: call([0.5, math.nan, 0.7], 2),
        ),
    }


def _refused(*calls: Callable[[], object]) -> list[bool]:
    """Tell of each call whether it raised a ValueError."""
    return [outcome(call) == {"raises": "ValueError"} for call in calls]
