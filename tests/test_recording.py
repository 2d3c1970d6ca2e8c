"""What is recorded of functions that ignore their seed does not hang on chance."""

from __future__ import annotations

import re

import pytest
import torch

from grader.likeness import agree
from grader.misconceptions.compose import declared, submission_source
from grader.recording import ask, find_probe
from grader.topics import TOPICS

# What makes an answer another one each time, or leaves it to what ran before.
_UNSEEDED = re.compile(r"default_rng\((None)?\)|torch\.(initial_)?seed\(\)")
UNSEEDED = [
    (topic.module, name)
    for topic in TOPICS
    for name in declared(topic.module)
    if _UNSEEDED.search(submission_source(topic.module, name))
]


def test_none_draws_a_new_seed_for_training() -> None:
    sources = [submission_source(module, name) for module, name in UNSEEDED]
    assert any("torch.initial_seed()" in source for source in sources)
    assert not any("torch.seed()" in source for source in sources)


@pytest.mark.parametrize(("module", "name"), UNSEEDED)
def test_an_unseeded_function_is_recorded_alike_from_any_state(module: str, name: str) -> None:
    source = submission_source(module, name)
    probe = find_probe(module, declared(module)[name].task)
    before = torch.get_rng_state()
    try:
        answers = []
        for seed in range(5):
            torch.manual_seed(seed)
            answers.append(ask(probe, module, source, 60))
    finally:
        torch.set_rng_state(before)
    assert all(agree(answer, answers[0]) for answer in answers[1:])
