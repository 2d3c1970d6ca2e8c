"""Reading files that may be anything."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest

from grader.source import MAX_CELLS, MAX_NOTEBOOK, MAX_SOURCE, Unreadable, read, without_magics

GOOD = "def smooth(losses, beta):\n    return losses\n"


def notebook(*cells: object, **more: object) -> bytes:
    return json.dumps({"cells": list(cells), "nbformat": 4, "metadata": {}, **more}).encode()


def code(source: object, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "source"),
    [
        pytest.param(GOOD.encode(), GOOD, id="plain"),
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), GOOD, id="byte order mark"),
        pytest.param(GOOD.replace("\n", "\r\n").encode(), GOOD, id="Windows line ends"),
        pytest.param(GOOD.replace("\n", "\r").encode(), GOOD, id="old Mac line ends"),
        pytest.param(b"# \xc3\xa9\nx = 1\n", "# é\nx = 1\n", id="UTF-8"),
        pytest.param(
            b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            "# -*- coding: latin-1 -*-\nx = 'é'\n",
            id="declared latin-1",
        ),
        pytest.param(b"def broken(:\n", "def broken(:\n", id="a syntax error is the worker's"),
    ],
)
def test_python_source_is_read_as_python_would(tmp_path: Path, data: bytes, source: str) -> None:
    path = tmp_path / "ex02.py"
    path.write_bytes(data)

    assert read(path) == (data, source)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "is empty; hand in the file with your functions in it.", id="empty"),
        pytest.param(b" \n\t\n", "is empty", id="blank"),
        pytest.param(b"x = 1\0", "holds NUL bytes", id="NUL"),
        pytest.param("x = 1".encode("utf-16"), "is UTF-16 text; save it as UTF-8.", id="UTF-16"),
        pytest.param(b"x = '\xe9'", "is not UTF-8 text; save it as UTF-8", id="stray latin-1"),
        pytest.param(
            b"\n" * 5 + b"x = '\xe9'", "is not UTF-8 text; save it as UTF-8", id="late latin-1"
        ),
        pytest.param(b"# coding: zip\nx", "declares the encoding zlib", id="not a text encoding"),
        pytest.param(b"# coding: klingon\nx", "is not UTF-8 text", id="unknown encoding"),
        pytest.param(
            b"#" * (MAX_SOURCE + 1),
            "at most 1 MiB is read; hand in only your own code.",
            id="large",
        ),
    ],
)
def test_what_is_no_python_source_is_refused_with_the_remedy(
    tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "ex02.py"
    path.write_bytes(data)

    assert said in refusal(path)


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "ex02.py"
    with path.open("wb") as file:
        file.truncate(50 << 20)

    with pytest.raises(Unreadable, match=r"has 50\.0 MiB") as caught:
        read(path)
    assert caught.value.data == b""


def test_a_link_is_refused_even_to_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text(GOOD)
    (tmp_path / "ex02.py").symlink_to(tmp_path / "real.py")

    assert "symbolic link" in refusal(tmp_path / "ex02.py")


def test_a_file_in_a_linked_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "ex02.py").write_text(GOOD)
    (tmp_path / "mallory").symlink_to(tmp_path / "solutions")

    assert "symbolic link" in refusal(tmp_path / "mallory" / "ex02.py")


@pytest.mark.skipif(os.name != "posix", reason="named pipes are a POSIX thing: run it there")
def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ex02.py")

    assert "is a pipe, a socket or a device" in refusal(tmp_path / "ex02.py")


def test_a_folder_with_a_files_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ex02.py").mkdir()

    assert refusal(tmp_path / "ex02.py") == "is a folder; hand in the file itself."


def test_a_missing_file_is_refused_with_the_systems_reason(tmp_path: Path) -> None:
    assert "cannot be read (No such file or directory)" in refusal(tmp_path / "ex02.py")


def test_a_notebooks_code_cells_are_joined_in_order(tmp_path: Path) -> None:
    path = tmp_path / "ex02.ipynb"
    path.write_bytes(
        notebook(
            {"cell_type": "markdown", "source": "# not code"},
            code(["import math\n", "%matplotlib inline\n", "x = 1"]),
            code("def smooth(losses, beta):\n    return losses"),
        )
    )

    assert read(path)[1] == (
        "import math\npass\nx = 1\n\ndef smooth(losses, beta):\n    return losses"
    )


def test_nbgraders_test_cells_are_dropped_and_its_solution_and_locked_cells_kept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ex02.ipynb"
    path.write_bytes(
        notebook(
            code("locked = 1", nbgrader={"grade": False, "solution": False, "locked": True}),
            code("answer = 1", nbgrader={"grade": True, "solution": True}),
            code("assert hidden", nbgrader={"grade": True, "solution": False, "locked": True}),
        )
    )

    assert read(path)[1] == "locked = 1\n\nanswer = 1"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"{", "its JSON is broken", id="broken"),
        pytest.param(b"\xff\xfe\x00", "its JSON is broken", id="not text"),
        pytest.param(b"[" * 200_000, "its JSON is broken", id="too deep"),
        pytest.param(b'{"cells": ' + b"9" * 5000 + b"}", "its JSON is broken", id="huge number"),
        pytest.param(b"[1, 2]", "is not a notebook of format 4", id="a list"),
        pytest.param(b'{"worksheets": []}', "is not a notebook of format 4", id="format 3"),
        pytest.param(notebook(), "has no code cell", id="no cells"),
        pytest.param(notebook(1, None, "x", {"cell_type": "code"}), "has no code", id="odd cells"),
        pytest.param(notebook(*[code("x")] * (MAX_CELLS + 1)), "at most 2000 are", id="many cells"),
        pytest.param(notebook(code("x" * (MAX_SOURCE + 1))), "at most 1 MiB", id="much code"),
        pytest.param(notebook(code("x = '\ud800'")), "are no text", id="half a character"),
        pytest.param(notebook(code("x = '\0'")), "are no text", id="NUL"),
        pytest.param(b" " * (MAX_NOTEBOOK + 1), "at most 8 MiB is read", id="large"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_remedy(
    tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "ex02.ipynb"
    path.write_bytes(data)

    assert said in refusal(path)


def test_ipythons_lines_become_pass_so_that_lines_and_blocks_stay() -> None:
    cell = "%pip install 'torch\nif True:\n    !ls (\n?smooth\nsmooth??\nx = 1"

    assert without_magics(cell) == "pass\nif True:\n    pass\npass\npass\nx = 1"


def test_a_percent_sign_in_a_string_bracket_or_continuation_is_the_learners() -> None:
    cell = (
        'text = """\n%d\n!\n""" % 3\n'
        "rest = (7\n% 4)\n"
        "more = 9 \\\n% 5\n"
        "quoted = 'it\\'s \\\n% x'  # don't (\n"
    )
    ast.parse(cell)

    assert without_magics(cell) == cell


@pytest.mark.parametrize("magic", ["%%time", "%%capture out"])
def test_a_timed_cell_keeps_its_python(magic: str) -> None:
    assert without_magics(f"{magic}\nx = 1") == "pass\nx = 1"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile x.py"])
def test_a_cell_in_another_language_is_blanked(magic: str) -> None:
    assert without_magics(f"{magic}\nrm -rf (\n").strip() == ""
