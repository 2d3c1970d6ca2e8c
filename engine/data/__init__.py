"""Data sets for the labs: split once, standardized without looking past the training part."""

from engine.data.crossval import folds
from engine.data.dataset import Dataset, Task
from engine.data.named import load, names

__all__ = ["Dataset", "Task", "folds", "load", "names"]
