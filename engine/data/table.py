"""A data set from a table of the user's own."""

from __future__ import annotations

from typing import Literal, get_args

from engine.data.dataset import Dataset, Task
from engine.data.inputs import inputs_of
from engine.data.limits import MIN_ROWS, TableError
from engine.data.messages import listed
from engine.data.source import Source, name_of, read_frame
from engine.data.split import Names, dataset_of, seeds_of, split_rows
from engine.data.target import target_of


def from_table(
    source: Source,
    target: str,
    *,
    task: Task | Literal["auto"] = "auto",
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Make a data set of a CSV or npz file; split it and standardize it as `load` does.

    Rows without a target are dropped. What else is done to the columns is decided by the training
    part alone: missing numbers become its median; texts of up to 20 levels become one input for
    each level; columns that are constant there, number the rows or hold more texts are dropped.
    The data set's `notes` say what was done. Nothing in the file is evaluated or unpickled.

    Args:
        source: A path, the content as bytes, or an open file, which is read from its start. CSV
            must be UTF-8 with a line of column names, divided by commas, semicolons or tabs. An
            npz file must hold equally long arrays of numbers or text: columns (n,), which are
            called as the arrays are, and matrices (n, columns), whose columns are numbered from 1.
            `np.savez("table.npz", x=x, y=y)` has the columns "x1", "x2", ... and "y".
        target: Name of the column to predict.
        task: "classification", "regression" or "auto": texts, truth values and up to 20 different
            whole numbers are then classes, other numbers amounts.
        seed: Decides the split, at least 0.
        name: What to call the data set; None is the file's name.

    Returns:
        The three parts, inputs float32.

    Raises:
        TableError: If the table cannot be learned from; the message says why and what to do. It
            is a ValueError. Bounds: 40 to 100,000 rows, 1,000 columns, 20 MB, 10 million input
            values; 2 to 100 classes of at least 6 examples.
        ValueError: If `task` or `seed` does not fit.
    """
    if task not in ("auto", *get_args(Task)):
        raise ValueError(
            f"`task` must be 'classification', 'regression' or 'auto', but got task={task!r}."
        )
    seeds = seeds_of(seed)
    frame = read_frame(source)
    if target not in frame.columns:
        raise TableError(
            f"`target` must be one of the columns {listed(list(frame.columns), most=20)}, but got "
            f"{target!r}."
        )
    known = frame[frame[target].notna()]
    if len(known) < MIN_ROWS:
        raise TableError(
            f"The table must have at least {MIN_ROWS} rows with a target, but has {len(known)}; "
            "collect more."
        )
    notes: tuple[str, ...] = ()
    if len(known) < len(frame):
        notes = (f"Dropped {_rows(len(frame) - len(known))} without a target.",)
    predicted = target_of(known[target], task)
    rows = split_rows(predicted.y, seed=seeds.split, stratified=predicted.task == "classification")
    inputs = inputs_of(known.drop(columns=target), rows.train)
    names = Names(
        name_of(source) if name is None else name,
        inputs.names,
        predicted.class_names,
        (*notes, *predicted.notes, *inputs.notes),
    )
    return dataset_of(inputs.x, predicted.y, rows, names, predicted.task)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n} rows"
