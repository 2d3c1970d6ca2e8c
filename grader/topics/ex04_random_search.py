"""Topic 4: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

_HINTS = ("to be written", "to be written", "to be written")

RANDOM_SEARCH = Topic(
    number=4,
    slug="random-search",
    module="ex04_random_search",
    title="Random search",
    summary="Sample on the right scale, search at random, and know how many trials are enough.",
    lesson="04-Random-Search.md",
    tasks=(
        Task("sample_loguniform", "Draw log-uniform samples", _HINTS),
        Task("sample_configs", "Draw configurations from a space", _HINTS),
        Task("random_search", "Search at random", _HINTS, needs=("sample_configs",)),
        Task("prob_hit", "Probability that n trials hit the top q", _HINTS),
        Task("trials_needed", "Trials needed for a given probability", _HINTS),
        Task("best_so_far", "Running best of a search", _HINTS),
    ),
)
