"""What the browser gets of a figure."""

from __future__ import annotations

from concurrent import futures

import pandas as pd
import pytest

from app.charts.figure import Figure, only


def test_the_table_holds_the_rows_without_their_index_and_is_made_once_without_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a pool of threads for one chart")

    monkeypatch.setattr(futures, "ThreadPoolExecutor", refuse)
    n = 1_000  # enough rows a column for Arrow to use threads, if it may
    rows = pd.DataFrame({"series": ["raw"] * n, "value": [0.5] * n}, index=range(7, 7 + n))
    figure = Figure("a-chart", {}, rows, "Alt.", "Caption.")
    assert figure.table.to_pydict() == {"series": ["raw"] * n, "value": [0.5] * n}
    assert figure.table is figure.table


def test_a_layer_takes_one_series_by_comparison_and_several_from_a_list() -> None:
    assert only("kind", "cell") == [{"filter": {"field": "kind", "equal": "cell"}}]
    assert only("kind", "trial", "best") == [
        {"filter": {"field": "kind", "oneOf": ["trial", "best"]}}
    ]
