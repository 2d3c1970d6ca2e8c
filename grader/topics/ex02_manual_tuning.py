"""Topic 2: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

_HINTS = ("to be written", "to be written", "to be written")

MANUAL_TUNING = Topic(
    number=2,
    slug="manual-tuning",
    module="ex02_manual_tuning",
    title="Manual tuning",
    summary="Find a learning rate with a range test, scale it with the batch, tune one thing at a time.",
    lesson="02-Manual-Tuning.md",
    tasks=(
        Task("lr_schedule", "Space learning rates evenly on a log scale", _HINTS),
        Task("smooth", "Smooth a noisy loss curve", _HINTS),
        Task("range_test", "Run a learning-rate range test", _HINTS, needs=("lr_schedule", "smooth")),
        Task("suggest_lr", "Suggest a learning rate from the curve", _HINTS),
        Task("scale_lr", "Scale the learning rate with the batch size", _HINTS),
        Task("coordinate_search", "Tune one hyperparameter at a time", _HINTS),
    ),
)
