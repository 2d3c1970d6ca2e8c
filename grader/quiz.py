"""A topic's quiz: a few questions, each choice with its own explanation.

The data are TOML, one file a topic in `grader/quizzes/`, and ship inside the package:

    [[question]]
    ask = "Which of these is a hyperparameter?"

    [[question.choice]]
    text = "The learning rate"
    right = true
    because = "You set it before training begins."
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "quizzes"
_CODE = re.compile(r"`([^`]+)`")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


class QuizError(ValueError):
    """A quiz cannot be used; the text names file, question and remedy."""


@dataclass(frozen=True)
class Choice:
    """One answer to choose.

    Attributes:
        text: The answer, on one line, in Markdown.
        because: Why it is right or wrong, in Markdown.
        right: Whether it is the right one.
    """

    text: str
    because: str
    right: bool

    @property
    def verdict(self) -> str:
        """What someone who chose it is told."""
        return f"**{'Right.' if self.right else 'Not quite.'}** {self.because}"


@dataclass(frozen=True)
class Question:
    """A question with its choices, exactly one of them right.

    Attributes:
        ask: The question, on one line, in Markdown.
        choices: At least two, in the order in which they are shown.
    """

    ask: str
    choices: tuple[Choice, ...]

    @property
    def answer(self) -> Choice:
        """The right choice."""
        return next(choice for choice in self.choices if choice.right)


def read(module: str) -> tuple[Question, ...]:
    """Read a topic's quiz.

    Args:
        module: The topic's module, e.g. "ex02_manual_tuning".

    Raises:
        QuizError: If there is none, or it breaks a rule of `loads`.
    """
    path = FOLDER / f"{module}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise QuizError(f"There is no {path.name} in grader/quizzes/. Write it.") from None
    return loads(text, path.name)


def loads(text: str, name: str) -> tuple[Question, ...]:
    """Read a quiz from TOML.

    Args:
        text: The file's text.
        name: The file's name, for errors.

    Raises:
        QuizError: If it is no TOML, a field is missing, unknown or of another type, a question has
            fewer than two choices or not exactly one right one, or anything comes twice.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QuizError(f"{name} is not TOML: {error}. Mend that line.") from None
    _require_fields(data, {"question": list}, name)
    questions = tuple(
        _question(entry, f"{name}, question {number}")
        for number, entry in enumerate(data["question"], start=1)
    )
    _require_different([question.ask for question in questions], "question", name)
    return questions


def markdown(questions: Sequence[Question]) -> str:
    """Write a quiz for notebooks: each choice opens to its explanation, without a kernel."""
    parts = ["## Quiz\n\nChoose an answer, then open it: each one says why it is right or wrong."]
    for number, question in enumerate(questions, start=1):
        parts.append(f"**{number}. {question.ask}**")
        parts += [
            # Inside a summary there is only HTML; after the empty line, Markdown again.
            f"<details>\n<summary>{_as_html(choice.text)}</summary>\n\n{choice.verdict}\n\n</details>"
            for choice in question.choices
        ]
    return "\n\n".join(parts)


def _question(entry: object, where: str) -> Question:
    fields = _require_fields(entry, {"ask": str, "choice": list}, where)
    choices = tuple(
        _choice(each, f"{where}, choice {number}")
        for number, each in enumerate(fields["choice"], start=1)
    )
    right = sum(choice.right for choice in choices)
    if len(choices) < 2:
        raise QuizError(f"{where}: it needs at least 2 choices, but has {len(choices)}. Add some.")
    if right != 1:
        raise QuizError(f"{where}: exactly 1 choice must be `right = true`, but {right} are.")
    _require_different([choice.text for choice in choices], "choice", where)
    _require_different([choice.because for choice in choices], "explanation", where)
    return Question(fields["ask"].strip(), choices)


def _choice(entry: object, where: str) -> Choice:
    fields = _require_fields(entry, {"text": str, "because": str}, where, right=bool)
    return Choice(fields["text"].strip(), fields["because"].strip(), fields.get("right", False))


def _require_fields(
    entry: object, required: dict[str, type], where: str, **optional: type
) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise QuizError(f"{where}: it must be a table. Begin it with double brackets.")
    kinds = {**required, **optional}
    for name in entry:
        if name not in kinds:
            known = ", ".join(f"`{each}`" for each in kinds)
            raise QuizError(f"{where}: there is no field `{name}`. The fields are {known}.")
    for name, kind in kinds.items():
        if name not in entry and name not in required:
            continue
        value = entry.get(name)
        if not isinstance(value, kind) or (kind is not bool and not value):
            what = {str: "a text", list: "one or more tables", bool: "true or false"}[kind]
            raise QuizError(f"{where}: `{name}` must be {what}. Add it, or mend it.")
        if isinstance(value, str) and ("\n" in value.strip() or not value.strip()):
            raise QuizError(f"{where}: `{name}` must be one line of text. Join its lines.")
    return entry


def _require_different(texts: Sequence[str], what: str, where: str) -> None:
    seen = set()
    for text in texts:
        key = text.casefold().strip()
        if key in seen:
            raise QuizError(f"{where}: the {what} {text!r} comes twice. Reword or remove one.")
        seen.add(key)


def _as_html(text: str) -> str:
    """Write a line of Markdown, with code and emphasis only, as HTML."""
    escaped = _CODE.sub(r"<code>\1</code>", html.escape(text, quote=False))
    return _EMPHASIS.sub(r"<em>\1</em>", escaped)
