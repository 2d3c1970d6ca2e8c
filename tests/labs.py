"""Every lab of every topic, as an address opens it: the pages' own menus are the list."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlencode

from grader.topics import TOPICS, Topic

# Answers that wait for a guess, shown without one: where a lab has no such question, it is nothing.
SHOWN = {
    f"{key}-show": "true"
    for key in (
        "guess",
        "guess-gap",
        "guess-ratio",
        "guess-values",
        "saved",
        "two-folds",
        "lucky",
        "best-of-50",
        "buys",
        "keeps",
    )
}


@dataclass(frozen=True)
class LabView:
    """One lab.

    Attributes:
        topic: Whose page it is on.
        name: Its name in the page's menu.
    """

    topic: Topic
    name: str

    @property
    def address(self) -> dict[str, str]:
        """What opens it, with its charts."""
        return {"tab": "Play", "lab": self.name, **SHOWN}

    @property
    def path(self) -> str:
        """The same below the app's own address."""
        return f"/{self.topic.slug}?{urlencode(self.address)}"

    def __str__(self) -> str:
        """Its name in a test's."""
        return f"{self.topic.slug}-{self.name.lower().replace(' ', '-').rstrip('?')}"


LABS = tuple(
    LabView(topic, name)
    for topic in TOPICS
    for name in import_module(f"app.views.{topic.module}").LABS
)

FIRST_LABS = tuple(next(lab for lab in LABS if lab.topic is topic) for topic in TOPICS)
"""One of each page, where to look at all would take too long."""
