"""Learning curves of a game's trials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.charts.figure import Figure, Spec, line_layer
from app.labs.track import NAMES, Name, track
from app.theme import RAW, REFERENCE, YOURS

if TYPE_CHECKING:
    from app.labs.challenge import Game

_BEST, _LATEST, _OTHER = "best so far", "latest", "other trials"
_LINES = {_OTHER: RAW, _BEST: REFERENCE, _LATEST: YOURS}
_Y: dict[str, Any] = {  # good networks differ by a point, so the scale is wide near 100%
    "field": "accuracy",
    "type": "quantitative",
    "scale": {"type": "pow", "exponent": 5, "domain": [0, 1.005], "nice": False},
    "axis": {
        "title": "validation accuracy (stretched near 100%)",
        "format": ".0%",
        "values": [0.5, 0.7, 0.8, 0.9, 0.95, 1],
        "labelOverlap": False,
    },
}
_ALT = (
    "Learning curves of the trials so far, validation accuracy against epoch, with the best one as "
    "a thick line and the latest one dashed."
)


def _spec(name: Name) -> Spec:
    x = {
        "field": "epoch",
        "type": "quantitative",
        "scale": {"domain": [0.5, track(name).max_epochs + 0.5], "nice": False},
        "axis": {"title": "epoch", "tickMinStep": 1},
    }
    curves = line_layer("series", _LINES, x, _Y)
    # A trial of one epoch is a point, which a line alone would not show.
    curves["mark"]["point"] = {"size": 25}
    curves["encoding"] |= {"detail": {"field": "trial"}}
    return {"height": 380, **curves}


def learning_curves(game: Game) -> Figure:
    """Draw the trials of a game that has some."""
    import pandas as pd

    best, latest = game.best, game.moves[-1][0]
    parts = []
    for place, trial in enumerate(game.trials, start=1):
        accuracy = game.curve(trial)
        series = _OTHER
        if best is not None and trial.number == best.number:
            series = _BEST
        elif trial.number == latest:
            series = _LATEST
        parts.append(
            pd.DataFrame(
                {
                    "series": series,
                    "trial": place,
                    "epoch": range(1, trial.epochs + 1),
                    "accuracy": accuracy,
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    name = game.round.name
    return Figure(f"challenge-{name}", _SPECS[name], rows, _ALT, _caption(game))


def _caption(game: Game) -> str:
    best = game.best
    assert best is not None  # a game that has trials
    n = len(game.trials)
    return (
        f"{n} {'trial' if n == 1 else 'trials'}, {game.spent:,} of {game.budget:,} epochs spent. "
        f"The best so far has {best.score:.1%} after {best.epochs} "
        f"{'epoch' if best.epochs == 1 else 'epochs'}."
    )


_SPECS: Mapping[Name, Spec] = {name: _spec(name) for name in NAMES}
