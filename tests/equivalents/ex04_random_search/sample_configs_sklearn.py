"""scikit-learn's own sampler, seeded from the generator; it warns by itself."""

from __future__ import annotations


def sample_configs(space, n, rng):
    from sklearn.model_selection import ParameterSampler

    if n < 1:
        raise ValueError("n")
    if any(isinstance(value, str) for value in space.values()):
        raise TypeError("a string")
    if any(isinstance(value, list) and not value for value in space.values()):
        raise ValueError("an empty list")
    return list(ParameterSampler(space, n, random_state=int(rng.integers(2**31))))
