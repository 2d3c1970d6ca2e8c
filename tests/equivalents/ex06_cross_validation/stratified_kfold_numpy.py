"""Ranks within the classes against running totals of the shares, all vectorized."""

from __future__ import annotations

import warnings

import numpy as np


class RareClass(UserWarning):
    pass


def stratified_kfold(y, k):
    labels = np.asarray(y)
    _, first, inverse, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    code = np.argsort(order)[inverse]
    counts = counts[order]
    if not 2 <= k <= max(counts):
        raise ValueError("k")
    if k > min(counts):
        warnings.warn("a rare class", RareClass, stacklevel=2)
    ends = np.cumsum(counts)
    cards = np.repeat(np.arange(len(counts)), counts)
    shares = np.zeros((k, len(counts)), dtype=int)
    np.add.at(shares, (np.arange(len(cards)) % k, cards), 1)
    totals = np.cumsum(shares, axis=0)
    by_class = np.argsort(code, kind="stable")
    rank = np.empty(len(code), dtype=int)
    rank[by_class] = np.arange(len(code)) - np.repeat(ends - counts, counts)
    fold = np.sum(rank[:, None] >= totals.T[code], axis=1)
    rows = np.arange(len(code))
    return [[rows[fold != i], rows[fold == i]] for i in range(k)]
