from __future__ import annotations

import io
import pickle
import re
import zipfile

import numpy as np
import pytest

from engine.data import TableError, from_table
from engine.data.npz_file import frame_of_npz


def npz_of(*, compressed=False, **arrays):
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file.getvalue()


def zip_of(members, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def npy_of(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def matrix(n=60):
    return np.random.default_rng(0).normal(size=(n, 3))


@pytest.mark.parametrize("compressed", [False, True])
def test_a_matrix_and_a_target_are_a_table(tmp_path, compressed):
    path = tmp_path / "mine.npz"
    x, y = matrix(), np.arange(60) % 3
    path.write_bytes(npz_of(compressed=compressed, x=x, y=y))
    data = from_table(path, "y")
    assert (data.name, data.feature_names, data.n_classes) == ("mine", ("x1", "x2", "x3"), 3)
    whole = np.vstack([data.x_train, data.x_val, data.x_test]).astype(np.float64)
    # Each input is a line through the raw one.
    for got, raw in zip(whole.T, x.T, strict=True):
        assert np.corrcoef(np.sort(got), np.sort(raw))[0, 1] == pytest.approx(1, abs=1e-6)


def test_named_columns_of_every_kind_are_a_table():
    frame = frame_of_npz(
        npz_of(
            half=np.array([1, 2], np.float16),
            flag=np.array([True, False]),
            count=np.array([3, 4], np.uint8),
            color=np.array(["red", "blue"]),
            single=np.array([[5.0], [6.0]]),
            swapped=np.array([7, 8], ">i4"),
        )
    )
    assert list(frame.columns) == ["half", "flag", "count", "color", "single", "swapped"]
    assert frame["half"].tolist() == [1.0, 2.0]
    assert frame["color"].tolist() == ["red", "blue"]
    assert frame["single"].tolist() == [5.0, 6.0]
    assert frame["swapped"].tolist() == [7, 8]


def test_columns_with_gaps_and_texts_are_treated_as_in_csv():
    size = np.linspace(0, 1, 60)
    size[3] = np.nan
    color = np.array(["red", "blue", "red"] * 20)
    data = from_table(npz_of(size=size, color=color, kind=np.arange(60) % 2), "kind")
    assert data.feature_names == ("size", "color=blue", "color=red")
    assert any("Filled 1 missing value of 'size'" in note for note in data.notes)


class Marker:
    """Shows that it was unpickled by raising."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npz_of(y=np.array([Marker(), None])), "hold numbers or text, but y.npy holds object"),
        (npz_of(y=np.zeros(3, complex)), "hold numbers or text, but y.npy holds complex128"),
        (npz_of(y=np.zeros(3, "M8[s]")), "hold numbers or text, but y.npy holds datetime64[s]"),
        (npz_of(y=np.array([b"a"])), "hold numbers or text, but y.npy holds |S1"),
        (npz_of(y=np.zeros((2, 2, 2))), "but y.npy has shape (2, 2, 2)."),
        (npz_of(y=np.float64(3)), "but y.npy has shape ()."),
        (npz_of(y=np.zeros(0)), "but y.npy has shape (0,)."),
        (npz_of(x=matrix(5), y=np.zeros(4)), "equally long, but their lengths are {'x1': 5"),
        (npz_of(x=matrix(5), x2=np.zeros(5)), "'x2' occurs more than once; rename an array."),
        (npz_of(x=np.zeros((2, 1001))), "at most 1,000 columns, but has more."),
        (npz_of(x=np.zeros(100_001, bool)), "at most 100,000 rows, but has more."),
        (zip_of({}), "an archive of something else than arrays"),
        (zip_of({"xl/workbook.xml": b"<a/>"}), "an Excel workbook is one); export it as CSV"),
        (b"PK\x03\x04 nonsense", "The npz file is damaged"),
        (npz_of(y=np.zeros(99))[:-80], "The npz file is damaged"),
        (npz_of(y=np.arange(99)).replace(b"\x07\0\0\0", b"\x09\0\0\0"), "The npz file is damaged"),
        (zip_of({"y.npy": b"no array"}), "The npz file is damaged"),
        (zip_of({"y.npy": pickle.dumps(Marker())}), "The npz file is damaged"),
        (zip_of({"y.npy": npy_of(np.zeros(9))[:-8]}), "is not as long as its header says"),
        (zip_of({"y.npy": npy_of(np.zeros(9))}, zipfile.ZIP_BZIP2), "is compressed by method 12"),
        (zip_of({"y.npy": npy_of(np.zeros(9))}, zipfile.ZIP_LZMA), "is compressed by method 14"),
        (npy_of(np.zeros(3)), "The file is a single array; save inputs and target together"),
    ],
)
def test_an_npz_that_is_no_table_is_refused_with_the_remedy(content, message):
    with pytest.raises(TableError, match=re.escape(message)):
        from_table(content, "y")


def test_a_header_that_claims_more_than_there_is_gets_no_memory():
    honest = npy_of(np.zeros(10))
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
    length = int.from_bytes(honest[8:10], "little")
    forged = honest[:10] + header.ljust(length - 1) + b"\n" + honest[10 + length :]
    with pytest.raises(TableError, match="is not as long as its header says"):
        from_table(zip_of({"y.npy": forged}), "y")


def test_a_zip_bomb_is_refused_by_its_directory():
    bomb = zip_of({"y.npy": b"\0" * 30_000_000}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(TableError, match="at most 1,000 arrays of 20,000,000 bytes in all"):
        from_table(bomb, "y")


def test_a_zip_bomb_whose_directory_lies_is_unpacked_no_further_than_it_says():
    import tracemalloc

    bomb = zip_of({"y.npy": b"\0" * 200_000_000}, zipfile.ZIP_DEFLATED)
    lying = bomb.replace((200_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    tracemalloc.start()
    try:
        with pytest.raises(TableError, match="The npz file is damaged"):
            from_table(lying, "y")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
