"""Every view of the app: from the registry, so that a new topic is looked at as well."""

from __future__ import annotations

from dataclasses import dataclass

from app.topic_page import TABS
from grader.topics import TOPICS


@dataclass(frozen=True)
class View:
    """A page in one state.

    Attributes:
        name: Identifies it in a test's name.
        path: Its address below the app's own.
        heading: The page's first heading.
    """

    name: str
    path: str
    heading: str


# Small work where a start of the page would train for long.
PLAYGROUND = "/playground?data=blobs&epochs=5"
VIEWS = (
    View("home", "/", "Hyperlings"),
    *(
        View(f"{topic.slug}-{tab}", f"/{topic.slug}?tab={tab}", topic.title)
        for topic in TOPICS
        for tab in TABS
    ),
    View("random-search-guessed", "/random-search?tab=Play&guess=20", "Random search"),
    View("playground", f"{PLAYGROUND}&n_seeds=2", "Playground"),
    View("playground-table", "/playground?data=your+own+table", "Playground"),
    View("playground-sweep", f"{PLAYGROUND}&panel=Sweep", "Playground"),
    View("playground-code", "/playground?data=wine&epochs=5&panel=Code", "Playground"),
    View("race", "/race?track=spirals&budget=8", "Race"),
    View("challenge", "/challenge?moves=17.5_17.20_204.1", "Challenge"),
)
"""Whatever the menu leads to is among these; a test holds them to it."""

LABS = tuple(f"/{topic.slug}?tab=Play" for topic in TOPICS)


def page_of(path: str) -> str:
    """A view's page: its path without the state."""
    return path.partition("?")[0]
