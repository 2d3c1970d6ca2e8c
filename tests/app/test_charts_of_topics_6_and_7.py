"""What holds for every chart (`test_charts.py`), for the newer ones of topics 6 and 7."""

import pytest

from app.charts.figure import Figure
from app.charts.luck import luck as luck_chart
from app.charts.one_standard_error import one_standard_error
from app.charts.selection import selection
from app.labs import one_standard_error as simplest
from app.labs.luck import luck
from app.labs.selection import Setting, judge
from tests.app import test_charts as every

PAIRS = [
    (luck_chart(luck(50, 0.9), 1), luck_chart(luck(337, 0.95), 1000)),
    (
        one_standard_error(simplest.path(100, 3, 1)),
        one_standard_error(simplest.path(442, 10, 0), 6),
    ),
    (
        selection(judge(Setting(1, 30, 0)), None, None),
        selection(judge(Setting(50, 60, 10)), 0.7, 0.6),
    ),
]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda _: "")
def test_only_data_and_caption_change_with_the_controls(first: Figure, second: Figure) -> None:
    every.test_only_data_and_caption_change_with_the_controls(first, second)


@pytest.mark.parametrize("figure", [second for _, second in PAIRS], ids=lambda each: each.key)
def test_a_chart_is_valid_and_draws_what_its_data_has(figure: Figure) -> None:
    every.test_a_chart_is_valid_and_draws(figure)
    every.test_a_chart_names_only_columns_that_its_data_has(figure)
    every.test_every_axis_has_a_fixed_domain(figure)


def test_the_best_of_many_is_told_for_the_chosen_number_of_trials() -> None:
    figure = luck_chart(luck(337, 0.95), 100)
    assert figure.caption == (
        "337 validation examples, true accuracy 95%: the best of 100 trials seems 2.7 points "
        "better than it is, with 97.7%. Of 10 it is 1.7 points, of 1000 3.4."
    )
    (mark,) = figure.rows[figure.rows.series == "after your number of trials"].to_dict("records")
    assert (mark["trials"], round(mark["points"], 1)) == (100, 2.7)
    assert "the best of 1 trial seems 0.0 points" in luck_chart(luck(337, 0.95), 1).caption
