"""The notebook: made from its source, run from top to bottom, and told without this machine."""

import base64
import re
import resource
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from grader.paths import load_module

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
CPU_SECONDS = 120


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return load_module(FOLDER / "build.py", "tests_notebooks.build")


@pytest.fixture(scope="module")
def committed() -> Any:
    return nbformat.read(FOLDER / "optuna_tuning.ipynb", as_version=4)


@pytest.fixture(scope="module")
def fresh(build: ModuleType) -> Any:
    """The notebook as it runs now, with the seconds of processor time that it took."""
    notebook = build.draft()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    build.execute(notebook)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return notebook, spent


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def printed(notebook: Any) -> str:
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, pattern
    return float(found[1])


def test_the_committed_notebook_has_the_cells_of_its_source(
    build: ModuleType, committed: Any
) -> None:
    made = build.draft()
    nbformat.validate(committed)
    assert [(c.id, c.cell_type, c.source) for c in committed.cells] == [
        (c.id, c.cell_type, c.source) for c in made.cells
    ], "run `python notebooks/build.py`"
    assert committed.metadata == made.metadata


def test_the_committed_outputs_are_of_one_run_from_top_to_bottom(committed: Any) -> None:
    counts = [cell.execution_count for cell in committed.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert {output.output_type for output in outputs(committed)} == {"stream", "execute_result"}
    assert {o.name for o in outputs(committed) if o.output_type == "stream"} == {"stdout"}


def test_the_committed_outputs_show_anywhere_and_are_small(committed: Any) -> None:
    pictures = [o.data["image/png"] for o in outputs(committed) if "image/png" in o.get("data", {})]
    assert len(pictures) == 3
    for picture in pictures:
        assert base64.b64decode(picture).startswith(b"\x89PNG")
    text = (FOLDER / "optuna_tuning.ipynb").read_text(encoding="utf-8")
    assert len(text) < 300_000
    assert "<script" not in text
    assert not re.search(r"/(tmp|home|root|usr|Users)/|[A-Z]:\\\\", text), "a path of a machine"


def test_a_fresh_run_raises_nothing_and_takes_less_than_two_minutes(fresh: Any) -> None:
    notebook, seconds = fresh
    kinds = {output.output_type for output in outputs(notebook)}
    assert kinds == {"stream", "execute_result"}
    assert {o.name for o in outputs(notebook) if o.output_type == "stream"} == {"stdout"}
    assert seconds < CPU_SECONDS


@pytest.mark.parametrize("which", ["committed", "fresh"])
def test_every_run_tells_the_same_story(which: str, request: pytest.FixtureRequest) -> None:
    value = request.getfixturevalue(which)
    text = printed(value if which == "committed" else value[0])
    assert "1010 images to train on, 337 to choose by, 450 under seal" in text
    assert "20 trials are back" in text
    assert number(r"\n(\d+) of 40 trials ran to the end", text) < 40
    assert number(r"Pruning saved (\d+)%", text) >= 10
    # The study kept its best over the restart, and found something at least as good afterwards.
    before = number(r"best loss so far ([\d.]+)", text)
    assert number(r"are back; best loss ([\d.]+)", text) == before
    selected = number(r"the winner, as selected +([\d.]+)", text)
    assert selected <= before
    # The luckiest of five seeds is below their mean; so would the winner's be, tuned or not.
    luckiest = number(r"the luckiest seed +([\d.]+)", text)
    baseline = number(r"the baseline +([\d.]+)", text)
    assert luckiest < baseline
    assert number(r"too good by (-?[\d.]+)", text) == pytest.approx(
        number(r"the winner, trained again ([\d.]+)", text) - selected, abs=0.0011
    )
    # "No worse than the start by more than a point", which is all that may be asked.
    assert number(r"gain +([+-][\d.]+) points", text) >= -1.0
    assert number(r"baseline +([\d.]+)% ±", text) > 94
    assert "The test set was opened before" in text


def test_a_source_that_begins_without_a_cell_is_refused(build: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"must begin with `# %%`, but got 'import numpy'"):
        build.read("import numpy\n\n# %%\n1\n")


def test_prose_that_is_no_comment_is_refused(build: ModuleType) -> None:
    with pytest.raises(ValueError, match="must begin with `# `, but got 'oops'"):
        build.read("# %% [markdown]\n# Fine.\noops\n")


def test_cells_keep_their_text_and_get_numbered_names(build: ModuleType) -> None:
    made = build.read("# %% [markdown]\n# # Title\n#\n# Text.\n\n# %%\nx = 1  # %% no cell\n\nx\n")
    assert [(c.id, c.cell_type, c.source) for c in made.cells] == [
        ("cell-00", "markdown", "# Title\n\nText."),
        ("cell-01", "code", "x = 1  # %% no cell\n\nx"),
    ]
