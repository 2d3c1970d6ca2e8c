"""Search for good configurations: grid, random, halving, Hyperband and Optuna on one primitive.

Every method trains whole populations with `engine.train`, folds included, and keeps its trials in
an Optuna study: in memory, in a journal file, or in a database. A stored search survives `kill`
and may be shared by several processes.

Importing this package imports neither torch nor Optuna.
"""

from engine.search.bayesian import bayesian_search
from engine.search.brackets import Bracket, Rung, halving_bracket, hyperband_brackets
from engine.search.grid import grid_search
from engine.search.halving import hyperband, successive_halving
from engine.search.problem import Problem
from engine.search.random import random_search
from engine.search.result import Interrupted, Metric, SearchResult, Trial

__all__ = [
    "Bracket",
    "Interrupted",
    "Metric",
    "Problem",
    "Rung",
    "SearchResult",
    "Trial",
    "bayesian_search",
    "grid_search",
    "halving_bracket",
    "hyperband",
    "hyperband_brackets",
    "random_search",
    "successive_halving",
]
