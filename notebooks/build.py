"""Make the notebook anew from its source, and run it: `python notebooks/build.py`.

The source is a plain Python file whose cells begin with `# %%`, so that a change can be read line
by line; the notebook beside it is what learners open, with the outputs of a real run.
"""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

from grader import quiz

FOLDER = Path(__file__).resolve().parent
SOURCE = FOLDER / "optuna_tuning.py"
NOTEBOOK = SOURCE.with_suffix(".ipynb")
TOPIC = "ex05_bayesian_optimization"
CELL_SECONDS = 600

_COLORS = 128

_CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)


def read(source: str) -> Any:
    """Turn the source into a notebook without outputs.

    Args:
        source: Cells that begin with a line `# %%` or `# %% [markdown]`; in the latter, every
            line is a comment.

    Returns:
        The notebook, format 4; its cells' names are their numbers.

    Raises:
        ValueError: If something stands before the first cell, or a line of a Markdown cell is no
            comment.
    """
    from nbformat import v4

    before, *parts = _CELL.split(source)
    if before.strip():
        raise ValueError(f"The source must begin with `# %%`, but got {before.splitlines()[0]!r}.")
    cells = []
    for i, (kind, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        make, body = (v4.new_markdown_cell, _prose(text)) if kind else (v4.new_code_cell, text)
        cells.append(make(body.strip("\n"), id=f"cell-{i:02}"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def draft() -> Any:
    """Read the notebook's source, and end it with the quiz of its topic."""
    from nbformat import v4

    notebook = read(SOURCE.read_text(encoding="utf-8"))
    questions = quiz.markdown(quiz.read(TOPIC))
    notebook.cells.append(v4.new_markdown_cell(questions, id="quiz"))
    return notebook


def execute(notebook: Any) -> None:
    """Run a notebook's cells in a fresh kernel, in this folder, and keep their outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: If a cell raises.
    """
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,  # the date of a run is no part of its result
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()
    notebook.metadata.language_info = {"name": "python"}  # without this machine's version


def shrink(notebook: Any) -> None:
    """Store the outputs' pictures with few colors: a chart needs no more, and a third of the bytes.

    Args:
        notebook: Changed in place.
    """
    from PIL import Image

    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" not in data:
                continue
            picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
            small = io.BytesIO()
            picture.quantize(_COLORS).save(small, "PNG", optimize=True)
            data["image/png"] = base64.b64encode(small.getvalue()).decode("ascii")


def main() -> None:
    """Write the notebook."""
    import nbformat

    notebook = draft()
    execute(notebook)
    shrink(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, NOTEBOOK)
    print(f"{NOTEBOOK.name}: {NOTEBOOK.stat().st_size / 1024:.0f} KiB")


def _prose(text: str) -> str:
    lines = text.strip("\n").splitlines()
    for line in lines:
        if line != "#" and not line.startswith("# "):
            raise ValueError(f"A Markdown cell's lines must begin with `# `, but got {line!r}.")
    return "\n".join(line[2:] for line in lines)


if __name__ == "__main__":
    main()
