"""The Challenge: tune by hand within a budget, then open the sealed test, once."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import controls, panels, scores, services
from app.charts.challenge import learning_curves
from app.labs import challenge as lab
from app.labs.track import NAMES, track

_PERCENT = "%.1f%%"  # of numbers times 100, so that columns sort and align as numbers


def show() -> None:
    """Show the page."""
    st.title("Challenge", anchor=False)
    st.markdown(
        "Tune a network by hand. Every epoch is paid for from your budget; a configuration goes on "
        "from where it stood. When you are done, hand one in: the sealed test opens once."
    )
    panels.look_for(
        "Whether a few epochs tell enough to drop a configuration, and how much of the validation "
        "accuracy the test keeps. It is another draw, and the winner of many trials was lucky."
    )
    services.libraries()
    played = _round()
    known = scores.load().get(played.id)
    if known is None:
        # Each round has a name of its own in the address, so that a link brings all games back.
        game = lab.loads(st.query_params.get(played.id, ""), played)
    else:
        game = lab.loads(known.moves, replace(played, budget=known.budget))
    left, right = st.columns([1, 2], gap="medium")
    with left:
        _controls(game, open_=known is None)
    with right:
        _board(game)
        _seal(game, known)
    _scores()


def _round() -> lab.Round:
    first, second, third = st.columns(3, gap="medium")
    with first:
        name = controls.choice("Track", NAMES, key="track")
    with second:
        number = controls.number("Round", 1, lab.ROUNDS, 1, key="round")
    with third:
        budget = controls.step("Budget, in whole trainings", lab.BUDGETS, 16, key="budget")
    return lab.Round(name, number, budget)


def _controls(game: lab.Game, *, open_: bool) -> None:
    on = track(game.round.name)
    start = on.config(on.start)
    head = st.container()  # above the settings, where it is seen without scrolling
    places = []
    for axis, values in on.axes.items():
        words = [f"{value:g}" if isinstance(value, float) else str(value) for value in values]
        default = words[values.index(start[axis])]
        label = axis.replace("_", " ").replace("lr", "learning rate").capitalize()
        chosen = controls.scale(label, words, default, key=f"{game.round.name}-{axis}")
        places.append(words.index(chosen))
    number = on.number(tuple(places))
    until = controls.number(
        "Train to epoch", 1, on.max_epochs, on.max_epochs, key=f"{game.round.name}-epochs"
    )
    with head:
        _train(game, (number, until), open_=open_)


def _train(game: lab.Game, move: lab.Move, *, open_: bool) -> None:
    number, until = move
    has = game.trained(number)
    cost = max(until - has, 0)
    st.progress(game.spent / game.budget, f"{game.spent:,} of {game.budget:,} epochs spent")
    with st.container(horizontal=True):
        st.button(
            f"Train for {cost} {'epoch' if cost == 1 else 'epochs'}" if cost else "Train",
            key="train",
            disabled=not open_ or not 0 < cost <= game.left,
            on_click=_move,
            args=(game, move),
        )
        st.button(
            "Start over",
            key="over",
            disabled=not open_ or not game.moves,
            on_click=_keep,
            args=(lab.give_up(game, game.round.budget),),
        )
    if not open_:
        panels.small("This round's seal is broken. Choose another round.")
    elif not cost:
        panels.small(f"This configuration has {has} epochs already.")
    elif cost > game.left:
        panels.small(f"That costs {cost} epochs, and {game.left} are left.")
    if open_ and game.given_up:
        panels.small(
            f"Games that you gave up spent {game.given_up:,} epochs before. The rivals had no "
            "such look."
        )


def _move(game: lab.Game, move: lab.Move) -> None:
    _keep(lab.play(game.round, (*game.moves, move), game.given_up))


def _keep(game: lab.Game) -> None:
    st.query_params[game.round.id] = lab.dumps(game)


def _board(game: lab.Game) -> None:
    if not game.trials:
        st.info("Choose the settings and train. Your trials are drawn here.")
        return
    import pandas as pd

    panels.show(learning_curves(game))
    on = track(game.round.name)
    ranked = sorted(game.trials, key=lambda trial: -trial.score)
    table = [
        {"validation": 100 * t.score, "epochs": t.epochs, **on.config(t.number)} for t in ranked
    ]
    percent = {"validation": st.column_config.NumberColumn(format=_PERCENT)}
    st.dataframe(pd.DataFrame(table), hide_index=True, column_config=percent)


def _seal(game: lab.Game, known: scores.Score | None) -> None:
    if known is not None:
        try:
            _tell(lab.hand_in(game, known.number), game)
        except ValueError:
            st.warning("The kept result of this round does not fit its moves, so it is not shown.")
        return
    best = game.best
    if best is None:
        return
    on = track(game.round.name)
    panels.small(
        f"You would hand in your best: {best.score:.1%} on validation after {best.epochs} of "
        f"{on.max_epochs} epochs. It is tested after a whole training."
    )
    if st.button("Open the sealed test", key="open"):
        result = lab.hand_in(game, best.number)
        kept = scores.Score(
            game.round.id,
            game.round.budget,
            lab.dumps(game),
            result.number,
            result.promised,
            result.test,
            result.best,
        )
        try:
            scores.keep(kept)
        except OSError as error:
            st.warning(f"The result could not be kept: {error.strerror}.")
            _tell(result, game)
        else:
            st.rerun()


def _tell(result: lab.Result, game: lab.Game) -> None:
    st.header("The sealed test", anchor=False)
    gained = f"{100 * (result.test - result.promised):+.1f}"
    with st.container(horizontal=True):
        st.metric("Validation promised", f"{result.promised:.1%}")
        moved = None if float(gained) == 0 else f"{gained} points"
        st.metric("Test", f"{result.test:.1%}", moved, delta_color="off")
        for rival, median in result.rivals.items():
            st.metric(f"Median of {rival}", f"{median:.1%}")
    beaten = " and ".join(f"{share:.0%} of {rival}'s" for rival, share in result.beaten.items())
    st.markdown(
        f"You did better than {beaten} runs with the same budget. The best on the track has "
        f"{result.best:.1%}; you missed {100 * (result.best - result.test):.1f} points of it."
    )
    if game.given_up:
        st.markdown(
            f"Before this game you spent {game.given_up:,} epochs in others, which you gave up. "
            "Nobody else had such a look."
        )


def _scores() -> None:
    kept = scores.load()
    if not kept:
        return
    st.header("Your rounds", anchor=False)
    st.dataframe(
        [
            {
                "round": score.round,
                "budget": score.budget,
                "validation promised": 100 * score.promised,
                "test": 100 * score.test,
                "best there was": 100 * score.best,
            }
            for score in kept.values()
        ],
        column_config={
            name: st.column_config.NumberColumn(format=_PERCENT)
            for name in ("validation promised", "test", "best there was")
        },
    )
    st.download_button(
        "Save as CSV", scores.as_csv(), "hyperlings-challenge.csv", "text/csv", key="save"
    )
