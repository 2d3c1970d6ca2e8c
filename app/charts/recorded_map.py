"""The map of recorded trainings, learning rate against batch size, on which labs draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import log_axis, only
from app.theme import HEAT, VERMILION

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from app.labs.ridge import Ridge

# Half a cell beyond the landscape's ends; a test holds them to it.
LRS = (10 ** (-3 - 1 / 6), 10 ** (1 + 1 / 6))
BATCH_SIZES = (8 / 2**0.5, 256 * 2**0.5)
_OVERLAP = 1.01  # of neighboring cells, or the page would shine through between them
X: dict[str, Any] = {
    "field": "lr",
    "type": "quantitative",
    "scale": {"type": "log", "domain": list(LRS), "nice": False},
    "axis": {**log_axis("learning rate (log scale)", -3, 1), "grid": False},
}
Y: dict[str, Any] = {
    "field": "batch size",
    "type": "quantitative",
    "scale": {"type": "log", "base": 2, "domain": list(BATCH_SIZES), "nice": False},
    "axis": {
        "title": "batch size (log scale)",
        "values": [2**exponent for exponent in range(3, 9)],
        "grid": False,
    },
}
TOOLTIP = [
    {"field": "lr", "title": "learning rate", "format": ".2g"},
    {"field": "batch size"},
    {"field": "accuracy", "format": ".1%"},
]
CELLS: dict[str, Any] = {
    "transform": only("kind", "cell"),
    "mark": {"type": "rect"},
    "encoding": {
        "x": {**X, "field": "left"},
        "x2": {"field": "right"},
        "y": {**Y, "field": "bottom"},
        "y2": {"field": "top"},
        "tooltip": TOOLTIP,
        "color": {
            "field": "accuracy",
            "type": "quantitative",
            "scale": {"scheme": HEAT, "domain": [0, 1]},
            "legend": {"title": "validation accuracy", "format": ".0%", "orient": "top"},
        },
    },
}


def dots(kind: str, shape: str = "circle", size: int = 90) -> dict[str, Any]:
    """A layer of white markers that show on every color of the map."""
    return {
        "transform": only("kind", kind),
        "mark": {
            "type": "point",
            "filled": True,
            "shape": shape,
            "size": size,
            "color": "#ffffff",
            "stroke": "#000000",
            "strokeWidth": 1.5,
            "opacity": 1,
            "clip": True,
        },
        "encoding": {"x": X, "y": Y, "tooltip": TOOLTIP},
    }


def rings(kind: str, shape: str = "circle", size: int = 230) -> dict[str, Any]:
    """A layer of what the learner's own function gives, ringed."""
    return {
        "transform": only("kind", kind),
        # Without a name while they are empty, they are for eyes; the table has them for all.
        "mark": {
            "type": "point",
            "filled": False,
            "shape": shape,
            "size": size,
            "stroke": VERMILION,
            "strokeWidth": 3,
            "opacity": 1,
            "clip": True,
            "aria": False,
        },
        "encoding": {"x": X, "y": Y},
    }


def path(kind: str, color: str, width: float, dash: tuple[int, int] = (1, 0)) -> dict[str, Any]:
    """A layer that joins points in the order of their column "order"."""
    return {
        "transform": only("kind", kind),
        "mark": {
            "type": "line",
            "color": color,
            "strokeWidth": width,
            "strokeDash": list(dash),
            "clip": True,
            "aria": False,
        },
        "encoding": {"x": X, "y": Y, "order": {"field": "order", "type": "quantitative"}},
    }


def cells(ridge: Ridge) -> pd.DataFrame:
    """The map's rows, one a recorded training."""
    import numpy as np
    import pandas as pd

    left, right = _edges(ridge.lrs, LRS)
    bottom, top = _edges(ridge.batch_sizes, BATCH_SIZES)
    columns = len(ridge.batch_sizes)
    return pd.DataFrame(
        {
            "kind": "cell",
            "lr": np.repeat(ridge.lrs, columns),
            "batch size": np.tile(ridge.batch_sizes, len(ridge.lrs)),
            "accuracy": ridge.scores.ravel().round(4),
            "left": np.repeat(left, columns),
            "right": np.repeat(right, columns),
            "bottom": np.tile(bottom, len(ridge.lrs)),
            "top": np.tile(top, len(ridge.lrs)),
        }
    )


def _edges(values: NDArray[Any], ends: tuple[float, float]) -> tuple[NDArray[np.float64], ...]:
    """Lower and upper edges of cells that meet half-way on a log axis."""
    import numpy as np

    between = np.sqrt(values[:-1] * values[1:])
    lower = np.concatenate([ends[:1], between])
    return lower, np.concatenate([between * _OVERLAP, ends[1:]])


def marks(kind: str, lrs: Any, batch_sizes: Any, accuracies: Any = None) -> pd.DataFrame:
    """Rows of one of the layers above, in the order in which a path joins them."""
    import numpy as np
    import pandas as pd

    return pd.DataFrame(
        {
            "kind": kind,
            "lr": np.asarray(lrs, dtype=float),
            "batch size": np.asarray(batch_sizes, dtype=float),
            "accuracy": np.nan if accuracies is None else np.asarray(accuracies, dtype=float),
            "order": np.arange(float(len(lrs))),
        }
    )
