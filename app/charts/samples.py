"""Where the draws of several schemes fall, one row of bars a scheme, on one log axis."""

from __future__ import annotations

from collections.abc import Sequence

from app.charts.figure import Figure, Spec
from app.labs.sampling import FIRST_DECADE, LAST_DECADE, SCHEMES, Sample, bin_edges
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION

_COLORS = dict(zip(SCHEMES, (BLUE, GREEN, PURPLE, OCHRE, VERMILION), strict=True))
_ROW = {scheme: len(SCHEMES) - 1 - i for i, scheme in enumerate(SCHEMES)}
# A row is one unit high. A share of three quarters fills it, so that log-uniform's eighths can be
# seen; anything above is cut, and told by the tooltip and the table.
_HEIGHT_OF_ONE = 1.25
_TALLEST = 0.95

_LABELS = " : ".join(f"datum.value == {row} ? '{scheme}'" for scheme, row in _ROW.items()) + " : ''"
_X_SCALE = {"domain": [FIRST_DECADE, LAST_DECADE], "nice": False}
_X_AXIS = {
    "title": "learning rate drawn (log scale)",
    "values": list(range(FIRST_DECADE, LAST_DECADE + 1)),
    "labelExpr": "'1e' + format(datum.value, 'd')",
    "grid": True,
}
_SPEC: Spec = {
    "height": 360,
    "layer": [
        {
            "transform": [{"filter": "datum.kind == 'bar'"}],
            "mark": {"type": "rect", "opacity": 0.9},
            "encoding": {
                "x": {
                    "field": "from",
                    "type": "quantitative",
                    "scale": _X_SCALE,
                    "axis": _X_AXIS,
                },
                "x2": {"field": "to"},
                "y": {
                    "field": "base",
                    "type": "quantitative",
                    "scale": {"domain": [0, len(SCHEMES)], "nice": False},
                    "axis": {
                        "title": None,
                        "values": sorted(_ROW.values()),
                        "labelExpr": _LABELS,
                        "labelBaseline": "bottom",
                        "labelOffset": -4,
                        "labelLimit": 110,
                        "ticks": False,
                        "domain": False,
                    },
                },
                "y2": {"field": "top"},
                "color": {
                    "field": "scheme",
                    "type": "nominal",
                    "scale": {"domain": list(_COLORS), "range": list(_COLORS.values())},
                    "legend": None,
                },
                "tooltip": [
                    {"field": "scheme"},
                    {"field": "share", "format": ".1%", "title": "share of draws"},
                ],
            },
        },
        {
            "transform": [{"filter": "datum.kind == 'bound'"}],
            "mark": {"type": "rule", "color": GRAY, "strokeDash": [5, 4], "strokeWidth": 1.5},
            "encoding": {"x": {"field": "from", "type": "quantitative"}},
        },
    ],
}
_ALT = (
    "Five rows of bars over learning rates on a log scale: the share of draws in each half decade "
    "for log-uniform, uniform, two mixtures of logarithms, and your own function. Dashed vertical "
    "lines mark the bounds asked for; draws beyond the axis are counted in its end bars."
)


def histogram(samples: Sequence[Sample]) -> Figure:
    """Draw each sample's shares by half decade, in its own row.

    Args:
        samples: One sample a scheme at most, all with the same bounds; at least one.
    """
    import math

    import pandas as pd

    edges = bin_edges()
    bars = [
        {
            "kind": "bar",
            "scheme": sample.scheme,
            "from": edges[i],
            "to": edges[i + 1],
            "share": share,
            "base": float(_ROW[sample.scheme]),
            "top": _ROW[sample.scheme] + min(_HEIGHT_OF_ONE * share, _TALLEST),
        }
        for sample in samples
        for i, share in enumerate(sample.shares())
        if share > 0
    ]
    bounds = [
        {"kind": "bound", "scheme": name, "from": math.log10(value)}
        for name, value in (("low", samples[0].low), ("high", samples[0].high))
    ]
    return Figure("samples", _SPEC, pd.DataFrame(bars + bounds), _ALT, _caption(samples))


def _caption(samples: Sequence[Sample]) -> str:
    top = "; ".join(f"{sample.scheme} {sample.top_decade:.0%}" for sample in samples)
    strays = [sample for sample in samples if sample.outside]
    outside = "; ".join(f"{sample.scheme} {sample.outside:.0%}" for sample in strays) or "none"
    return f"Draws in the top decade: {top}. Outside the bounds: {outside}."
