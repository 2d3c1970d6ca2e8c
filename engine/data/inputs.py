"""Columns to numbers: filled, encoded and dropped by what the training part holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.limits import MAX_LEVELS, MAX_VALUES, TableError
from engine.data.messages import first_text, listed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_MISSING = "(missing)"


@dataclass(frozen=True)
class Inputs:
    """What to predict from.

    Attributes:
        x: Finite numbers, shape (n, n_features), not yet standardized.
        names: What each feature is called, "column" or "column=level".
        notes: How the columns were treated, in sentences.
    """

    x: NDArray[np.float64]
    names: tuple[str, ...]
    notes: tuple[str, ...]


def inputs_of(frame: pd.DataFrame, train: NDArray[np.intp]) -> Inputs:
    """Make every column finite numbers, or drop it; only the training part decides how.

    Missing numbers become the median, and a missing text is a level of its own. A text column of up
    to 20 levels becomes one input for each level; a level that training never saw is 0 in all of
    them. Columns that are constant, number the rows, or are texts of more levels are dropped.

    Args:
        frame: The table without its target, shape (n, columns).
        train: Row numbers of the training part.

    Returns:
        Numbers first, then levels, each in the order of the table.

    Raises:
        TableError: If a number is infinite, no column is left, or the inputs are too many.
    """
    columns = {str(name): _column(frame[name]) for name in frame.columns}
    numbers: list[str] = []
    levels: list[str] = []
    dropped: dict[str, list[str]] = {}
    for name, column in columns.items():
        reason = _why_useless(column.iloc[train])
        if reason is not None:
            dropped.setdefault(reason, []).append(name)
        else:
            (numbers if column.dtype == np.float64 else levels).append(name)
    notes = [f"Dropped {listed(useless)}: {reason}." for reason, useless in dropped.items()]
    if not numbers and not levels:
        raise TableError(f"No column is left to learn from. {' '.join(notes)}".strip())
    texts = {name: columns[name].iloc[train].nunique() for name in levels}
    n_features = len(numbers) + sum(texts.values())
    if n_features * len(frame) > MAX_VALUES:
        raise TableError(
            f"The table must come to at most {MAX_VALUES:,} values, but has {len(frame):,} rows of "
            f"{n_features:,} inputs; keep fewer rows or columns."
        )
    notes += _treated(columns, numbers, texts)
    x, names = _encoded(columns, numbers, levels, train)
    return Inputs(x, names, tuple(notes))


def _column(raw: pd.Series[Any]) -> pd.Series[Any]:
    """Numbers as float64, texts as str with the missing ones spelled out."""
    from pandas.api.types import is_numeric_dtype

    if not is_numeric_dtype(raw):
        return raw.where(raw.isna(), raw.astype(str)).astype(object).fillna(_MISSING)
    column = raw.astype(np.float64)
    infinite = np.isinf(column.to_numpy())
    if infinite.any():
        raise TableError(
            f"Column {raw.name!r} must hold finite numbers, but is infinite in row "
            f"{column.index[infinite][0] + 1}; correct it, or leave the cell empty."
        )
    return column


def _why_useless(train: pd.Series[Any]) -> str | None:
    distinct = train.nunique()
    if distinct == 0:
        return "no value in the training part"
    if distinct == 1:
        return "constant in the training part"
    if train.dtype == np.float64:
        return "it numbers the rows" if _numbers_the_rows(train) else None
    if distinct <= MAX_LEVELS:
        return None
    text = str(first_text(train[train != _MISSING]))[:40]
    return f"more than {MAX_LEVELS} different texts in the training part, {text!r} for one"


def _numbers_the_rows(column: pd.Series[Any]) -> bool:
    # The frame's index still counts the rows as they stood in the file. A row number would let a
    # network read the class off a sorted file.
    rows = column.index.to_numpy()
    return any(np.array_equal(column.to_numpy(), rows + start) for start in (0, 1))


def _treated(
    columns: Mapping[str, pd.Series[Any]], numbers: Iterable[str], texts: Mapping[str, int]
) -> list[str]:
    filled = [name for name in numbers if columns[name].isna().any()]
    notes = []
    if filled:
        cells = sum(int(columns[name].isna().sum()) for name in filled)
        notes.append(
            f"Filled {cells} missing {'value' if cells == 1 else 'values'} of {listed(filled)} "
            "with the median of the training part."
        )
    notes += [
        f"Turned text {name!r} into {count} inputs, one for each level of the training part."
        for name, count in texts.items()
    ]
    return notes


def _encoded(
    columns: Mapping[str, pd.Series[Any]],
    numbers: list[str],
    levels: list[str],
    train: NDArray[np.intp],
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    transformer = ColumnTransformer(
        [("numbers", SimpleImputer(strategy="median"), numbers), ("levels", encoder, levels)],
        sparse_threshold=0,
    )
    frame = pd.DataFrame({name: columns[name] for name in [*numbers, *levels]})
    transformer.fit(frame.iloc[train])
    x = np.asarray(transformer.transform(frame), dtype=np.float64)
    categories = transformer.named_transformers_["levels"].categories_ if levels else []
    encoded = [
        f"{name}={level}" for name, found in zip(levels, categories, strict=True) for level in found
    ]
    return x, (*numbers, *encoded)
