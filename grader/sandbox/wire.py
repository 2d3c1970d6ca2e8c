"""Plain values as JSON nodes plus raw buffers, and back; bounded, with no class lookup.

A node is null, a boolean, a number or a string, or a list whose first item names its kind:

    ["i", digits]              an integer beyond 2**53     ["f", "nan" | "inf" | "-inf"]
    ["b", buffer]              bytes                       ["l", items]  ["t", items]
    ["d", [[key, value], …]]   a dict, in order            ["n", dtype, buffer]  a NumPy scalar
    ["a", dtype, shape, buffer]  a NumPy array             ["T", dtype, shape, buffer]  a tensor
    ["h", id, …]               an object of the sender     ["o", id]  an object of the receiver
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.sandbox.frames import MAX_BUFFER_BYTES, WireError

MAX_NODES = 200_000
MAX_DEPTH = 32
MAX_DICT = 4096
MAX_STRING = 256 << 10
MAX_DIGITS = 1000
MAX_DIMENSIONS = 8
_SAFE_INT = 1 << 53
_DTYPES = frozenset(
    ("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8")
)
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

Node = Any  # a JSON value
Reference = tuple[str, Sequence[Node]]


class DoesNotCross(TypeError):
    """A value that has no plain form; the text names its type."""


class Encoder:
    """Turns the values of one frame into nodes; `buffers` collects the raw data.

    Only exact types count as plain. What is not plain goes to `other`, which a side overrides to
    lend the object as a handle or to reduce it to a plain value.
    """

    def __init__(self) -> None:
        """Start an empty frame."""
        self.buffers: list[bytes] = []
        self._bytes = 0
        self._nodes = 0

    def encode(self, value: object, depth: int = 0) -> Node:
        """The node for `value`.

        Raises:
            DoesNotCross: If `value`, or something in it, has no plain form.
            WireError: If it is too deep or too large.
        """
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise WireError(f"it holds more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            raise WireError(f"it is nested more than {MAX_DEPTH} deep")
        kind = type(value)
        encode = _ENCODERS.get(kind)
        if encode is not None:
            return encode(self, value, depth)
        if isinstance(value, np.generic) and kind.__module__ == "numpy":
            return self._scalar(value)
        torch = sys.modules.get("torch")
        if torch is not None and kind in (torch.Tensor, torch.nn.Parameter):
            return self._tensor(value)
        return self.other(value, depth)

    def other(self, value: object, depth: int) -> Node:
        """The node for a value that is not plain; the base refuses it."""
        raise DoesNotCross(f"a value of type {type(value).__name__} does not cross")

    def _integer(self, value: int, depth: int) -> Node:
        if -_SAFE_INT < value < _SAFE_INT:
            return value
        if value.bit_length() > 3 * MAX_DIGITS:
            raise WireError(f"it holds an integer of more than {MAX_DIGITS} digits")
        return ["i", str(value)]

    def _float(self, value: float, depth: int) -> Node:
        return value if math.isfinite(value) else ["f", repr(value)]

    def _string(self, value: str, depth: int) -> Node:
        if len(value) > MAX_STRING:
            raise WireError(f"it holds a string of more than {MAX_STRING >> 10} KB")
        return value

    def _raw(self, value: bytes, depth: int) -> Node:
        return ["b", self._buffer(value)]

    def _list(self, value: list[object], depth: int) -> Node:
        return ["l", [self.encode(item, depth + 1) for item in value]]

    def _tuple(self, value: tuple[object, ...], depth: int) -> Node:
        return ["t", [self.encode(item, depth + 1) for item in value]]

    def _dict(self, value: dict[object, object], depth: int) -> Node:
        if len(value) > MAX_DICT:
            raise WireError(f"it holds a dict of more than {MAX_DICT} entries")
        return [
            "d",
            [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()],
        ]

    def _array(self, value: np.ndarray[Any, Any], depth: int) -> Node:
        dtype = value.dtype.newbyteorder("<").str
        if dtype not in _DTYPES:
            raise DoesNotCross(f"an array of dtype {value.dtype.name} does not cross")
        data = np.ascontiguousarray(value, dtype=dtype)
        return ["a", dtype, list(value.shape), self._buffer(data.tobytes())]

    def _scalar(self, value: np.generic) -> Node:
        dtype = value.dtype.str
        if dtype not in _DTYPES:
            raise DoesNotCross(f"a number of type {value.dtype.name} does not cross")
        return ["n", dtype, self._buffer(value.tobytes())]

    def _tensor(self, value: Any) -> Node:
        import torch

        if value.layout != torch.strided:
            raise DoesNotCross(f"a tensor of layout {value.layout} does not cross")
        plain = value.detach().cpu().resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:  # NumPy has no such type; float32 holds it exactly
            plain = plain.float()
        if plain.is_complex() or plain.is_quantized:
            raise DoesNotCross(f"a tensor of dtype {value.dtype} does not cross")
        _, dtype, shape, buffer = self._array(plain.numpy(), 0)
        return ["T", dtype, shape, buffer]

    def _buffer(self, data: bytes) -> int:
        self._bytes += len(data)
        if self._bytes > MAX_BUFFER_BYTES:
            raise WireError(f"it holds more than {MAX_BUFFER_BYTES >> 20} MB of data")
        self.buffers.append(data)
        return len(self.buffers) - 1


_ENCODERS: dict[type, Callable[[Encoder, Any, int], Node]] = {
    type(None): lambda _encoder, value, _depth: value,
    bool: lambda _encoder, value, _depth: value,
    int: Encoder._integer,
    float: Encoder._float,
    str: Encoder._string,
    bytes: Encoder._raw,
    list: Encoder._list,
    tuple: Encoder._tuple,
    dict: Encoder._dict,
    np.ndarray: Encoder._array,
}


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
            if not -_SAFE_INT < node < _SAFE_INT:
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
        return _NON_FINITE[name]

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
        if type(name) is not str or name not in _DTYPES:
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
        name, index = parts
        return self._array((name, [], index), depth)[()]

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
        if type(item) is int and -_SAFE_INT < item < _SAFE_INT:
            continue
        raise WireError("a dict key of this type does not cross")
