"""Every chart is valid Vega-Lite, draws, keeps its specification, and filters what it is given."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
import numpy as np
import pytest
import vl_convert
from PIL import Image

from app.charts import picture
from app.charts.boundary import boundary
from app.charts.combinations import combinations
from app.charts.coverage import hit_chance
from app.charts.figure import PICTURE, Figure
from app.charts.lr_finder import lr_finder
from app.charts.network_size import parameter_counts
from app.charts.optimism import winners_curse
from app.charts.ridge import heatmap
from app.labs import lr_finder as finder
from app.labs import (
    playground,
    ridge,
)
from app.labs.combinations import cost
from app.labs.coverage import coverage
from app.labs.grid_or_random import contest
from app.labs.network_size import network_size
from app.labs.optimism import SHOWN
from app.labs.playground_answers import CELLS, Answers
from app.theme import GHOST, HEAT, RAW, REFERENCE, YOURS
from engine import TrainConfig
from engine.network import Network
from tests.app.figures import FIGURES, LUCK, finder_figure, grid_map, random_map, ridge_figure


@pytest.mark.parametrize(("first", "second"), [item[1:] for item in FIGURES], ids=lambda _: "")
def test_only_data_and_caption_change_with_the_controls(first: Figure, second: Figure) -> None:
    assert first.spec == second.spec
    assert (first.key, first.alt) == (second.key, second.alt)
    assert len(first.alt) > 40
    assert first.caption != second.caption


@pytest.mark.parametrize("figure", [item[2] for item in FIGURES], ids=[i[0] for i in FIGURES])
def test_a_chart_is_valid_and_draws(figure: Figure) -> None:
    rows = json.loads(figure.rows.to_json(orient="records"))
    spec = {**_sized(figure.spec), "data": {"values": rows}}
    alt.Chart.from_dict(spec)  # raises on anything that Vega-Lite's schema does not know
    svg = vl_convert.vegalite_to_svg(spec)
    assert svg.count("<path") > 5


@pytest.mark.parametrize("figure", [item[2] for item in FIGURES], ids=[i[0] for i in FIGURES])
def test_a_chart_names_only_columns_that_its_data_has(figure: Figure) -> None:
    fields = set(_fields(figure.spec))
    assert fields
    assert fields <= set(figure.rows.columns)


@pytest.mark.parametrize("figure", [item[2] for item in FIGURES], ids=[i[0] for i in FIGURES])
def test_every_axis_has_a_fixed_domain(figure: Figure) -> None:
    for channel in _channels(figure.spec):
        if channel.get("type") == "quantitative" and "scale" in channel:
            assert "domain" in channel["scale"]


def test_each_line_has_its_own_color_dash_and_width() -> None:
    figure = finder_figure(8, "steep")
    rows = json.loads(figure.rows.to_json(orient="records"))
    svg = vl_convert.vegalite_to_svg({**figure.spec, "data": {"values": rows}, "width": 400})
    for name, line in {
        "raw": RAW,
        "smoothed": REFERENCE,
        "previous": GHOST,
        "your smoothing": YOURS,
    }.items():
        drawn = (
            rf'stroke="{line.color}" stroke-width="{line.width:g}" '
            rf'stroke-dasharray="{line.dash[0]},{line.dash[1]}"'
        )
        assert len(re.findall(rf'<path d="[^"]*" {drawn}/>', svg)) == 1, name


def test_the_finder_caption_tells_every_suggestion_and_their_ratio() -> None:
    figure = finder_figure(8, "steep")
    for method in finder.METHODS:
        assert method in figure.caption
    assert "times the smallest" in figure.caption


def test_the_plane_is_as_pale_as_the_network_is_unsure_and_the_right_way_up() -> None:
    data = playground.load(playground.Source("moons", n=60))
    # Class 1 above 0 and class 0 below, the surer the farther.
    network = Network("relu", (np.array([[0.0, 0.0], [0.0, 4.0]]),), (np.zeros(2),))
    setup = playground.Setup(playground.Source("moons", n=60), TrainConfig())
    run = playground.Run(setup, data, np.zeros((4, 1, 1)), answers=Answers(network, data))
    assert run.answers
    assert run.answers.boundary
    rows = boundary(run, run.answers.boundary).rows
    *examples, plane = rows.to_dict("records")
    assert {row["kind"] for row in examples} == {"training", "validation"}
    assert all((row["answer"] == "class 1") == (row["y"] > 0) for row in examples)
    image = Image.open(io.BytesIO(base64.b64decode(plane["picture"].partition(",")[2])))
    pixels = np.asarray(image)
    assert pixels.shape == (CELLS, CELLS, 3)
    assert pixels[0, 0].tolist() == [0x8F, 0xD3, 0xBF]  # sure of class 1 at the top
    assert pixels[-1, -1].tolist() == [0xDC, 0xB8, 0xCC]  # and of class 0 at the bottom
    assert pixels[CELLS // 2, 0].min() > 0xE0  # pale between them


def test_heat_has_the_colors_of_vegas_scheme() -> None:
    scores = np.linspace(0, 1, 101)
    spec = {
        "data": {"values": [{"i": i, "score": score} for i, score in enumerate(scores.tolist())]},
        "mark": "rect",
        "encoding": {
            "x": {"field": "i", "type": "ordinal"},
            "color": {
                "field": "score",
                "type": "quantitative",
                "scale": {"scheme": HEAT, "domain": [0, 1]},
                "legend": None,
            },
        },
    }
    svg = vl_convert.vegalite_to_svg(spec)
    cells = re.findall(r'aria-label="i: (\d+);[^>]*fill="rgb\((\d+), (\d+), (\d+)\)"', svg)
    drawn = np.array([[int(number) for number in cell] for cell in cells])
    assert drawn[:, 0].tolist() == list(range(101))
    assert np.abs(picture.heat(scores).astype(int) - drawn[:, 1:]).max() <= 2


def test_the_surface_under_the_trials_is_brightest_where_the_score_is_highest() -> None:
    found = contest(9, 10, 0)
    figure = grid_map(9, own=False)
    (address,) = figure.rows[PICTURE].dropna()
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))
    n_rows, n_columns, _ = pixels.shape
    row, column = np.unravel_index(pixels.sum(axis=2).argmax(), pixels.shape[:2])
    assert (column + 0.5) / n_columns == pytest.approx(found.surface.x, abs=1 / n_columns)
    assert 1 - (row + 0.5) / n_rows == pytest.approx(found.surface.y, abs=1 / n_rows)
    assert PICTURE not in figure.numbers
    assert set(figure.numbers.kind) == {"trial", "best", "x value", "y value"}


def test_the_ridge_caption_names_both_ends() -> None:
    recorded = ridge.landscape()
    caption = heatmap(ridge.ridge(recorded, "epochs", 20)).caption
    assert "20 epochs" in caption
    assert "batch size 8" in caption
    assert "batch size 256" in caption


def test_the_hit_chart_says_fifty_nine_and_what_twenty_would_give() -> None:
    caption = hit_chance(coverage(0.05, 0.95, 0)).caption
    assert "59 trials" in caption
    assert "1/q = 20 trials the chance is 64%" in caption


def test_the_parameter_chart_tells_the_settings_from_the_parameters() -> None:
    # 64 * 128 + 128, then 128 * 128 + 128, then 128 * 10 + 10; the first is frozen.
    figure = parameter_counts(network_size(128, 2, 1), np.array([17802.0, 26122.0]))
    assert figure.caption == (
        "12 settings, and 26,122 parameters: 17,802 trainable, 8,320 frozen. "
        "Yours: 17,802 trainable of 26,122."
    )
    lines = figure.rows[figure.rows["width"] == 128].set_index("series")["count"]
    assert lines["settings"] == 12
    assert sorted(lines["chosen"]) == sorted(lines["yours"]) == [17802, 26122]


def test_the_luck_chart_says_how_much_the_winner_flatters() -> None:
    caption = winners_curse(LUCK, yours=np.linspace(0.91, 1.0, len(SHOWN))).caption
    assert "With 100 validation samples, the best of 10 trials looks 3.0 points better" in caption
    assert "promise 95.0% for the best of 10 and 100.0% for the best of 200" in caption


def test_the_map_of_recorded_trainings_is_as_large_as_the_landscape() -> None:
    rows = ridge_figure(1).rows
    cells = rows[rows["kind"] == "cell"]
    axes = ridge.landscape().axes
    half_lr, half_batch = 10 ** (1 / 6), 2**0.5
    assert cells["left"].min() == pytest.approx(min(axes["lr"]) / half_lr)
    assert cells["right"].max() == pytest.approx(max(axes["lr"]) * half_lr)
    assert cells["bottom"].min() == pytest.approx(min(axes["batch_size"]) / half_batch)
    assert cells["top"].max() == pytest.approx(max(axes["batch_size"]) * half_batch)
    assert ((cells["left"] < cells["lr"]) & (cells["lr"] < cells["right"])).all()


def test_a_finder_that_waits_for_a_guess_tells_no_suggestion() -> None:
    curve = (np.array([0.01, 0.1, 1.0]), np.array([3.0, 1.0, 2.0]))
    waiting = lr_finder(curve, curve, (), "steep")
    assert waiting.caption == "The smoothed loss is lowest, 1.00 nats, at learning rate 0.1."
    assert not set(waiting.rows["series"]) & set(finder.METHODS)


def test_the_maps_tell_how_many_values_were_tried() -> None:
    assert "9 trials, 3 different values of x" in grid_map(9, own=False).caption
    assert "9 trials, 9 different values of x" in random_map(0).caption


def test_a_map_marks_its_best_trial_and_every_value_along_the_margins() -> None:
    found = contest(9, 10, 0)
    rows = grid_map(9, own=True).rows
    (best,) = rows[rows.kind == "best"].score
    assert best == found.grid.scores.max()
    counts = rows.kind.value_counts()
    kinds = {"surface": 1, "trial": 8, "x value": 3, "y value": 3, "yours": 9, "your best": 1}
    assert {kind: counts[kind] for kind in kinds} == kinds
    assert rows[rows.kind == "yours"].order.tolist() == list(range(9))


def test_the_cost_caption_tells_combinations_time_and_room() -> None:
    # 3^4 = 81; 81 * 5 trainings of a minute are 405 minutes, 6.75 hours.
    caption = combinations(cost(3, 4, 5, 1)).caption
    assert caption == (
        "3 values for each of 4 settings: 81 combinations. Trained in 5 folds at 1 minute each, "
        "that takes 7 hours. Within 100 combinations there is room for 4 settings."
    )
    # 10^8 hours are 11,408 years.
    assert "11,408 years" in combinations(cost(10, 8, 1, 60)).caption
    assert "takes 20 minutes" in combinations(cost(10, 1, 1, 2)).caption
    assert "81 minutes" in combinations(cost(3, 4, 1, 1)).caption
    assert "takes 51 days" in combinations(cost(3, 5, 5, 60)).caption


def _sized(spec: Any) -> dict[str, Any]:
    """As wide as the page makes it: of stacked panels, each."""
    if "vconcat" in spec:
        return {**spec, "vconcat": [{**panel, "width": 400} for panel in spec["vconcat"]]}
    return {**spec, "width": 400}


def _channels(spec: Any) -> Iterator[dict[str, Any]]:
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in {"x", "y"} and isinstance(value, dict):
                yield value
            yield from _channels(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from _channels(item)


def _fields(spec: Any) -> Iterator[str]:
    if isinstance(spec, dict):
        if isinstance(spec.get("field"), str):
            yield spec["field"]
        for value in spec.values():
            yield from _fields(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from _fields(item)
