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
GIVEN_UP = st.integers(0, 999_999)


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


@given(st.lists(st.tuples(st.integers(0, 2015), st.integers(1, 20)), max_size=30), GIVEN_UP)
def test_an_address_brings_a_game_back(moves: list[tuple[int, int]], given_up: int) -> None:
    game = challenge.play(ROUND, moves, given_up)
    back = challenge.loads(challenge.dumps(game), ROUND)
    assert (back.round, back.moves, back.spent, back.given_up) == (
        ROUND,
        game.moves,
        game.spent,
        given_up,
    )


@given(st.text(alphabet="0123456789._+x"))
def test_any_address_is_a_game(text: str) -> None:
    game = challenge.loads(text, ROUND)
    assert game.round == ROUND
    assert 0 <= game.spent <= 160


def test_an_address_reads_as_it_says() -> None:
    game = challenge.loads("8+320_17.5_17.20_204.1", ROUND)
    assert (game.moves, game.spent, game.given_up) == (((17, 5), (17, 20), (204, 1)), 21, 320)
    assert challenge.loads("17.5_204.1", ROUND).moves == ((17, 5), (204, 1))


def test_another_budget_gives_the_game_up_and_its_epochs_are_not_forgotten() -> None:
    game = challenge.loads("16+20_17.20_204.1", ROUND)  # ROUND is played with 8
    assert (game.moves, game.spent, game.given_up) == ((), 0, 41)
    again = challenge.give_up(challenge.play(ROUND, [(3, 4)], game.given_up), 8)
    assert (again.moves, again.given_up) == ((), 45)


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


def words(page: AppTest) -> str:
    return "\n".join(each.value for each in page.markdown)


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
    page.slider(key="digits-epochs").set_value(3).run()
    page.select_slider(key="digits-lr").set_value("0.003").run()
    page.button(key="train").click().run()
    on = track("digits")
    written = page.query_params["digits-1"]
    places = list(on.places(on.start))
    places[0] += 1
    game = challenge.loads(written, Round("digits", 1, 16))
    assert game.moves == ((on.start, 20), (on.number(tuple(places)), 3))
    page.button(key="open").click().run()
    assert not page.exception
    kept = scores.load()["digits-1"]
    assert kept.moves == written
    assert page.metric[1].value == f"{kept.test:.1%}"
    assert page.button(key="train").disabled
    assert page.button(key="over").disabled
    assert "open" not in [button.key for button in page.button]


def test_a_link_restores_the_settings(page: AppTest) -> None:
    page.query_params["track"] = "spirals"
    page.query_params["spirals-lr"] = "0.03"
    page.query_params["spirals-epochs"] = "33"
    page.run()
    page.button(key="train").click().run()
    on = track("spirals")
    ((number, epochs),) = challenge.loads(
        page.query_params["spirals-1"], Round("spirals", 1, 16)
    ).moves
    assert epochs == 33
    assert on.config(number) == on.config(on.start) | {"lr": 0.03}


def keep(moves: str, number: int, budget: int = 8) -> challenge.Result:
    """Keep the result of round 1 on the digits, as the page would."""
    game = challenge.loads(moves, Round("digits", 1, budget))
    result = challenge.hand_in(game, number)
    kept = scores.Score(
        "digits-1", budget, moves, number, result.promised, result.test, result.best
    )
    assert scores.keep(kept)
    return result


# By a link with other moves, with another budget, or with moves of a game that was never played.
@pytest.mark.parametrize(
    "address",
    [{}, {"digits-1": "8_400.20"}, {"digits-1": "32_1.20_400.20", "budget": "32"}],
    ids=["restarted", "linked", "another budget"],
)
def test_a_broken_seal_shows_the_game_that_broke_it_and_nothing_else(
    page: AppTest, address: dict[str, str]
) -> None:
    start = track("digits").start
    result = keep(f"8_{start}.20", start)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert page.metric[0].value == f"{result.promised:.1%}"
    assert page.metric[1].value == f"{result.test:.1%}"
    assert "1 trial, 20 of 160 epochs spent" in words(page)
    assert page.button(key="train").disabled
    assert "open" not in [button.key for button in page.button]
    assert len(scores.load()) == 1


def test_two_tabs_break_a_seal_once(page: AppTest, home: Path) -> None:
    page.query_params["digits-1"] = "16_400.20"
    page.run()  # this tab has seen the seal whole
    start = track("digits").start
    result = keep(f"16_{start}.20", start, 16)  # the other tab breaks it
    page.button(key="open").click().run()
    assert not page.exception
    assert scores.load()["digits-1"].number == start
    assert page.metric[1].value == f"{result.test:.1%}"


def test_a_round_keeps_its_moves_to_itself(page: AppTest) -> None:
    page.query_params["digits-1"] = "16_400.20"
    page.run()
    assert "1 trial, 20 of 320" in words(page)
    page.slider(key="round").set_value(2).run()
    assert "Choose the settings and train" in page.info[0].value
    page.radio(key="track").set_value("spirals").run()
    assert "Choose the settings and train" in page.info[0].value
    page.button(key="train").click().run()
    page.radio(key="track").set_value("digits").run()
    page.slider(key="round").set_value(1).run()
    assert not page.exception
    assert "1 trial, 20 of 320" in words(page)


def test_starting_over_does_not_forget_what_was_seen(page: AppTest, home: Path) -> None:
    page.query_params["digits-1"] = "16_400.20"
    page.run()
    page.button(key="over").click().run()
    assert "spent 20 epochs before" in words(page)
    page.select_slider(key="budget").set_value("8").run()
    page.button(key="train").click().run()
    page.button(key="open").click().run()
    assert "Before this game you spent 20 epochs in others" in words(page)
    assert scores.load()["digits-1"].moves == f"8+20_{track('digits').start}.20"


def test_a_kept_result_that_does_not_fit_its_moves_is_not_shown(page: AppTest) -> None:
    scores.keep(scores.Score("digits-1", 8, "8_17.20", 18, 0.9, 0.99, 0.98))
    page.run()
    assert not page.exception
    assert "does not fit its moves" in page.warning[0].value
    assert not page.metric


@pytest.mark.parametrize("value", ["99", "0", "-1", "x", "40"])
def test_an_address_out_of_range_is_no_traceback(page: AppTest, value: str) -> None:
    for key in ("track", "round", "budget", "digits-epochs", "digits-lr", "epochs", "digits-1"):
        page.query_params[key] = value
    page.run()
    assert not page.exception
