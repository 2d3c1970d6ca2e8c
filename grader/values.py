"""Learners' results as raw values: what a check compares and what a message shows.

A right answer may come as a list, a tuple, an array, a tensor or a 0-d array. Comparisons look at
raw numbers only, so an object with its own `__eq__` gains nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_SHOWN = 8  # items of a sequence that a message shows before it says how many there are
_SCALARS = frozenset({bool, int, float, str})


def to_array(value: object) -> npt.NDArray[np.float64]:
    """Return `value` as a float64 array of its own shape.

    Raises:
        TypeError: If it does not hold numbers only.
    """
    try:
        array = np.asarray(_detached(value), dtype=object)
        if any(isinstance(item, str | bytes | type(None)) for item in array.flat):
            raise TypeError
        return np.asarray(_detached(value), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):  # overflow: a whole number no float can hold
        raise TypeError(f"expected numbers, but got {show(value)}") from None


def to_plain(value: object) -> Any:
    """Return `value` with arrays and tuples as lists and NumPy scalars as Python's.

    Dictionaries keep their order. Objects without a plain form come back as they are.
    """
    if value is None or type(value) in _SCALARS:  # most are, and the checks below add up
        return value
    value = _detached(value)
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {to_plain(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def same(got: object, expected: object, *, rtol: float = 0.0, atol: float = 0.0) -> bool:
    """Tell whether two plain values are equal, numbers within tolerance, NaN equal to NaN."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return type(got) is type(expected) and got == expected
    if isinstance(expected, int | float) and isinstance(got, int | float):
        try:
            if math.isnan(expected) or math.isnan(got):
                return math.isnan(expected) and math.isnan(got)
            return got == expected or abs(got - expected) <= atol + rtol * abs(expected)
        except OverflowError:  # a whole number that no float can hold is near to itself only
            return got == expected
    if isinstance(expected, list) and isinstance(got, list):
        return len(got) == len(expected) and all(
            same(a, b, rtol=rtol, atol=atol) for a, b in zip(got, expected, strict=True)
        )
    if isinstance(expected, dict) and isinstance(got, dict):
        return got.keys() == expected.keys() and all(
            same(got[key], item, rtol=rtol, atol=atol) for key, item in expected.items()
        )
    return type(got) is type(expected) and got == expected


def show(value: object, limit: int = 200) -> str:
    """Write a value for a message: six significant digits, long sequences cut."""
    text = _shown(to_plain(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def show_call(
    function: Callable[..., object], args: Sequence[object], kwargs: Mapping[str, object]
) -> str:
    """Write a call as a learner would, with what has no short form by the name of its kind."""
    named = [f"{name}={_argument(value)}" for name, value in kwargs.items()]
    arguments = ", ".join([*map(_argument, args), *named])
    return f"{getattr(function, '__name__', 'function')}({arguments})"


def _argument(value: object) -> str:
    plain = to_plain(value)
    if plain is None or isinstance(plain, bool | int | float | str | list | dict):
        return show(plain, 60)
    if isinstance(plain, np.random.Generator) or getattr(plain, "__name__", "") == "Generator":
        return "rng"
    return str(getattr(plain, "__name__", type(plain).__name__)).replace("<lambda>", "…")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}" if not value.is_integer() or abs(value) >= 1e6 else f"{value:.1f}"
    if isinstance(value, list):
        items = [_shown(item) for item in value[:_SHOWN]]
        more = [f"… {len(value)} in all"] if len(value) > _SHOWN else []
        return "[" + ", ".join(items + more) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_shown(item)}" for key, item in value.items()) + "}"
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    return f"an object of type {type(value).__name__}"


def _detached(value: object) -> object:
    """Turn a torch tensor into an array without importing torch."""
    if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    return value
