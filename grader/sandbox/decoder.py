"""Nodes into values, trusting nothing; `wire` describes both."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.sandbox.frames import WireError
from grader.sandbox.wire import (
    DTYPES,
    MAX_DEPTH,
    MAX_DICT,
    MAX_DIGITS,
    MAX_DIMENSIONS,
    MAX_NODES,
    MAX_STRING,
    NON_FINITE,
    SAFE_INT,
    Node,
)


class Decoder:
    """Turns the nodes of one frame back into values, trusting nothing.

    Args:
        buffers: The frame's buffers; each may be used once, so no two values share memory.
        foreign: Makes the stand-in for an object of the sender, from ["h", …]'s items.
        own: Finds an object of this side by its id; raises KeyError for an unknown one.
        tensors: Whether tensors stay torch tensors (in the worker) or become NumPy arrays.
    """

    def __init__(
        self,
        buffers: Sequence[bytearray],
        *,
        foreign: Callable[[Sequence[Node]], object],
        own: Callable[[int], object],
        tensors: bool,
    ) -> None:
        """Start on one frame."""
        self._unused: dict[int, bytearray] = dict(enumerate(buffers))
        self._foreign = foreign
        self._own = own
        self._tensors = tensors
        self._nodes = 0

    def decode(self, node: Node, depth: int = 0) -> Any:
        """The value of `node`.

        Raises:
            WireError: If the node is malformed, too deep, too large, or shares a buffer.
        """
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise WireError("too many values")
        if depth > MAX_DEPTH:
            raise WireError("nested too deep")
        kind = type(node)
        if node is None or kind is bool or kind is float:
            return node
        if kind is int:
            if not -SAFE_INT < node < SAFE_INT:
                raise WireError("an integer out of range")
            return node
        if kind is str:
            if len(node) > MAX_STRING:
                raise WireError("a string is too long")
            return node
        if kind is not list or not node or type(node[0]) is not str:
            raise WireError("a malformed node")
        decode = _DECODERS.get(node[0])
        if decode is None:
            raise WireError("a node of unknown kind")
        try:
            return decode(self, node[1:], depth)
        except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
            raise WireError(f"a malformed node ({type(error).__name__})") from None

    def _integer(self, parts: Sequence[Node], depth: int) -> int:
        (digits,) = parts
        if type(digits) is not str or len(digits) > MAX_DIGITS + 1:
            raise WireError("a malformed integer")
        return int(digits)

    def _non_finite(self, parts: Sequence[Node], depth: int) -> float:
        (name,) = parts
        return NON_FINITE[name]

    def _raw(self, parts: Sequence[Node], depth: int) -> bytes:
        (index,) = parts
        return bytes(self._take(index))

    def _list(self, parts: Sequence[Node], depth: int) -> list[object]:
        (items,) = parts
        if type(items) is not list:
            raise WireError("a malformed list")
        return [self.decode(item, depth + 1) for item in items]

    def _tuple(self, parts: Sequence[Node], depth: int) -> tuple[object, ...]:
        return tuple(self._list(parts, depth))

    def _dict(self, parts: Sequence[Node], depth: int) -> dict[object, object]:
        (pairs,) = parts
        if type(pairs) is not list or len(pairs) > MAX_DICT:
            raise WireError("a malformed dict")
        result: dict[object, object] = {}
        for key_node, value_node in pairs:
            key = self.decode(key_node, depth + 1)
            _check_key(key)
            result[key] = self.decode(value_node, depth + 1)
        if len(result) != len(pairs):  # 1, 1.0 and True are one key
            raise WireError("a dict whose keys collide")
        return result

    def _array(self, parts: Sequence[Node], depth: int) -> np.ndarray[Any, Any]:
        name, shape, index = parts
        if type(name) is not str or name not in DTYPES:
            raise WireError("an array of unknown dtype")
        if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
            raise WireError("an array of malformed shape")
        if not all(type(size) is int and 0 <= size < 1 << 31 for size in shape):
            raise WireError("an array of malformed shape")
        dtype = np.dtype(name)
        data = self._take(index)
        if math.prod(shape) * dtype.itemsize != len(data):
            raise WireError("an array whose size is not that of its data")
        return np.frombuffer(data, dtype=dtype).reshape(shape)

    def _scalar(self, parts: Sequence[Node], depth: int) -> object:
        name, digits = parts
        if type(name) is not str or name not in DTYPES:
            raise WireError("a number of unknown dtype")
        dtype = np.dtype(name)
        if type(digits) is not str or len(digits) != 2 * dtype.itemsize:
            raise WireError("a number whose size is not that of its dtype")
        try:
            return np.frombuffer(bytes.fromhex(digits), dtype=dtype)[0]
        except ValueError:  # no hexadecimal digits, or spaces between them
            raise WireError("a number of malformed digits") from None

    def _tensor(self, parts: Sequence[Node], depth: int) -> object:
        array = self._array(parts, depth)
        if not self._tensors:
            return array
        import torch

        if array.size == 0:  # from_numpy refuses some empty buffers
            return torch.from_numpy(array.copy())
        return torch.from_numpy(array)

    def _stand_in(self, parts: Sequence[Node], depth: int) -> object:
        return self._foreign(parts)

    def _own_object(self, parts: Sequence[Node], depth: int) -> object:
        (number,) = parts
        if type(number) is not int:
            raise WireError("a malformed reference")
        return self._own(number)

    def _take(self, index: Node) -> bytearray:
        if type(index) is not int or index not in self._unused:
            raise WireError("a buffer that is absent or used twice")
        return self._unused.pop(index)


_DECODERS: dict[str, Callable[[Decoder, Sequence[Node], int], object]] = {
    "i": Decoder._integer,
    "f": Decoder._non_finite,
    "b": Decoder._raw,
    "l": Decoder._list,
    "t": Decoder._tuple,
    "d": Decoder._dict,
    "a": Decoder._array,
    "n": Decoder._scalar,
    "T": Decoder._tensor,
    "h": Decoder._stand_in,
    "o": Decoder._own_object,
}


def _check_key(key: object) -> None:
    """Keys have bounded, cheap hashes: no crafted integers, no long or nested tuples."""
    items = key if type(key) is tuple else (key,)
    if len(items) > 64:
        raise WireError("a dict key is too long")
    for item in items:
        if item is None or type(item) in (bool, float, str, bytes):
            continue
        if type(item) is int and -SAFE_INT < item < SAFE_INT:
            continue
        raise WireError("a dict key of this type does not cross")
