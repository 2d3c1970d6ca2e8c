"""Pandas' adjusted exponential window is the same average; returns a list."""


def smooth(losses, beta):
    import pandas as pd

    if not (0 <= beta < 1):
        raise ValueError("beta must be in [0, 1)")
    return pd.Series(list(losses), dtype=float).ewm(alpha=1 - beta, adjust=True).mean().tolist()
