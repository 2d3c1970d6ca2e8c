"""scikit-learn's own splitter; without a seed, it is given one from the system."""

from __future__ import annotations


def kfold(n, k, shuffle=False, seed=None):
    import secrets

    from sklearn.model_selection import KFold

    if shuffle and seed is None:
        seed = secrets.randbits(32)
    return list(KFold(n_splits=k, shuffle=shuffle, random_state=seed).split([0] * n))
