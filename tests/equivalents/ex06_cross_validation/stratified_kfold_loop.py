"""Plain Python: cards are dealt one by one, and the rows of a class wait in a queue."""

from __future__ import annotations

import warnings


def stratified_kfold(y, k):
    if k < 2:
        raise ValueError("k")
    members = {}
    for row, label in enumerate(y):
        members.setdefault(label, []).append(row)
    if all(len(rows) < k for rows in members.values()):
        raise ValueError("k is above every class")
    if any(len(rows) < k for rows in members.values()):
        warnings.warn("a rare class")  # noqa: B028
    cards = [label for label, rows in members.items() for _ in rows]
    due = [dict.fromkeys(members, 0) for _ in range(k)]
    for position, label in enumerate(cards):
        due[position % k][label] += 1
    folds = []
    for i in range(k):
        test = []
        for label, rows in members.items():
            before = sum(due[j][label] for j in range(i))
            test += rows[before : before + due[i][label]]
        folds.append(([row for row in range(len(y)) if row not in test], test))
    return folds
