"""Topic 4: spaces with real distributions.

A space is described by plain values, so that it can cross: a list stands for choices, a tuple
`(name, *arguments)` for a distribution of `scipy.stats`, and anything else for itself.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np


def space_lab(space: Mapping[str, object], seed: int) -> SpaceLab:
    """A lab with that space and a generator of its own, seeded with `seed`."""
    return SpaceLab(space, np.random.default_rng(seed))


class SpaceLab:
    """Calls the learner's functions with a space of lists and of distributions."""

    def __init__(self, space: Mapping[str, object], rng: np.random.Generator) -> None:
        """Build the space; `rng` goes to the learner's functions."""
        self._space = {name: _value(description) for name, description in space.items()}
        self._rng = rng
        self._warned: list[str] = []

    def draw(self, sample_configs: Callable[..., Any], n: int, times: int = 1) -> list[Any]:
        """Call `sample_configs(space, n, rng)` that many times with one generator.

        Returns:
            What each call returned.
        """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            drawn = [sample_configs(self._space, n, self._rng) for _ in range(times)]
        self._note(caught)
        return drawn

    def search(
        self,
        random_search: Callable[..., Any],
        objective: Callable[..., Any],
        n: int,
        mode: str | None = None,
    ) -> Any:
        """Return what `random_search(objective, space, n, rng, mode)` returns; None is no `mode`.

        Whatever `sample_configs` the learner has, scikit-learn's sampler stands in for it.
        """
        with _library_sampler(random_search), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            direction = () if mode is None else (mode,)
            result = random_search(objective, self._space, n, self._rng, *direction)
        self._note(caught)
        return result

    def warned(self) -> list[str]:
        """Categories of all warnings so far, by name; a subclass of UserWarning counts as it."""
        return list(self._warned)

    def lists(self) -> dict[str, list[Any]]:
        """The space's lists of choices as they are now."""
        return {name: list(value) for name, value in self._space.items() if isinstance(value, list)}

    def names(self) -> list[str]:
        """The space's names as they are now, in order."""
        return list(self._space)

    def _note(self, caught: list[warnings.WarningMessage]) -> None:
        for warning in caught:
            user = issubclass(warning.category, UserWarning)
            self._warned.append("UserWarning" if user else warning.category.__name__)


@contextmanager
def _library_sampler(function: Callable[..., Any]) -> Iterator[None]:
    """Let calls of `sample_configs` in `function` go to scikit-learn meanwhile.

    A generator and a distribution cannot leave the process, so nothing outside it can stand in.
    """
    names: dict[str, Any] = getattr(function, "__globals__", {})
    own = names.get("sample_configs")
    if own is None:
        yield
        return

    def sample(space: Mapping[str, Any], n: int, rng: np.random.Generator) -> list[dict[str, Any]]:
        from sklearn.model_selection import ParameterSampler

        return list(ParameterSampler(space, n, random_state=int(rng.integers(2**31))))

    names["sample_configs"] = sample
    try:
        yield
    finally:
        names["sample_configs"] = own


def _value(description: object) -> Any:
    if isinstance(description, list):
        return list(description)
    if isinstance(description, tuple):
        from scipy import stats

        name, *arguments = description
        return getattr(stats, name)(*arguments)
    return description
