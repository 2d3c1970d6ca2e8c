"""What a chart is to a page: a fixed specification, and the data and words that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.theme import Line, Point

if TYPE_CHECKING:
    import pandas as pd

Spec = Mapping[str, Any]

PICTURE = "picture"
"""The column of a figure's rows that holds an image's address."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart with its numbers in words and as a table.

    The browser keeps a chart whose key, specification and description stay the same and moves only
    its marks, so whatever changes with a control belongs in `data` or `caption`.

    Attributes:
        key: Identifies the chart on its page.
        spec: Vega-Lite specification without data; one constant a chart.
        data: All layers' rows in one tidy table, which the layers filter by a column: a
            `pyarrow.Table` (see `app.charts.rows`), or a data frame where few ask for it.
        alt: What the chart shows in general, for who cannot see it.
        caption: What it shows right now, with the numbers that matter.
    """

    key: str
    spec: Spec
    data: Any
    alt: str
    caption: str

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The data as a frame."""
        import pandas as pd

        return self.data if isinstance(self.data, pd.DataFrame) else self.data.to_pandas()

    @property
    def numbers(self) -> pd.DataFrame:
        """The rows for people to read, without images."""
        if PICTURE not in self.rows:
            return self.rows
        return self.rows[self.rows[PICTURE].isna()].drop(columns=PICTURE)

    @cached_property
    def vega_lite(self) -> dict[str, Any]:
        """The specification as the browser gets it, which takes the rows' types as they are.

        Otherwise it would turn every number into a number, row by row, at each move.
        """
        return {"data": {"name": "source", "format": {"parse": None}}, **self.spec}

    @cached_property
    def table(self) -> Any:
        """The rows as the browser gets them: a `pyarrow.Table`, without their index.

        Converted here and kept, in one thread: Streamlit's own conversion of a frame starts a pool
        of threads for every chart of every move, which takes four times as long.
        """
        import pyarrow as pa  # type: ignore[import-untyped]

        if isinstance(self.data, pa.Table):
            return self.data
        return pa.Table.from_pandas(self.data, preserve_index=False, nthreads=1)


def only(column: str, *values: str) -> list[dict[str, Any]]:
    """The transform by which a layer takes its own rows from the shared table."""
    # Every layer filters every row at each move: a comparison is less than a look-up in a list.
    wanted = {"equal": values[0]} if len(values) == 1 else {"oneOf": list(values)}
    return [{"filter": {"field": column, **wanted}}]


def log_axis(title: str, first: int, last: int) -> dict[str, Any]:
    """An axis with one line a power of ten, labeled 1e-3 and the like.

    Args:
        title: Its title.
        first: Exponent of ten of the first label.
        last: Exponent of the last.
    """
    values = [10.0**exponent for exponent in range(first, last + 1)]
    return {"title": title, "values": values, "format": ".0e"}


def line_layer(
    column: str,
    lines: Mapping[str, Line],
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    *,
    columns: int = 0,
    alone: bool = False,
) -> dict[str, Any]:
    """One layer with all lines of a chart, told apart by color, dash and width in one key.

    No point of a line is described by itself: a browser would write all their descriptions at each
    move, to be read to nobody. The chart's own description, caption and table tell what it shows.

    Args:
        column: The column that names a row's series.
        lines: Each series' name and style, in the key's order.
        x: The horizontal channel.
        y: The vertical channel.
        columns: Columns of the key, so that it fits a narrow screen; 0 puts all in one row.
        alone: Whether the chart has no other layer, so that all rows are this one's.
    """
    names = list(lines)

    def channel(range_: Sequence[object]) -> dict[str, Any]:
        return {
            "field": column,
            "type": "nominal",
            "scale": {"type": "ordinal", "domain": names, "range": list(range_)},
            "legend": {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 300}
            | ({"columns": columns} if columns else {}),
        }

    return ({} if alone else {"transform": only(column, *names)}) | {
        "mark": {"type": "line", "clip": True, "aria": False},
        "encoding": {
            "x": x,
            "y": y,
            "color": channel([line.color for line in lines.values()]),
            "strokeDash": channel([list(line.dash) for line in lines.values()]),
            "strokeWidth": channel([line.width for line in lines.values()]),
        },
    }


def point_layer(
    column: str,
    points: Mapping[str, Point],
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    *,
    columns: int = 0,
) -> dict[str, Any]:
    """One layer with all markers of a chart, told apart by color and shape in one key.

    Args:
        column: The column that names a row's kind.
        points: Each kind's name and style, in the key's order.
        x: The horizontal channel.
        y: The vertical channel.
        columns: Columns of the key, so that it fits a narrow screen; 0 puts all in one row.
    """
    names = list(points)

    def channel(range_: Sequence[object]) -> dict[str, Any]:
        return {
            "field": column,
            "type": "nominal",
            "scale": {"type": "ordinal", "domain": names, "range": list(range_)},
            "legend": {"title": None, "orient": "bottom", "symbolSize": 100}
            | ({"columns": columns} if columns else {}),
        }

    return {
        "transform": only(column, *names),
        "mark": {"type": "point", "filled": True, "clip": True, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": channel([point.color for point in points.values()]),
            "shape": channel([point.shape for point in points.values()]),
            "size": {
                **channel([point.size for point in points.values()]),
                "legend": None,
            },
        },
    }


# Lines and markers keep keys of their own when a chart has both.
SEPARATE_KEYS = {
    "scale": dict.fromkeys(("color", "shape", "size", "strokeDash", "strokeWidth"), "independent")
}
