"""Draw the lessons' figures: `python docs/figures/draw.py [NAME …]`.

Each figure is data from a real run, then an Altair chart, then an SVG beside this script. The same
versions on the same machine give the same files. The panel is white and opaque, so that a figure
reads the same on a light page and on a dark one.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import altair as alt

from grader.paths import load_module

FOLDER = Path(__file__).resolve().parent
MODULES = ("manual_tuning", "random_search", "practical_guidelines")
FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK = "#24292f"


def figures() -> Mapping[str, Callable[[], alt.TopLevelMixin]]:
    """Find every figure: file name without ".svg" -> what makes its chart."""
    found: dict[str, Callable[[], alt.TopLevelMixin]] = {}
    for name in MODULES:
        found |= load_module(FOLDER / f"{name}.py", f"hyperlings_figures.{name}").FIGURES
    return found


def styled(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart's Vega-Lite specification in the lessons' common style."""
    spec: dict[str, Any] = chart.to_dict()
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12}
    spec["background"] = "white"
    spec["padding"] = 14
    spec["config"] = {
        "font": FONT,
        "view": {"stroke": None},
        "axis": text
        | {"titleFontWeight": "normal", "gridColor": "#eef1f4", "domainColor": "#8c959f"}
        | {"tickColor": "#8c959f", "titlePadding": 8},
        "legend": text | {"titleFontWeight": "normal"},
        "title": {"color": INK, "subtitleColor": INK, "anchor": "start", "fontSize": 14}
        | {"subtitleFontSize": 12, "subtitlePadding": 5, "offset": 10},
        "text": {"color": INK, "fontSize": 12},
    }
    return spec


def svg(chart: alt.TopLevelMixin) -> str:
    """Return a chart as SVG text."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(styled(chart))
    # Vega numbers clip paths on from the last figure: begin at 1, whatever was drawn before.
    numbers: dict[str, int] = {}
    return re.sub(
        r"\bclip(\d+)\b",
        lambda match: f"clip{numbers.setdefault(match[1], len(numbers) + 1)}",
        drawn,
    )


def main() -> None:
    """Draw the named figures, or all."""
    known = figures()
    parser = argparse.ArgumentParser(prog="python docs/figures/draw.py", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; or all")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in known]
    if unknown:
        parser.error(f"no figure is called {unknown[0]!r}; there are {', '.join(known)}")

    import torch

    # With more threads, sums could be rounded differently from one machine to the next.
    torch.set_num_threads(1)
    for name in arguments.names or known:
        path = FOLDER / f"{name}.svg"
        path.write_text(svg(known[name]()) + "\n", encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
