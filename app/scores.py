"""The challenge's results: each round's seal is broken once.

They are kept beside the exercises; in a class, in the session.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from app import hosted
from grader.journal import write_whole
from grader.paths import exercises_dir

_COLUMNS = ("round", "budget", "moves", "number", "promised", "test", "best")


@dataclass(frozen=True)
class Score:
    """The result of one round.

    Attributes:
        round: The round's id.
        budget: Whole trainings that it was played with.
        moves: The moves that led to it, as an address holds them.
        number: The configuration that was handed in.
        promised: Its validation accuracy.
        test: Its test accuracy.
        best: The best test accuracy there was.
    """

    round: str
    budget: int
    moves: str
    number: int
    promised: float
    test: float
    best: float


def load() -> dict[str, Score]:
    """Read the scores by round; an unreadable file counts as none."""
    session = hosted.session()
    if session is not None:
        return dict(session.scores)
    try:
        items = json.loads(_file().read_text(encoding="utf-8"))
        return {item["round"]: Score(**item) for item in items}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def keep(score: Score) -> bool:
    """Keep the first result of a round.

    Returns:
        Whether this was the first; a later one is not kept.

    Raises:
        OSError: If the folder cannot be written.
    """
    scores = load()
    if score.round in scores:
        return False
    scores[score.round] = score
    session = hosted.session()
    if session is not None:
        session.scores = scores
        return True
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    items = [asdict(item) for item in scores.values()]
    write_whole(path, json.dumps(items, indent=1).encode() + b"\n")
    return True


def as_csv() -> str:
    """Write the scores as a table, one row a round."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(score) for score in load().values())
    return text.getvalue()


def _file() -> Path:
    return exercises_dir() / ".hyperlings" / "challenge.json"
