"""Reduces instances of builtin and array types' subclasses to the raw value they hold.

Nothing a subclass overrides is asked, so an object that claims to equal everything crosses as the
number or list that it really is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

_EVERYTHING = slice(None)

_RAW: tuple[tuple[type, Callable[[Any], object]], ...] = (
    (int, int.__index__),
    (float, float.__float__),
    (str, str.__str__),
    (bytes, lambda value: bytes.__getitem__(value, _EVERYTHING)),
    (bytearray, lambda value: bytes(bytearray.__getitem__(value, _EVERYTHING))),
    (list, lambda value: list.__getitem__(value, _EVERYTHING)),
    (tuple, lambda value: tuple.__getitem__(value, _EVERYTHING)),
    (dict, lambda value: dict(dict.items(value))),
    (np.ndarray, lambda value: np.ndarray.view(value, np.ndarray)),
)


def is_reducible(value: object) -> bool:
    """Whether `reduce` has a raw form for this value."""
    return _reduction(value) is not None


def reduce(value: object) -> object:
    """The raw builtin value, array or tensor that `value` holds.

    Raises:
        TypeError: If it is none of these.
    """
    raw = _reduction(value)
    if raw is None:
        raise TypeError(f"type {type(value).__name__} holds no raw value")
    return raw(value)


def _reduction(value: object) -> Callable[[Any], object] | None:
    bases = type.mro(type(value))  # `isinstance` would believe a forged __class__
    for base, raw in _RAW:
        if base in bases:
            return raw
    torch = sys.modules.get("torch")
    if torch is not None and torch.Tensor in bases:
        return lambda tensor: torch.Tensor.as_subclass(tensor, torch.Tensor)
    return None
