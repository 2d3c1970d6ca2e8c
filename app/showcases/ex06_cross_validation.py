"""Pictures of topic 6's tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.labs.own_folds import read_folds
from app.own_call import Call
from app.showcases.model import Axis, Points, Showcase

_N, _K = 23, 5
_LABELS = ("cat",) * 12 + ("dog",) * 8 + ("eel",) * 5
_N_SERIES, _K_SERIES, _GAP, _MAX_TRAIN = 30, 4, 2, 10
_BELOW = 0.3  # where training rows are drawn, beneath the tests of their fold


def _tests(k: int, n: int) -> Callable[[Sequence[Any]], Points]:
    def points(values: Sequence[Any]) -> Points:
        folds = read_folds(values[0], k, n)
        dots = [(row, fold) for fold, (_, test) in enumerate(folds, start=1) for row in test]
        return [float(row) for row, _ in dots], [float(fold) for _, fold in dots]

    return points


def _walk(values: Sequence[Any]) -> Points:
    folds = read_folds(values[0], _K_SERIES, _N_SERIES)
    dots = [
        (row, fold - below)
        for fold, (train, test) in enumerate(folds, start=1)
        for rows, below in ((train, _BELOW), (test, 0.0))
        for row in rows
    ]
    return [float(row) for row, _ in dots], [float(height) for _, height in dots]


SHOWCASES = (
    Showcase(
        "kfold",
        (Call("kfold", (_N, _K)),),
        _tests(_K, _N),
        Axis("row", (0, _N - 1)),
        Axis("fold that tests it", (0.5, _K + 0.5)),
        "A staircase: each row is tested once, and the first three steps are one row longer.",
        style="points",
    ),
    Showcase(
        "stratified_kfold",
        (Call("stratified_kfold", (_LABELS, _K)),),
        _tests(_K, len(_LABELS)),
        Axis("row, sorted by class: 12, 8 and 5 of them", (0, len(_LABELS) - 1)),
        Axis("fold that tests it", (0.5, _K + 0.5)),
        "A staircase for each of the three classes, so that every fold tests some of each.",
        style="points",
    ),
    Showcase(
        "time_series_split",
        (Call("time_series_split", (_N_SERIES, _K_SERIES, _GAP, None, _MAX_TRAIN)),),
        _walk,
        Axis("row, in order of time", (0, _N_SERIES - 1)),
        Axis("fold (training rows a little below)", (0.5, _K_SERIES + 0.5)),
        "Training comes first, then a gap of 2 rows, then the test; at most 10 rows are kept.",
        style="points",
    ),
)
