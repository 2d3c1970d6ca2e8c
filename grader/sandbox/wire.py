"""Plain values as JSON nodes plus raw buffers, and back; bounded, with no class lookup.

A node is null, a boolean, a number or a string, or a list whose first item names its kind:

    ["i", digits]              an integer beyond 2**53     ["f", "nan" | "inf" | "-inf"]
    ["b", buffer]              bytes                       ["l", items]  ["t", items]
    ["d", [[key, value], …]]   a dict, in order            ["n", dtype, hex]  a NumPy scalar
    ["a", dtype, shape, buffer]  a NumPy array             ["T", dtype, shape, buffer]  a tensor
    ["h", id, …]               an object of the sender     ["o", id]  an object of the receiver
"""

from __future__ import annotations

import math
from typing import Any

MAX_NODES = 200_000
MAX_DEPTH = 32
MAX_DICT = 4096
MAX_STRING = 256 << 10
MAX_DIGITS = 1000
MAX_DIMENSIONS = 8
MAX_OBJECTS = 50_000  # that a worker may lend in its life
SAFE_INT = 1 << 53
DTYPES = frozenset(
    ("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8")
)
NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

Node = Any  # a JSON value


class DoesNotCross(TypeError):
    """A value that has no plain form; the text names its type."""
