"""Values into nodes; `wire` describes both."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.sandbox.frames import MAX_BUFFER_BYTES, WireError
from grader.sandbox.wire import (
    DTYPES,
    MAX_DEPTH,
    MAX_DICT,
    MAX_DIGITS,
    MAX_NODES,
    MAX_STRING,
    SAFE_INT,
    DoesNotCross,
    Node,
)


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
        if -SAFE_INT < value < SAFE_INT:
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

    def _numpy_string(self, value: np.str_, depth: int) -> Node:
        return self._string(str.__str__(value), depth)  # what rng.choice(["relu", "tanh"]) gives

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
        if dtype not in DTYPES:
            raise DoesNotCross(f"an array of dtype {value.dtype.name} does not cross")
        data = np.ascontiguousarray(value, dtype=dtype)
        return ["a", dtype, list(value.shape), self._buffer(data.tobytes())]

    def _scalar(self, value: np.generic) -> Node:
        dtype = value.dtype.str
        if dtype not in DTYPES:
            raise DoesNotCross(f"a number of type {value.dtype.name} does not cross")
        return ["n", dtype, value.tobytes().hex()]  # no buffer: a list may hold thousands

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
    np.str_: Encoder._numpy_string,
}
