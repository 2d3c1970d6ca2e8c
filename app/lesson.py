"""A lesson's page in docs/, cut into text and images that Streamlit can show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from grader.paths import docs_dir
from grader.topics import TOPICS, Topic

_IMAGE = re.compile(
    r"!\[(?P<alt>[^\]]*)\]\((?P<src>[^)\s]+)[^)]*\)"
    r"|(?:<picture>.*?)?<img\b(?P<tag>[^>]*)>(?:\s*</picture>)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_FENCE = re.compile(r"^```\w+$", re.MULTILINE)
_TITLE = re.compile(r"\A\s*# .*\n")


@dataclass(frozen=True)
class Text:
    """A stretch of Markdown."""

    markdown: str


@dataclass(frozen=True)
class Image:
    """A figure of the lesson.

    Attributes:
        path: The file.
        alt: What it shows, in words.
    """

    path: Path
    alt: str


def read(topic: Topic) -> tuple[Text | Image, ...]:
    """Read a lesson, without its title, which the page shows already.

    Links between lessons become links between pages. An image that is not there is left out.

    Returns:
        The lesson's parts in order; none if it is not written.
    """
    try:
        text = (docs_dir() / topic.lesson).read_text(encoding="utf-8")
    except OSError:
        return ()
    for other in TOPICS:
        text = re.sub(
            rf"\]\((?:\./)?{re.escape(other.lesson)}(#[^)]*)?\)", f"](/{other.slug})", text
        )
    # Streamlit's colors for keywords and numbers are too faint on white, and no option sets them.
    text = _FENCE.sub("```text", text)
    return tuple(_parts(_TITLE.sub("", text)))


def _parts(text: str) -> list[Text | Image]:
    parts: list[Text | Image] = []
    position = 0
    for match in _IMAGE.finditer(text):
        _append_text(parts, text[position : match.start()])
        position = match.end()
        attributes = dict(_ATTRIBUTE.findall(match["tag"] or ""))
        source = match["src"] or attributes.get("src", "")
        path = docs_dir() / unquote(source)
        if "://" not in source and path.is_file():
            parts.append(Image(path, match["alt"] or attributes.get("alt", "")))
    _append_text(parts, text[position:])
    return parts


def _append_text(parts: list[Text | Image], text: str) -> None:
    if text.strip():
        parts.append(Text(text.strip()))
