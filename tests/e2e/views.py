"""Every view of the app: from the registry, so that a new topic is looked at as well."""

from __future__ import annotations

from dataclasses import dataclass

from grader.topics import TOPICS
from tests.labs import LABS


@dataclass(frozen=True)
class View:
    """A page in one state.

    Attributes:
        name: Identifies it in a test's name.
        path: Its address below the app's own.
        heading: The page's first heading.
        in_all_looks: Whether it is looked at in both schemes at both widths; else in one each.
    """

    name: str
    path: str
    heading: str
    in_all_looks: bool = True


# Small work where a start of the page would train for long.
PLAYGROUND = "/playground?data=blobs&epochs=5"
VIEWS = (
    View("home", "/", "Hyperlings"),
    *(
        View(f"{topic.slug}-{tab}", f"/{topic.slug}?tab={tab}", topic.title)
        for topic in TOPICS
        for tab in ("Learn", "Build")
    ),
    *(View(str(lab), lab.path, lab.topic.title, in_all_looks=False) for lab in LABS),
    View("random-search-guessed", "/random-search?lab=Enough+trials&guess=20", "Random search"),
    View("playground", f"{PLAYGROUND}&n_seeds=2", "Playground"),
    View("playground-table", "/playground?data=your+own+table", "Playground"),
    View("playground-sweep", f"{PLAYGROUND}&panel=Sweep", "Playground"),
    View("playground-code", "/playground?data=wine&epochs=5&panel=Code", "Playground"),
    View("playground-search", f"{PLAYGROUND}&panel=Search", "Playground"),
    View("race", "/race?track=spirals&budget=8&guess=TPE", "Race"),
    View("challenge", "/challenge?digits-1=16_17.5_17.20_204.1", "Challenge"),
)
"""Whatever the menu leads to is among these; a test holds them to it."""


def page_of(path: str) -> str:
    """A view's page: its path without the state."""
    return path.partition("?")[0]
