"""How stacked panels are drawn: their keys as headings, the labels of their axes inside.

Streamlit makes each panel as wide as the page allows, without counting what stands beside it.
"""

from __future__ import annotations

from typing import Any

# Over 4:1 on both backgrounds: marks of text do not follow the theme as axes do.
TEXT = "#757d86"
INSIDE: dict[str, Any] = {
    "title": None,
    "labelAlign": "left",
    "labelBaseline": "bottom",
    "labelPadding": -4,
    "ticks": False,
    "domain": False,
}


def headed(layer: dict[str, Any], heading: str) -> dict[str, Any]:
    """A layer with its key on top, begun by what the panel's vertical axis shows.

    Args:
        layer: A layer with keys, as `figure.line_layer` and `figure.point_layer` make them.
        heading: What the axis would be titled.
    """
    encoding = {
        channel: {
            **definition,
            "legend": {
                **definition["legend"],
                "title": heading,
                "titleOrient": "left",
                "orient": "top",
            },
        }
        if definition.get("legend")
        else definition
        for channel, definition in layer["encoding"].items()
    }
    return {**layer, "encoding": encoding}
