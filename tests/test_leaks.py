"""The leak scan: every planted leak is found wherever it hides, and a clean release gives none."""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path

import pytest

from grader.kit import stub_for
from grader.leaks import Leak, scan
from grader.paths import project_root
from grader.topics import TOPICS

SOLUTION = '''"""A topic."""

import math


def smooth(losses: list[float], beta: float) -> list[float]:
    """Average the losses: v = beta * v + (1 - beta) * loss."""
    ### BEGIN SOLUTION
    if not 0 <= beta < 1:
        raise ValueError(f"`beta` must be in [0, 1), but got beta={beta}.")
    average = 0.0
    result = []
    for step, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * float(loss)
        result.append(average / (1 - beta**step) * 1.0000271828)
    return result
    ### END SOLUTION


def twice(x: float) -> float:
    """Double `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


class Counter:
    """Counts."""

    def more(self) -> None:
        """Count one more."""
        ### BEGIN SOLUTION
        self.n += 1
        ### END SOLUTION
'''
STUB = '''"""A topic."""

import math


def smooth(losses: list[float], beta: float) -> list[float]:
    """Average the losses: v = beta * v + (1 - beta) * loss."""
    raise NotImplementedError


def twice(x: float) -> float:
    """Double `x`."""
    raise NotImplementedError


class Counter:
    """Counts."""

    def more(self) -> None:
        """Count one more."""
        raise NotImplementedError
'''
VISIBLE = """from grader.checks import assert_close, check


@check(task="smooth")
def test_a_constant_stays_constant(submission):
    result = submission.smooth([2.0] * 5, beta=0.98)
    assert_close(result, [2.0] * 5, what="smooth([2.0] * 5, beta=0.98)")
"""
HIDDEN = """from grader.checks import assert_close, check


@check(task="smooth", points=2)
def test_a_noisy_curve_is_followed(submission, reference, rng):
    losses = rng.normal(3.5, 0.25, size=rng.integers(20, 40)).tolist()
    wanted = [[1, 2, 3], [1, 2, 3], [1, 2, 3]]
    result = submission.smooth([2.0] * 5, beta=0.98)
    assert_close(result, [2.0] * 5, what="smooth([2.0] * 5, beta=0.98)")
"""
WRONG = """from grader.misconceptions import Misconception, misconception

EDITED = (
    Misconception(
        "weights-swapped",
        "smooth",
        "You swapped the weights.",
        {"average = beta * average + (1 - beta)": "average = (1 - beta) * average + beta * loss"},
    ),
)


@misconception(task="smooth", message="You forgot the correction.")
def no_bias_correction(losses, beta):
    kept = [losses[0] * (1 - beta)]
    for loss in losses[1:]:
        kept.append(beta * kept[-1] + loss - beta * loss)
    return kept
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A checkout of one topic."""
    root = tmp_path / "checkout"
    for name, text in {
        "solutions/ex99.py": SOLUTION,
        "exercises/test_ex99.py": VISIBLE,
        "grader/hidden/test_ex99.py": HIDDEN,
        "grader/misconceptions/ex99.py": WRONG,
        "tests/equivalents/ex99/twice_sum.py": "def twice(x):\n    return sum([x, x] + [0 * x])\n",
    }.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """What learners get of it."""
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "ex99.py").write_text(STUB, encoding="utf-8")
    (folder / "test_ex99.py").write_text(VISIBLE, encoding="utf-8")
    notebook = {"cells": [code_cell(STUB), code_cell("import math\n\nmath.pi")]}
    (folder / "ex99.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def code_cell(source: str, *outputs: object) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def test_a_clean_release_gives_no_alarm(release: Path, source: Path) -> None:
    assert scan(release, source) == []


@pytest.mark.parametrize(
    "common",
    [
        "def f(x):\n    result = []\n    for loss in x:\n        result += [loss]\n    return 1\n",
        "average = 0.0\nresult = []\n",
        "if not 0 <= beta < 1:\n    raise ValueError('beta')\n",
        "def pi():\n    return 3.14159265\n",
        "# it is a noisy curve, and average is misspelled here\n",
        "def twice(x):\n    '''Still to be written.'''\n    ...\n",
        "def smooth(submission):\n    return submission.smooth([1.0], beta=0.5)\n",  # a probe
        "wanted = [[1, 2, 3], [1, 2, 3], [1, 2, 3]]\n",
    ],
)
def test_what_anybody_might_write_is_no_leak(release: Path, source: Path, common: str) -> None:
    (release / "helper.py").write_text(common, encoding="utf-8")

    assert scan(release, source) == []


LOOP = "for step, loss in enumerate(losses, start=1):"
UPDATE = "average = beta * average + (1 - beta) * float(loss)"
NORMAL = "losses = rng.normal(3.5, 0.25, size=rng.integers(20, 40)).tolist()"
APPEND = "kept.append(beta * kept[-1] + loss - beta * loss)"
# what is planted -> what the leak names, and where that comes from
VERBATIM = {
    SOLUTION: (UPDATE, "solutions/ex99.py:14"),
    f"{LOOP}\n    pass\n": (LOOP, "solutions/ex99.py:13"),
    "print('`beta` must be in [0, 1), but got beta=2')": ("the text", "solutions/ex99.py:10"),
    "LIMIT = 1.0000271828\n": ("the number 1.0000271828", "solutions/ex99.py:15"),
    "x = [sum([x, x] + [0 * x])]\nreturn sum([x, x] + [0 * x])": ("return sum(", "twice_sum.py:2"),
    "# see test_a_noisy_curve_is_followed\n": (
        "test_a_noisy_curve",
        "grader/hidden/test_ex99.py:5",
    ),
    f"{NORMAL}\n": (NORMAL[:40], "grader/hidden/test_ex99.py:6"),
    "no_bias_correction = None\n": ("`no_bias_correction`", "grader/misconceptions/ex99.py:14"),
    f"{APPEND}\n": (APPEND, "grader/misconceptions/ex99.py:17"),
    "average = (1 - beta) * average + beta * loss\n": (
        "average=(1-beta)*average+beta*loss",
        "grader/misconceptions/ex99.py:8",
    ),
}
REWRITTEN = {
    "def f(a):\n  average=(beta*average +(1-beta)* \\\n float( loss) ) # x\n": VERBATIM[SOLUTION],
    "def twice(x):\n    y = x\n    return y + y\n": ("a body for the task `twice`", "ex99.py:20"),
    "class Counter:\n  def more(self):\n    self.count()\n": (
        "a body for the task `Counter.more`",
        "ex99.py:30",
    ),
}


def plant(release: Path, place: str, text: str) -> str:
    """Put a text into the release, and return the name of the file that holds it."""
    stream = {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}
    file, content = {
        "module": ("more.py", text),
        "cell": ("more.ipynb", json.dumps({"cells": [code_cell(text)]})),
        "lesson": ("more.md", f"Look:\n\n```python\n{text}\n```\n"),
        "output": ("more.ipynb", json.dumps({"cells": [code_cell("1", stream)]})),
        "page": ("more.html", f"<pre><b>&gt; </b>{html.escape(text)}</pre>"),
    }[place]
    (release / file).write_text(content, encoding="utf-8")
    return file


@pytest.mark.parametrize("planted", VERBATIM)
@pytest.mark.parametrize("place", ["module", "cell", "lesson", "output", "page"])
def test_a_planted_leak_is_found_wherever_it_stands(
    release: Path, source: Path, planted: str, place: str
) -> None:
    what, origin = VERBATIM[planted]
    file = plant(release, place, planted)

    leaks = scan(release, source)

    assert [leak for leak in leaks if what in leak.what and leak.origin.endswith(origin)]
    assert {leak.file for leak in leaks} == {file}


@pytest.mark.parametrize("planted", REWRITTEN)
@pytest.mark.parametrize("place", ["module", "cell", "lesson"])
def test_code_is_recognized_however_it_is_laid_out_and_a_filled_in_task_whatever_it_holds(
    release: Path, source: Path, planted: str, place: str
) -> None:
    what, origin = REWRITTEN[planted]
    file = plant(release, place, planted)

    leaks = scan(release, source)

    assert [leak for leak in leaks if what in leak.what and leak.origin.endswith(origin)]
    assert {leak.file for leak in leaks} == {file}


def test_two_plain_statements_tell_in_a_row_but_not_apart(release: Path, source: Path) -> None:
    solution = source / "solutions" / "ex99.py"
    body = "    first = losses[0] - beta\n    second = max(first, len(losses))\n"
    text = SOLUTION.replace("    average = 0.0\n", body)
    solution.write_text(text, encoding="utf-8")
    helper = release / "helper.py"

    helper.write_text("first = losses[0] - beta\nprint(first)\nsecond = max(first, len(losses))\n")
    assert scan(release, source) == []
    helper.write_text("first = losses[0] - beta\nsecond = max(first, len(losses))\n")
    assert [leak.origin for leak in scan(release, source)] == ["solutions/ex99.py:12"]


def test_a_leak_reads_as_one_line_with_its_place_and_its_origin() -> None:
    leak = Leak("ex99.ipynb", "cell 4", "the name `no_bias`", "grader/misconceptions/ex99.py:1")

    assert str(leak) == (
        "ex99.ipynb, cell 4 gives away the name `no_bias` (from grader/misconceptions/ex99.py:1)"
    )


def test_files_that_are_no_text_and_broken_notebooks_do_not_stop_the_scan(
    release: Path, source: Path
) -> None:
    (release / "figure.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    (release / "broken.ipynb").write_text('{"cells": "no_bias_correction', encoding="utf-8")

    assert [leak.file for leak in scan(release, source)] == ["broken.ipynb"]


def test_lessons_exercises_and_recorded_answers_give_nothing_away(tmp_path: Path) -> None:
    root = project_root()
    for folder in ("docs", "grader/fingerprint_data"):
        shutil.copytree(root / folder, tmp_path / folder)
    for topic in TOPICS:  # the file in exercises/ may hold somebody's own work
        (tmp_path / f"{topic.module}.py").write_text(stub_for(topic), encoding="utf-8")
        shutil.copy(root / "exercises" / f"test_{topic.module}.py", tmp_path)

    assert [str(leak) for leak in scan(tmp_path, root)] == []
