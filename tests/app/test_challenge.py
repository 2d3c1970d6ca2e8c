"""The challenge: what moves cost, what an address brings back, and a seal that breaks once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app import scores
from app.labs import challenge, race
from app.labs.challenge import Round, Trial
from app.labs.track import track

ROUND = Round("digits", 2, 8)


def test_a_configuration_goes_on_from_where_it_stood() -> None:
    game = challenge.play(ROUND, [(17, 5), (17, 20), (204, 1)])
    scored = track("digits").validation[1]
    assert game.spent == 21
    assert game.left == 8 * 20 - 21
    assert game.trials == (Trial(17, 20, scored[17, 19]), Trial(204, 1, scored[204, 0]))
    np.testing.assert_array_equal(game.curve(game.trials[0]), scored[17])


def test_moves_that_cannot_be_made_are_passed_over() -> None:
    moves = [(17, 5), (17, 5), (17, 3), (99999, 1), (3, 0), (3, 21), *[(n, 20) for n in range(17)]]
    game = challenge.play(ROUND, moves)
    assert game.moves == ((17, 5), *[(n, 20) for n in range(7)])  # 5 + 7 * 20 of 160
    assert game.spent == 145


@given(st.lists(st.tuples(st.integers(0, 2015), st.integers(1, 20)), max_size=30))
def test_an_address_brings_a_game_back(moves: list[tuple[int, int]]) -> None:
    assert challenge.loads(challenge.dumps(moves)) == tuple(moves)


@given(st.text())
def test_any_address_is_a_game(text: str) -> None:
    game = challenge.play(ROUND, challenge.loads(text))
    assert game.left >= 0


def test_the_test_is_on_seeds_not_played_with_and_rivals_are_counted_by_hand() -> None:
    game = challenge.play(ROUND, [(17, 20), (400, 20)])
    assert game.best is not None
    result = challenge.hand_in(game, game.best.number)
    on = track("digits")
    finals = on.validation[:, game.best.number, -1]
    assert result.test == pytest.approx((finals[0] + finals[2]) / 2)
    assert result.promised == finals[1]
    ends = [race.run("digits", "random", 8, n).test[-1] for n in range(1, 39, 3)]
    assert len(ends) == 13
    below, equal = sum(e < result.test for e in ends), sum(e == result.test for e in ends)
    assert result.beaten["random"] == pytest.approx((below + equal / 2) / 13)
    assert result.rivals["random"] == np.median(ends)
    assert result.best == on.test[1].max()


def test_what_was_not_trained_cannot_be_handed_in() -> None:
    with pytest.raises(ValueError, match="Train a configuration before"):
        challenge.hand_in(challenge.play(ROUND, [(17, 20)]), 18)


def test_the_first_result_of_a_round_counts(home: Path) -> None:
    first = scores.Score("digits-2", 8, "17.20", 17, 0.9, 0.88, 0.98)
    assert scores.keep(first)
    assert not scores.keep(scores.Score("digits-2", 16, "18.20", 18, 0.97, 0.97, 0.98))
    assert scores.load() == {"digits-2": first}
    assert scores.as_csv().splitlines() == [
        "round,budget,moves,number,promised,test,best",
        "digits-2,8,17.20,17,0.9,0.88,0.98",
    ]


def test_a_damaged_file_of_scores_counts_as_none(home: Path) -> None:
    scores.keep(scores.Score("digits-2", 8, "17.20", 17, 0.9, 0.88, 0.98))
    saved = next((home / "exercises" / ".hyperlings").glob("challenge.json"))
    saved.write_text("[{", encoding="utf-8")
    assert scores.load() == {}


@pytest.fixture
def page(home: Path) -> AppTest:
    def script() -> None:
        from app.views import challenge

        challenge.show()

    return AppTest.from_function(script, default_timeout=60)


def test_a_game_from_the_first_move_to_the_broken_seal(page: AppTest, home: Path) -> None:
    page.run()
    assert not page.exception
    page.button(key="train").click().run()
    page.slider(key="epochs").set_value(3).run()
    page.select_slider(key="digits-lr").set_value("0.003").run()
    page.button(key="train").click().run()
    on = track("digits")
    moves = page.query_params["moves"]
    places = list(on.places(on.start))
    places[0] += 1
    assert challenge.loads(moves) == ((on.start, 20), (on.number(tuple(places)), 3))
    page.button(key="open").click().run()
    assert not page.exception
    kept = scores.load()["digits-1"]
    assert kept.moves == moves
    assert page.metric[1].value == f"{kept.test:.1%}"
    assert page.button(key="train").disabled
    assert "open" not in [button.key for button in page.button]


def test_a_round_once_opened_stays_open_after_a_restart(page: AppTest, home: Path) -> None:
    start = track("digits").start
    game = challenge.play(Round("digits", 1, 8), [(start, 20)])
    result = challenge.hand_in(game, start)
    scores.keep(
        scores.Score("digits-1", 8, f"{start}.20", start, result.promised, result.test, result.best)
    )
    page.run()
    assert not page.exception
    assert page.metric[0].value == f"{result.promised:.1%}"
    assert page.button(key="train").disabled
