"""The race: what searches may spend, what they find, and the page that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import optuna
import pytest
from streamlit.testing.v1 import AppTest

from app import services
from app.charts.race import race as chart
from app.labs import own_race, race, recorded_tpe
from app.labs.contestants import METHODS, Ledger, Method, OutOfBudget, grid_of, search
from app.labs.track import NAMES, Name, Track, track
from app.own_code import Runner
from app.own_value import OwnValue
from grader.topics import find_task
from tests.app.conftest import reference_source

EPOCHS = 9


@pytest.fixture
def small() -> Track:
    """Two settings of three values each; x decides, and the configuration (2, 1) is the best."""
    x, y = np.meshgrid([0.1, 0.5, 0.9], [0.0, 0.05, 0.02], indexing="ij")
    final = (x + y).ravel()
    curve = final[:, None] * np.linspace(0.2, 1.0, EPOCHS)
    validation = np.stack([curve, curve])
    axes = {"lr": (1, 2, 3), "width": (10, 20, 30)}
    return Track("digits", axes, validation, np.stack([final, final]), 0, 100)


def test_a_ledger_charges_new_epochs_only_and_refuses_what_is_too_much(small: Track) -> None:
    ledger = Ledger(small, 0, budget=12)
    ledger.train(4, 3)
    ledger.train(4, 9)
    assert ledger.train(4, 2) == pytest.approx(0.55 * 0.3)  # second of nine: 0.2 + 0.8 / 8
    assert ledger.spent == 9
    with pytest.raises(OutOfBudget):
        ledger.train(5, 4)
    assert ledger.spent == 9
    ledger.train(5, 3)
    assert [move[:3] for move in ledger.moves] == [(3, 4, 3), (9, 4, 9), (12, 5, 3)]


def test_manual_search_moves_along_one_axis_at_a_time(small: Track) -> None:
    moves = search("manual", small, 20, 0).moves
    assert [number for _, number, _, _ in moves] == [0, 3, 6, 7, 8, 1, 4]
    #       the start, its axis x: 6 is best; axis y: 7 is best; then x again from 7: 1 and 4


@pytest.mark.parametrize(
    ("trials", "counts"),
    [(1, [1, 1]), (3, [3, 1]), (4, [2, 2]), (6, [3, 2]), (8, [3, 2]), (9, [3, 3])],
)
def test_a_grid_gives_settings_values_in_turn(small: Track, trials: int, counts: list[int]) -> None:
    assert [len(places) for places in grid_of(small, trials)] == counts


def test_a_grid_takes_the_middle_of_equal_parts(small: Track) -> None:
    assert grid_of(small, 9) == [[0, 1, 2], [0, 1, 2]]
    assert grid_of(small, 2) == [[0, 2], [0]]


def test_halving_keeps_the_best_third(small: Track) -> None:
    ledger = search("halving", small, 3, 0)  # 27 epochs: 9 x 1 + 3 x 2 + 1 x 6 = 21 fit
    lasts = [(epochs, number) for _, number, epochs, _ in ledger.moves]
    assert [epochs for epochs, _ in lasts] == [1] * 9 + [3] * 3 + [9]
    assert {number for epochs, number in lasts if epochs == 3} == {6, 7, 8}
    assert lasts[-1] == (9, 7)
    assert ledger.spent == 21


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", NAMES)
def test_no_method_spends_more_than_its_budget_or_trains_anything_twice(
    name: Name, method: Method
) -> None:
    for budget in (1, 8, 64):
        ledger = search(method, track(name), budget, 3)
        assert ledger.spent <= ledger.budget == budget * track(name).max_epochs
        trained = [(number, epochs) for _, number, epochs, _ in ledger.moves]
        assert len(set(trained)) == len(trained)


def test_the_recorded_questions_are_those_that_tpe_asks() -> None:
    before = optuna.logging.get_verbosity()
    for name in NAMES:
        assert recorded_tpe.ask(track(name), 1, 12) == recorded_tpe.recorded(name)[1][:12]
        assert len(recorded_tpe.recorded(name)) >= max(race.RUNS)
    assert optuna.logging.get_verbosity() == before


def test_what_is_tested_is_not_what_was_trained_on() -> None:
    on = track("digits")
    final = on.validation[:, :, -1]
    np.testing.assert_allclose(on.test[0], (final[1] + final[2]) / 2)


@pytest.mark.parametrize("method", METHODS)
def test_a_lane_shows_what_would_be_returned(method: Method) -> None:
    on = track("digits")
    lane = race.lane("digits", method, 8, 5)
    for number in range(5):
        moves = search(method, on, 8, number).moves
        longest = max(epochs for _, _, epochs, _ in moves)
        at_last = [(score, config) for _, config, epochs, score in moves if epochs == longest]
        best = max(score for score, _ in at_last)
        first = next(config for score, config in at_last if score == best)
        assert lane.validation[number, -1] == best
        assert lane.test[number, -1] == on.test[number % 3, first]
        assert lane.best[number] == on.test[number % 3].max()
    assert np.nanmin(lane.values("regret")) >= 0


def test_the_caption_ranks_by_the_median() -> None:
    lanes = tuple(race.lane("spirals", method, 8, 20) for method in METHODS)
    caption = chart(lanes, "regret", 8).caption
    ends = {lane.method: np.median(lane.values("regret")[:, -1]) for lane in lanes}
    worst = max(ends, key=lambda method: ends[method])
    assert f"; {worst} {100 * ends[worst]:.1f} points" in caption


def test_until_the_guess_a_quarter_is_seen_and_the_axis_has_room_for_all() -> None:
    lanes = tuple(race.lane("spirals", method, 16, 5).until(4.0) for method in METHODS)
    figure = chart(lanes, "regret", 16)
    drawn = figure.rows.dropna()
    assert drawn["cost"].max() <= 4.0
    assert figure.rows["cost"].max() == 16.0
    assert figure.caption.startswith("After 3.8")  # the last of 60 points before 4


@pytest.fixture
def page(home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(services, "runner", lambda: warm_runner)
    monkeypatch.setattr(warm_runner, "patience", 120.0)

    def script() -> None:
        from app.views import race

        race.show()

    return AppTest.from_function(script, default_timeout=180)


def words(page: AppTest) -> str:
    return "\n".join(each.value for each in (*page.markdown, *page.warning))


def test_the_page_draws_and_each_preset_moves_the_controls(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "After 3.8" in words(page)
    assert "holds here?" not in words(page)
    for button in [each.key for each in page.button]:
        page.button(key=button).click().run()
        assert not page.exception
    assert page.radio(key="view").value == "validation accuracy"
    assert "After 64 whole trainings" in words(page)


def test_without_a_method_the_page_says_what_to_do(page: AppTest) -> None:
    page.run()
    page.button_group(key="methods").set_value([]).run()
    assert not page.exception
    assert "Choose a method" in page.info[0].value


def test_a_guess_is_compared_and_the_table_appears(page: AppTest) -> None:
    page.query_params["budget"] = "4"
    page.query_params["guess"] = "manual"
    page.run()
    assert not page.exception
    found = words(page)
    ends = {m: np.median(race.lane("digits", m, 4, 20).test[:, -1]) for m in METHODS}
    place = sorted(ends.values(), reverse=True).index(ends["manual"]) + 1
    assert f"You said manual. It ends in place {place} of 5" in found
    assert (
        f"| **grid** | For fewer than 100 combinations; here are 2,016. | {ends['grid']:.1%}, "
        in (found)
    )


@pytest.mark.parametrize("budget", ["0", "99", "x"])
def test_an_address_out_of_range_is_no_traceback(page: AppTest, budget: str) -> None:
    for key in ("budget", "runs", "guess", "track", "view", "methods", "yours"):
        page.query_params[key] = budget
    page.run()
    assert not page.exception


@pytest.mark.parametrize("own", own_race.OWN)
def test_the_learners_own_search_runs_in_the_race(
    own: own_race.Own, page: AppTest, home: Path
) -> None:
    topic, _ = find_task(own)
    page.query_params["yours"] = own
    page.query_params["guess"] = "just show me"
    page.run()
    assert f"`{own}` is still to do" in words(page)
    source = reference_source(topic.module)
    (home / "exercises" / f"{topic.module}.py").write_text(source, encoding="utf-8")
    page.run()
    assert not page.exception
    assert re.search(r"20 runs, 18 of yours .*[;:] yours \d", words(page))


def test_an_answer_that_comes_while_the_page_is_drawn_is_noticed(
    page: AppTest, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def late(*_: object) -> OwnValue[race.Lane]:
        nonlocal asked
        asked += 1
        if asked == 1:
            warm_runner._settled += 1
        return OwnValue(None, "`tune` is running …")

    monkeypatch.setattr(own_race, "ask", late)
    page.run()
    assert asked == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return None", "a tuple that begins with a configuration of the space"),
        ("return {'lr': 7}, 0.5", "a tuple that begins with a configuration of the space"),
        (
            "return {name: values[0] for name, values in space.items()}, 0.9",
            "a configuration that was trained",
        ),
        ("objective({}, 1)", "raised a ValueError"),
        ("os._exit(3)", "ended its process"),
    ],
)
def test_a_broken_search_says_why_and_the_race_goes_on(
    body: str, message: str, page: AppTest, home: Path
) -> None:
    source = f"import os\n\ndef tune(objective, space, budget, seed):\n    {body}\n"
    path = home / "exercises" / "ex07_practical_guidelines.py"
    path.write_text(source, encoding="utf-8")
    page.run()
    assert not page.exception
    assert message in page.warning[0].value
    assert "halving" in words(page)
