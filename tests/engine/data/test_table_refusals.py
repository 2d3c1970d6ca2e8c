from __future__ import annotations

import io
import re

import numpy as np
import pytest

from engine.data import TableError, from_table, limits
from engine.data.split import seeds_of, split_rows


def lines(*rows, header="size,kind", n=80):
    """A table of two classes with `rows` at its end."""
    return "\n".join([header, *(f"{row * 7 % 80},{row % 2}" for row in range(n)), *rows]).encode()


def test_the_table_that_the_refused_ones_differ_from_is_taken():
    assert from_table(lines(), "kind").n_classes == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty; it must hold a line of column names and rows."),
        (b" \n\n", "The file is empty"),
        (b"size,kind\n", "at least 40 rows with a target, but has 0; collect more."),
        (lines(n=39), "at least 40 rows with a target, but has 39; collect more."),
        (lines("7,", n=39), "at least 40 rows with a target, but has 39; collect more."),
        (lines("caf\xe9,1").decode().encode("latin-1"), "is not UTF-8 text (byte 0xe9 at position"),
        (lines().decode().encode("utf-16"), "save it again as 'CSV UTF-8'."),
        (lines("\0,1"), "it holds a zero byte"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text"),
        (lines(header="kind,kind"), "different names, but 'kind' occurs more than once; rename"),
        (lines(header="Size, kind "), None),
        (lines(header="5.1,3.5"), "`target` must be one of the columns '5.1', '3.5', but got 'kin"),
        (lines("1,2,3"), "The rows do not fit the column names: Expected 2 fields"),
        (b"size,kind\n" + b"1,2,3\n" * 50, "must have 2 cells like the line of column names"),
        (lines('"1,2'), "The rows do not fit the column names: EOF inside string"),
        (lines("inf,1"), "Column 'size' must hold finite numbers, but is infinite in row 81;"),
        (lines("1e400,1"), "Column 'size' must hold finite numbers, but is infinite in row 81;"),
        (lines("1,-inf"), "Target 'kind' must be finite, but is infinite in row 81;"),
        (lines("1,2"), "at least 6 examples to be in all three parts, but '2' has fewer;"),
        (b"size,kind\n" + b"1,0\n2,0\n" * 40, "at least 2 classes, but is '0' in every row"),
        (b"kind\n" + b"0\n1\n" * 40, "No column is left to learn from."),
        (
            b"size,kind\n" + b"3,0\n3,1\n" * 40,
            "No column is left to learn from. Dropped 'size': constant in the training part.",
        ),
        (
            lines("1e300,1", "-1e300,0", *["1e300,1", "-1e300,0"] * 20),
            "The numbers of 'size' lie too far apart to be standardized in float32;",
        ),
    ],
)
def test_a_table_that_cannot_be_learned_from_is_refused_with_the_remedy(content, message):
    if message is None:
        assert from_table(content, "kind").feature_names == ("Size",)
        return
    with pytest.raises(TableError, match=re.escape(message)):
        from_table(content, "kind")


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        (["a", "b"], "regression", "must be numeric for regression, but holds 'a'; correct it"),
        (["1", "n.a."], "regression", "must be numeric for regression, but holds 'n.a.'"),
        ([True, False], "regression", "must be numeric for regression, but holds 'True'"),
        (["9" * 400, "8" * 400], "regression", "must be numeric for regression, but holds '9999"),
        ([2.5], "regression", "must vary, but is 2.5 in every row; choose another."),
        ([2.5], "auto", "must vary, but is 2.5 in every row; choose another."),
        (
            range(101),
            "classification",
            "at most 100 classes, but holds 101 different values; choose another column, or "
            "choose regression.",
        ),
        (
            [f"name {i}" for i in range(101)],
            "auto",
            "at most 100 classes, but holds 101 different values; choose another column.",
        ),
        (
            range(15),
            "auto",
            "'0', '1', '2', '3', '4', '5', '6', '7', '8', '9' and 5 more has fewer; collect more, "
            "merge or remove such classes, or choose regression.",
        ),
    ],
)
def test_a_target_that_does_not_fit_the_task_is_refused_with_the_remedy(values, task, message):
    repeats = 5 if len(values) == 15 else 80
    column = list(values) * repeats
    rows = "\n".join(f"{i * 7 % 80},{value}" for i, value in enumerate(column))
    with pytest.raises(TableError, match=re.escape(message)):
        from_table(f"size,kind\n{rows}".encode(), "kind", task=task)


def test_an_unknown_target_lists_the_columns_but_not_a_thousand():
    header = ",".join(f"c{i}" for i in range(50))
    with pytest.raises(TableError) as caught:
        from_table(header.encode() + b"\n", "kind")
    assert "'c0', 'c1', " in str(caught.value)
    assert "'c19' and 30 more, but got 'kind'." in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TableError, match=re.escape(f"The file {str(path)!r} cannot be read")):
            from_table(path, "kind")


def test_a_file_in_another_encoding_open_as_text_is_refused(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(lines("caf\xe9,1").decode().encode("latin-1"))
    with (
        path.open(encoding="utf-8") as file,
        pytest.raises(TableError, match="open it in binary mode"),
    ):
        from_table(file, "kind")


class Endless(io.RawIOBase):
    """A file with no end, which counts what is read of it."""

    def __init__(self):
        self.given = 0

    def seekable(self):
        return False

    def read(self, size=-1):
        assert size >= 0, "an endless file must not be read whole"
        self.given += size
        return b"1" * size


def test_no_more_is_read_of_a_file_than_it_takes_to_refuse_it():
    endless = Endless()
    with pytest.raises(TableError, match="at most 20,000,000 bytes, but holds more"):
        from_table(endless, "kind")
    assert endless.given == limits.MAX_BYTES + 1


def test_too_many_rows_are_refused_before_all_are_parsed(monkeypatch):
    import pandas as pd

    parsed = []
    read_csv = pd.read_csv

    def watched(*args, **options):
        frame = read_csv(*args, **options)
        parsed.append(len(frame))
        return frame

    monkeypatch.setattr(pd, "read_csv", watched)
    with pytest.raises(TableError, match="at most 100,000 rows, but has more; keep a sample"):
        from_table(b"size,kind\n" + b"1,0\n2,1\n" * 100_000, "kind")
    assert parsed == [limits.MAX_ROWS + 1]


def test_too_many_columns_are_refused_before_any_is_parsed(monkeypatch):
    import pandas as pd

    monkeypatch.setattr(pd, "read_csv", None)
    with pytest.raises(TableError, match="at most 1,000 columns, but has more"):
        from_table(b"," * 1_000 + b"\n", "kind")


def test_too_many_values_are_refused_before_they_are_encoded():
    # 70 columns of 20 levels on 8,000 rows: 3 MB of text that would become 90 MB of numbers.
    header = ",".join([*(f"c{i}" for i in range(70)), "kind"])
    rows = "\n".join(
        ",".join([*[chr(ord("a") + row % 20)] * 70, str(row % 3)]) for row in range(8_000)
    )
    with pytest.raises(TableError, match="but has 8,000 rows of 1,400 inputs; keep fewer"):
        from_table(f"{header}\n{rows}".encode(), "kind")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "ranking"}, "`task` must be 'classification', 'regression' or 'auto', but got"),
        ({"seed": -1}, "`seed` must be at least 0, but got seed=-1."),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    with pytest.raises(ValueError, match=message) as caught:
        from_table(lines(), "kind", **options)
    assert not isinstance(caught.value, TableError)


def test_a_test_value_that_overflows_in_the_scale_of_training_is_refused():
    kinds = np.arange(80) % 2
    rows = split_rows(kinds, seed=seeds_of(0).split, stratified=True)
    sizes = np.linspace(0, 1e-30, 80)
    sizes[rows.test[0]] = 1e30
    table = [f"{size!r},{kind}" for size, kind in zip(sizes.tolist(), kinds, strict=True)]
    with pytest.raises(TableError, match="The numbers of 'size' lie too far apart"):
        from_table("\n".join(["size,kind", *table]).encode(), "kind")


def test_a_target_whose_variance_overflows_is_refused():
    table = [f"{i * 7 % 80},{1e300 if i % 2 else -1e300}" for i in range(80)]
    with pytest.raises(TableError, match="The numbers of 'the target' lie too far apart"):
        from_table("\n".join(["size,kind", *table]).encode(), "kind", task="regression")
