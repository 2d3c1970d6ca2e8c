"""Train small networks: one primitive, `train`, under every lab of the course.

Importing this package imports neither torch nor scikit-learn; they load when something trains or
a data set is asked for.
"""

from engine.config import TrainConfig
from engine.data import Dataset
from engine.history import EpochResult, History
from engine.population import OnEpoch, StopTraining, train

__all__ = [
    "Dataset",
    "EpochResult",
    "History",
    "OnEpoch",
    "StopTraining",
    "TrainConfig",
    "train",
]
