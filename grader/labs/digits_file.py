"""The digits, from the file that scikit-learn brings."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Images (1797, 64) and classes (1797,), as `sklearn.datasets.load_digits` gives them.

    Read without importing scikit-learn where that is possible: it takes most of a second, for which
    the first chart of a sandbox would have to wait.
    """
    import numpy as np

    package = find_spec("sklearn")
    for folder in (package.submodule_search_locations or []) if package else []:
        file = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if file.is_file():
            table = np.loadtxt(file, delimiter=",")
            return table[:, :-1], table[:, -1].astype(np.int64)
    from sklearn.datasets import load_digits

    images, classes = load_digits(return_X_y=True)
    return images, classes
