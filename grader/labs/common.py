"""Labs that several topics share."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np


def rng(seed: int) -> np.random.Generator:
    """A NumPy generator, so that two builds with one seed draw the same numbers."""
    return np.random.default_rng(seed)


def global_state() -> GlobalState:
    """A hand on the random state that belongs to nobody."""
    return GlobalState()


class GlobalState:
    """The global generators of NumPy and of Python."""

    def seed(self, value: int) -> None:
        """Seed both."""
        np.random.seed(value)
        random.seed(value)

    def digest(self) -> str:
        """Digest of both states, hex: it changes when either is drawn from or seeded."""
        name, key, position, *_ = np.random.get_state(legacy=True)
        state = np.asarray(key).tobytes() + repr((name, position, random.getstate())).encode()
        return hashlib.sha256(state).hexdigest()


def patience() -> Patience:
    """Calls that are given up, for arguments with which a loop never ends if none refuses them."""
    return Patience()


class Patience:
    """Counts lines where a deadline would not do: one that passes costs a task all its points."""

    def wait_for(self, function: Callable[..., Any], *args: object, lines: int = 10_000) -> Any:
        """Call `function(*args)`.

        Raises:
            RuntimeError: If it has not returned after so many lines of Python.
        """
        left = lines

        def count(frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
            nonlocal left
            left -= 1
            if left < 0:
                raise RuntimeError(f"{function.__name__} was still running after {lines} lines.")
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            return function(*args)
        finally:
            sys.settrace(before)
