"""Subclasses are reduced to what they hold, whatever they claim."""

from __future__ import annotations

from collections import Counter, namedtuple
from enum import IntEnum
from typing import Any

import numpy as np
import pytest

from grader.sandbox import plain


class LyingFloat(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__

    def __float__(self) -> float:
        return 99.0

    @property
    def __class__(self) -> Any:
        return list


class LyingList(list[int]):
    def __iter__(self) -> Any:
        return iter([99])

    def __getitem__(self, key: Any) -> Any:
        return 99

    def __len__(self) -> int:
        return 99


class LyingDict(dict[str, int]):
    def items(self) -> Any:
        return [("a", 99)]


class LyingArray(np.ndarray[Any, Any]):
    def view(self, *args: Any, **kwargs: Any) -> Any:
        return np.full(2, 99.0)

    def tobytes(self, order: Any = "C") -> bytes:
        return bytes(16)


class Color(IntEnum):
    RED = 3


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (LyingFloat(0.5), 0.5),
        (LyingList([1, 2]), [1, 2]),
        (LyingDict(a=1), {"a": 1}),
        (Color.RED, 3),
        (Point(1, 2), (1, 2)),
        (Counter("aab"), {"a": 2, "b": 1}),
        (bytearray(b"ab"), b"ab"),
        (np.float64(0.5), 0.5),
    ],
)
def test_a_subclass_is_reduced_to_its_raw_value(value: object, raw: object) -> None:
    reduced = plain.reduce(value)
    assert type(reduced) is type(raw)
    assert reduced == raw


def test_an_array_subclass_is_reduced_to_its_raw_data() -> None:
    lying = np.ndarray.view(np.array([1.0, 2.0]), LyingArray)
    reduced = plain.reduce(lying)
    assert type(reduced) is np.ndarray
    assert reduced.tolist() == [1.0, 2.0]


def test_an_object_without_a_raw_value_is_left_alone() -> None:
    assert not plain.is_reducible(object())
    with pytest.raises(TypeError, match="object"):
        plain.reduce(object())
