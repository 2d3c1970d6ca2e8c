"""A GPU grades as the CPU does: the references get full marks in every topic."""

from __future__ import annotations

import hashlib

import pytest

from grader.paths import solutions_dir
from grader.run import grade
from grader.sandbox.client import WarmParent
from grader.submission import Submission
from grader.topics import TOPICS


@pytest.fixture(autouse=True)
def gpu() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip(
            "needs an NVIDIA GPU and a CUDA build of torch: on a machine with both, run "
            "`pytest tests/test_gpu_grading.py`"
        )


def test_references_get_full_marks_on_a_gpu() -> None:
    scores = {}
    with WarmParent(device="cuda") as parent:
        for topic in TOPICS:
            source = (solutions_dir() / f"{topic.module}.py").read_text(encoding="utf-8")
            digest = hashlib.sha256(source.encode()).hexdigest()
            submission = Submission("ada", topic.module, f"{topic.module}.py", source, digest)
            report = grade(submission, topic, parent=parent, seed=1, device="cuda")
            scores[topic.module] = [task.messages for task in report.tasks if task.messages]
    assert scores == {topic.module: [] for topic in TOPICS}
