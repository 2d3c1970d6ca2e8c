"""The rates of a sweep over its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import Figure, Spec, line_layer, log_axis
from app.charts.rows import stack
from app.labs.schedule import MODES, Schedule
from app.theme import GREEN, REFERENCE, YOURS, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LINES = {"exp": REFERENCE, "linear": Line(GREEN, (12, 2), 4.0), "yours": YOURS}
_X: dict[str, Any] = {
    "field": "progress",
    "type": "quantitative",
    "scale": {"domain": [0, 1]},
    "axis": {"title": "share of the sweep", "format": ".0%", "tickCount": 5},
}
_Y: dict[str, Any] = {
    "field": "rate",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [1e-6, 100], "nice": False},
    "axis": log_axis("learning rate (log scale)", -6, 2),
}
_SPEC: Spec = {"height": 360, **line_layer("series", _LINES, _X, _Y, alone=True)}
_ALT = (
    "Line chart of the learning rate over a sweep, on a log scale: exponential spacing is a "
    "straight line, linear spacing jumps up at once and then stays in the top decade; yours is "
    "what your own function lists in the mode chosen."
)


def sweep(found: Schedule, yours: NDArray[np.float64] | None = None) -> Figure:
    """Draw both modes.

    Args:
        found: The rates.
        yours: What the learner's function lists in the mode chosen, shape (n,), or None.
    """
    import numpy as np

    series: dict[str, NDArray[np.float64]] = {mode: found.rates[mode] for mode in MODES}
    if yours is not None:
        series["yours"] = yours
    progress = np.linspace(0, 1, len(found.chosen))
    rows = stack(
        *({"series": name, "progress": progress, "rate": rates} for name, rates in series.items())
    )
    return Figure("schedule", _SPEC, rows, _ALT, _caption(found, yours))


def _caption(found: Schedule, yours: NDArray[np.float64] | None) -> str:
    rates = found.chosen
    shares = " and ".join(f"{found.top_decade(mode)} in mode {mode}" for mode in MODES)
    told = (
        f"{len(rates)} rates from {_short(rates[0])} to {_short(rates[-1])}. In the top decade lie "
        f"{shares}."
    )
    if yours is None:
        return told
    step = found.first_difference(yours)
    if step is None:
        return f"{told} Yours: the same rates in mode {found.mode}."
    return (
        f"{told} Yours, in mode {found.mode}: {yours[step - 1]:.3g} at step {step}, where "
        f"{rates[step - 1]:.3g} stands here."
    )


def _short(rate: float) -> str:
    """A rate as the controls show it: 1e-5, not 1e-05."""
    return f"{rate:.2g}".replace("e-0", "e-")
