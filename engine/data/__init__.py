"""Data sets for the labs: split once, standardized without looking past the training part."""

from engine.data.crossval import folds
from engine.data.dataset import Dataset, Task
from engine.data.limits import TableError
from engine.data.named import load, names
from engine.data.table import from_table

__all__ = ["Dataset", "TableError", "Task", "folds", "from_table", "load", "names"]
