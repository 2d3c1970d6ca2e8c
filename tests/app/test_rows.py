"""Rows are put together as pandas would."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from app.charts.rows import stack


def test_parts_are_put_under_each_other_as_pandas_does() -> None:
    parts = [
        {"kind": "a", "x": np.array([1.0, np.nan]), "best": [True, False], "n": np.array([1, 2])},
        {"kind": ["b", "c"], "x": 0.5, "best": False, "n": [3, 4]},
        {"kind": ["d"], "x": [2], "y": [7.5], "name": ["last"], "best": True, "n": 5},
    ]
    expected = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    found = stack(*parts)
    assert found.column_names == list(expected)
    frame = found.to_pandas()
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)
    assert found["x"].to_pylist() == [1.0, None, 0.5, 0.5, 2.0]
    assert str(found["n"].type) == "int64"
    assert str(found["best"].type) == "bool"


def test_an_empty_part_adds_no_row_but_its_columns() -> None:
    found = stack({"kind": "a", "x": np.empty(0), "order": []}, {"kind": ["b"], "x": [1.0]})
    assert found.to_pylist() == [{"kind": "b", "x": 1.0, "order": None}]


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        stack({"x": [1.0], "y": [1.0, 2.0]})
