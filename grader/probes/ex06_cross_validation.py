"""Topic 6: what each task's submission is asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from grader.labs.common import GlobalState
from grader.probes import outcome
from grader.subject import Subject
from grader.values import to_plain

_NAN = math.nan
_LAB = "ex06_cross_validation:fold_lab"
_SPLIT_LAB = "ex06_cross_validation:split_lab"
_FOLDS = [([2, 3, 4, 5], [0, 1]), ([0, 1, 4, 5], [2, 3]), ([0, 1, 2, 3], [4, 5])]
_OUTER = [([4, 5, 6, 7, 8, 9], [0, 1, 2, 3]), ([0, 1, 2, 3, 8, 9], [4, 5, 6, 7])]


def kfold(submission: Subject) -> dict[str, object]:
    """Which rows are where, what shuffling and seeds do, and what is refused."""

    def shuffled(seed: int | None, n: int = 60, k: int = 5) -> Any:
        return to_plain(submission.kfold(n, k, shuffle=True, seed=seed))

    def once(seed: int) -> list[object]:
        """Sizes of the test sets, whether each row is tested once, and trained on otherwise."""
        folds = shuffled(seed, 14, 4)
        tested = sorted(row for _, test in folds for row in test)
        others = [sorted(set(range(14)) - set(test)) for _, test in folds]
        return [
            [len(test) for _, test in folds],
            tested == list(range(14)),
            [sorted(train) for train, _ in folds] == others,
        ]

    def spread() -> bool:
        """Tell whether no shuffled test set is a block of neighbors."""
        tests = [sorted(test) for _, test in shuffled(3, 40, 4)]
        return all(test[-1] - test[0] > len(test) - 1 for test in tests)

    def agree(*seeds: int | None) -> bool:
        first, *others = [shuffled(seed) for seed in seeds]
        return all(folds == first for folds in others)

    def touched() -> bool:
        state: GlobalState = submission.build("common:global_state")
        before = state.digest()
        shuffled(3)
        return state.digest() != before

    def split(*args: object, **kwargs: object) -> object:
        return _rows(submission.kfold(*args, **kwargs))

    return {
        "11, 3": outcome(split, 11, 3),
        "6, 3": outcome(split, 6, 3),
        "14, 4": outcome(split, 14, 4),
        "4, 4": outcome(split, 4, 4),
        "shuffled": outcome(lambda: [once(seed) for seed in (1, 2)]),
        "spread": outcome(spread),
        "same seed": outcome(agree, 5, 5),
        "seed 0": outcome(agree, 0, 0),
        "other seed": outcome(agree, 5, 6),
        "no seed": outcome(agree, *[None] * 5),  # five, lest a mere rotation agree by chance
        "global": outcome(touched),
        "k 1": outcome(split, 4, 1),
        "k 0": outcome(split, 4, 0),
        "k above n": outcome(split, 2, 3),
        "seed alone": outcome(split, 6, 3, seed=42),
        "seed 0 alone": outcome(split, 6, 3, seed=0),
    }


def stratified_kfold(submission: Subject) -> dict[str, object]:
    """Folds of sorted, mixed and rare classes, warnings, and what is refused."""
    lab = submission.build(_SPLIT_LAB)

    def split(y: list[Any], k: int, array: bool = False) -> object:
        return _rows(lab.stratified(submission.stratified_kfold, y, k, array)["result"])

    def warns(y: list[Any], k: int) -> bool:
        return bool(lab.stratified(submission.stratified_kfold, y, k)["warned"] > 0)

    return {
        "sorted": outcome(split, ["a"] * 6 + ["b"] * 3, 3),
        "mixed": outcome(split, [7, 3, 3, 7, 7, 3, 7, 3, 7, 3], 3),
        "in turn": outcome(split, [0, 1] * 4, 2),
        "numbers": outcome(split, [1, 0, 1, 0, 1, 0, 1], 2, True),
        "four classes": outcome(split, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], 2),
        "rare": outcome(split, [0, 0, 0, 1], 3),
        "warns": outcome(warns, [0, 0, 0, 1], 3),
        "warns for no reason": outcome(warns, [0, 0, 0, 1, 1, 1], 3),
        "k above all": outcome(split, [0, 0, 1, 1], 3),
        "k 1": outcome(split, [0, 0, 1, 1], 1),
    }


def time_series_split(submission: Subject) -> dict[str, object]:
    """Folds with each setting alone and with all of them, and what is refused."""

    def split(*args: object, **kwargs: object) -> object:
        return to_plain(submission.time_series_split(*args, **kwargs))

    return {
        "11, 3": outcome(split, 11, 3),
        "9, 2": outcome(split, 9, 2),
        "gap": outcome(split, 11, 3, gap=1),
        "gap 3": outcome(split, 16, 3, gap=3),
        "test size": outcome(split, 8, 3, test_size=1),
        "test size 3": outcome(split, 10, 2, test_size=3),
        "max train": outcome(split, 9, 2, max_train=4),
        "max train 1": outcome(split, 9, 2, max_train=1),
        "all": outcome(split, 12, 3, gap=2, test_size=2, max_train=3),
        "gap and max train": outcome(split, 11, 3, gap=1, max_train=3),
        "shortest": outcome(split, 6, 2, gap=1, test_size=2),
        "too short": outcome(split, 6, 2, gap=2, test_size=2),
        "no test rows": outcome(split, 3, 3),
        "k 1": outcome(split, 8, 1),
        "negative gap": outcome(split, 9, 2, gap=-1),
        "test size 0": outcome(split, 9, 2, test_size=0),
        "max train 0": outcome(split, 9, 2, max_train=0),
    }


def cross_validate(submission: Subject) -> dict[str, object]:
    """Which rows models and scalers are shown, what comes back, and what is refused."""

    def run(folds: list[Any], n: int, missing_targets: int = 0) -> object:
        lab = submission.build(_LAB, n=n, missing_targets=missing_targets)
        return lab.run(submission.cross_validate, folds)["result"]

    def seen(pipeline: bool) -> dict[str, Any]:
        lab = submission.build(_LAB, n=6, salt=1, pipeline=pipeline)
        found: dict[str, Any] = lab.run(submission.cross_validate, _FOLDS)
        return found

    plain, piped = outcome(seen, False), outcome(seen, True)
    return {
        "result": _of(plain, lambda found: found["result"]),
        "shape": _of(plain, lambda found: _length(found["result"])),
        "one fold": outcome(run, _FOLDS[:1], 6),
        "fits": _of(plain, lambda found: [sorted(fit["rows"]) for fit in found["fits"]]),
        "scored": _of(plain, lambda found: [sorted(each["rows"]) for each in found["scored"]]),
        "models": _of(plain, lambda found: len({fit["spy"] for fit in found["fits"]})),
        "columns": _of(plain, lambda found: [fit["columns"] for fit in found["fits"]]),
        "scaled": _of(piped, lambda found: [sorted(rows) for rows in found["scaled"]]),
        "no folds": outcome(run, [], 6),
        "lengths": outcome(run, [([0, 1], [2])], 4, 1),
        "shared row": outcome(run, [([0, 1, 2], [2, 3])], 4),
    }


def nested_cv(submission: Subject) -> dict[str, object]:
    """Which configuration is chosen on which rows, what it is judged on, and what comes back."""

    def run(grid: list[Any] | None = None, **options: Any) -> dict[str, Any]:
        lab = submission.build(_LAB, n=10, **options)
        configs = [{"a": 1}, {"a": 2}, {"a": 3, "b": 4}] if grid is None else grid
        found: dict[str, Any] = lab.run_nested(submission.nested_cv, configs, _OUTER, 3)
        return found

    def chosen(grid: list[Any] | None = None, **options: Any) -> Any:
        return _second(run(grid, **options)["result"])

    seen = outcome(run)
    return {
        "scores": _of(seen, lambda found: _first(found["result"])),
        "chosen": _of(seen, lambda found: _second(found["result"])),
        "fits": _of(seen, lambda found: _asked(found["fits"])),
        "scored": _of(seen, lambda found: _asked(found["scored"])),
        "inner": _of(seen, lambda found: found["inner"]),
        "means": outcome(lambda: [chosen(salt=salt) for salt in range(1, 7)]),
        "highest": outcome(chosen, table=[(1, 0.2), (2, 0.9), (3, 0.5)]),
        "ties": outcome(chosen, table=[(1, 0.2), (2, 0.9), (3, 0.9)]),
        "nan": outcome(chosen, table=[(1, 0.9), (2, 0.2), (3, 0.5)], nan_at=[(1, 9)]),
        "low nan": outcome(chosen, table=[(1, 0.1), (2, 0.2), (3, 0.5)], nan_at=[(1, 9)]),
        "nan only": outcome(chosen, [{"a": 1}], table=[(1, _NAN)]),
        "empty grid": outcome(chosen, []),
    }


def _rows(folds: object) -> object:
    """Folds as they came, with the rows of each set sorted where they are rows."""
    plain = to_plain(folds)
    if not isinstance(plain, list):
        return "no list"
    return [
        [sorted(part) if _are_rows(part) else part for part in fold]
        if isinstance(fold, list)
        else fold
        for fold in plain
    ]


def _are_rows(part: object) -> bool:
    return isinstance(part, list) and all(type(row) is int for row in part)


def _of(seen: object, read: Callable[[Mapping[str, Any]], object]) -> object:
    """Read something off what a lab has seen, or pass on that the call raised."""
    if not isinstance(seen, Mapping) or "raises" in seen:
        return seen
    return outcome(read, seen)


def _asked(entries: list[Mapping[str, Any]]) -> list[list[Any]]:
    return sorted([*entry["settings"], *sorted(entry["rows"])] for entry in entries)


def _length(result: object) -> int | str:
    plain = to_plain(result)
    return len(plain) if isinstance(plain, list) else type(plain).__name__


def _first(result: object) -> object:
    plain = to_plain(result)
    return plain[0] if isinstance(plain, list) and len(plain) == 2 else "no pair"


def _second(result: object) -> object:
    plain = to_plain(result)
    return plain[1] if isinstance(plain, list) and len(plain) == 2 else "no pair"
