"""NumPy's npz file as a table; nothing is unpickled, and nothing is unpacked before it is sized."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.limits import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, TableError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile and NumPy raise for damaged, encrypted or oddly packed members."""


def frame_of_npz(content: bytes) -> pd.DataFrame:
    """Read arrays of numbers or text: a one-dimensional one is a column, a matrix several.

    The columns of a matrix `x` are called "x1", "x2" and so on; of a matrix of one column, "x".

    Raises:
        TableError: If it holds something else, arrays of unequal length, or too much.
    """
    import pandas as pd

    columns: dict[str, NDArray[Any]] = {}
    for name, array in _arrays(content).items():
        matrix = array[:, None] if array.ndim == 1 else array
        width = matrix.shape[1]
        if len(columns) + width > MAX_COLUMNS:
            raise TableError(f"The table must have at most {MAX_COLUMNS:,} columns, but has more.")
        named = [name] if width == 1 else [f"{name}{i}" for i in range(1, width + 1)]
        for label, column in zip(named, matrix.T, strict=True):
            if label in columns:
                raise TableError(
                    f"The columns must have different names, but {label!r} occurs more than once; "
                    "rename an array."
                )
            columns[label] = column.astype(np.float64) if column.dtype.kind == "f" else column
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) != 1:
        raise TableError(f"The arrays must be equally long, but their lengths are {lengths}.")
    if max(lengths.values()) > MAX_ROWS:
        raise TableError(f"The table must have at most {MAX_ROWS:,} rows, but has more.")
    return pd.DataFrame(columns)


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if not members or not all(member.filename.endswith(".npy") for member in members):
                raise TableError(
                    "The file is an archive of something else than arrays (an Excel workbook is "
                    "one); export it as CSV in UTF-8."
                )
            if len(members) > MAX_COLUMNS or sum(m.file_size for m in members) > MAX_BYTES:
                raise TableError(
                    f"The file must hold at most {MAX_COLUMNS:,} arrays of {MAX_BYTES:,} bytes in "
                    "all, but holds more; keep fewer rows or columns."
                )
            return {
                member.filename.removesuffix(".npy"): _array(
                    member.filename, _unpacked(archive, member)
                )
                for member in members
            }
    except TableError:
        raise
    except _BROKEN as error:
        raise TableError(
            f"The npz file is damaged or packed in a way that cannot be read ({error}); "
            "save it again with np.savez."
        ) from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    # zipfile bounds what it unpacks at a time only for these two, and only when told how much:
    # the size in the directory may be a lie.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{member.filename} is compressed by method {member.compress_type}")
    with archive.open(member) as file:
        return file.read(member.file_size)


def _array(name: str, content: bytes) -> NDArray[Any]:
    """One array, believed only as far as its bytes go.

    `np.load` makes room for the shape that the header claims before it reads.
    """
    from numpy.lib import format as npy

    file = io.BytesIO(content)
    version = npy.read_magic(file)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in read_header:
        raise ValueError(f"{name} has format version {version}")
    shape, _, dtype = read_header[version](file)
    if dtype.kind not in "biufU":
        raise TableError(
            f"The arrays must hold numbers or text, but {name} holds {dtype}; "
            "convert it, for example with astype(str)."
        )
    if len(shape) not in (1, 2) or 0 in shape:
        raise TableError(
            f"The arrays must be columns (n,) or matrices (n, columns), but {name} has shape "
            f"{shape}."
        )
    if math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(f"{name} is not as long as its header says")
    file.seek(0)
    array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
    return array
