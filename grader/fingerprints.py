"""Recorded answers to the probes: what the reference says, and what each misconception says.

The files hold answers only, so they may ship with a learner's kit: a wrong function is recognized
by what it answers, without its code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.likeness import agree, how_well
from grader.paths import fingerprints_file
from grader.report import Diagnosis
from grader.values import show, to_plain

SCHEMA = 1
_DIGITS = 12  # significant ones that are recorded; far below the tolerance of a comparison
_FLOAT = "$float"  # JSON has no NaN and no infinity: {"$float": "nan"}, "inf" or "-inf"


@dataclass(frozen=True)
class Fingerprint:
    """What one misconception answers.

    Attributes:
        id: The misconception's name, e.g. "uniform-between-bounds".
        task: The task that it gets wrong.
        message: What was done and the way out of it, said to the learner.
        answer: Its answer to the task's probe, as plain values.
    """

    id: str
    task: str
    message: str
    answer: Any


@dataclass(frozen=True)
class Fingerprints:
    """All recorded answers of one topic.

    Attributes:
        topic: The topic's module, e.g. "ex02_manual_tuning".
        references: The reference's answer by task, as plain values.
        misconceptions: The wrong answers, by task and id.
    """

    topic: str
    references: Mapping[str, Any]
    misconceptions: tuple[Fingerprint, ...]

    def reference(self, task: str) -> Any:
        """Return what the reference answers to the task's probe.

        Raises:
            KeyError: If nothing is recorded for the task.
        """
        if task not in self.references:
            raise KeyError(f"No answer of {task!r} is recorded. Run `hyperlings sync`.")
        return self.references[task]

    def diagnose(self, task: str, answer: object) -> Diagnosis | None:
        """Name the misconception that an answer shows.

        Args:
            task: The probed task.
            answer: What the probe gave for a submission, a dictionary of cases.

        Returns:
            The misconception, or None where the answer is right or like none of those known.
        """
        if task not in self.references or agree(answer, self.references[task]):
            return None
        right, plain = self.references[task], to_plain(answer)
        fits = [
            (fit, known)
            for known in self.misconceptions
            if known.task == task and (fit := how_well(right, known.answer, plain)) is not None
        ]
        if not fits:
            return None
        _, best = max(fits, key=lambda pair: pair[0])
        return Diagnosis(best.id, best.message)

    def agrees_with(self, other: Fingerprints) -> bool:
        """Tell whether two recordings, perhaps of two machines, say the same."""
        return (
            self.topic == other.topic
            and agree(dict(self.references), dict(other.references))
            and [(f.id, f.task, f.message) for f in self.misconceptions]
            == [(f.id, f.task, f.message) for f in other.misconceptions]
            and agree(
                [f.answer for f in self.misconceptions], [f.answer for f in other.misconceptions]
            )
        )


def load(module: str) -> Fingerprints:
    """Read a topic's recorded answers; without a file, there are none.

    Args:
        module: The topic's module.

    Raises:
        ValueError: If the file is not one that `dumps` wrote.
    """
    path = fingerprints_file(module)
    if not path.is_file():
        return Fingerprints(module, {}, ())
    try:
        return loads(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged ({error}). Run `hyperlings sync`.") from None


def loads(text: str) -> Fingerprints:
    """Read what `dumps` wrote.

    Raises:
        ValueError: If it is not JSON, or of another schema.
        KeyError: If a field is missing.
    """
    data = json.loads(text)
    if data["schema"] != SCHEMA:
        raise ValueError(f"`schema` must be {SCHEMA}, but got {data['schema']!r}")
    return Fingerprints(
        topic=data["topic"],
        references=_decoded(data["reference"]),
        misconceptions=tuple(
            Fingerprint(item["id"], item["task"], item["message"], _decoded(item["answer"]))
            for item in data["misconceptions"]
        ),
    )


def dumps(prints: Fingerprints) -> str:
    """Write recorded answers as strict JSON: one line each, sorted, so that a diff can be read.

    Raises:
        TypeError: If an answer holds anything but None, bool, numbers, text, lists and
            dictionaries with text as keys.
    """
    references = [
        f"{_json(task)}: {_json(_encoded(answer))}"
        for task, answer in sorted(prints.references.items())
    ]
    wrong = [
        _json({**vars(item), "answer": _encoded(item.answer)})
        for item in sorted(prints.misconceptions, key=lambda item: (item.task, item.id))
    ]
    return (
        f'{{\n "schema": {SCHEMA},\n "topic": {_json(prints.topic)},\n'
        f' "reference": {{{_lines(references)}}},\n'
        f' "misconceptions": [{_lines(wrong)}]\n}}\n'
    )


def _lines(items: list[str]) -> str:
    return "".join(f"\n  {item}," for item in items).removesuffix(",") + "\n "


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def _encoded(value: object) -> Any:
    if isinstance(value, float):
        short = float(f"{value:.{_DIGITS}g}")
        return short if math.isfinite(short) else {_FLOAT: str(short)}
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        if wrong := [key for key in value if not isinstance(key, str) or key == _FLOAT]:
            raise TypeError(f"a dictionary's keys must be text, but got {wrong[0]!r}")
        return {key: _encoded(value[key]) for key in sorted(value)}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"an answer must be made of plain values, but got {show(value)}")


def _decoded(value: object) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if isinstance(value, dict):
        if value.keys() == {_FLOAT}:
            return float(value[_FLOAT])
        return {key: _decoded(item) for key, item in value.items()}
    return value
