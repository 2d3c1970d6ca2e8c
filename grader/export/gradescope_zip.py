"""The zip that makes Gradescope grade a topic: its two scripts, and what the grader needs of us."""

from __future__ import annotations

import io
import re
import shlex
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.export.gradescope import failure, to_json
from grader.journal import write_whole
from grader.paths import project_root
from grader.topics import Topic

ROOT_VARIABLE = "HYPERLINGS_AUTOGRADER"  # another folder than /autograder, to try it out
PYTHON_VARIABLE = "HYPERLINGS_AUTOGRADER_PYTHON"  # another Python than the one setup.sh makes

_NOT_NEEDED = frozenset({"streamlit", "altair"})  # the sandbox's, which no grading starts
_SUFFIXES = frozenset({".py", ".ini", ".json", ".toml", ".html", ".css", ".sha256"})
_OF_ONE_TOPIC = ("hidden/test_ex", "misconceptions/ex")  # of the package, as far as we choose
_WHEN = (1980, 1, 1, 0, 0, 0)  # so that the same checkout gives the same bytes

_SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: a Python, and what grading needs in it.
set -euo pipefail
root="${{{root_variable}:-/autograder}}"
here="$root/source"
export DEBIAN_FRONTEND=noninteractive

# A Python that is new enough, with what makes environments; 3.11 is the oldest that will do.
good() {{
  command -v "$1" >/dev/null &&
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}}

apt-get update
apt-get install -y --no-install-recommends python3 python3-venv
apt-get install -y --no-install-recommends bubblewrap || true  # the better isolation, if it works
python=""
for each in python3 python3.13 python3.12 python3.11; do
  if ! good "$each" && [ "$each" != python3 ]; then
    apt-get install -y --no-install-recommends "$each" "$each-venv" || continue
  fi
  if good "$each"; then
    python="$each"
    break
  fi
done
if [ -z "$python" ]; then
  echo "This image has no Python 3.11 or newer: choose a newer Ubuntu for the autograder." >&2
  exit 1
fi

# Beside the source, not in it: code that is graded may read the packages, and nothing of ours.
"$python" -m venv --clear "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir {index}\\
  --requirement "$here/requirements.txt" --constraint "$here/constraints.txt"
"""

_RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission, from a copy of it in /autograder.
root="${{{root_variable}:-/autograder}}"
here="$root/source"
mkdir -p "$root/results"
# If nothing else gets that far, as where the memory runs out, this is what the student reads.
cat > "$root/results/results.json" <<'END'
{fallback}END
cd "$here" || exit 0
export PYTHONPATH="$here" HYPERLINGS_HOME="$here" PYTHONDONTWRITEBYTECODE=1
"${{{python_variable}:-$root/venv/bin/python}}" \\
  -m grader.export.gradescope_run "$root" {topic}{trusted} ||
  echo "The grader ended with status $?."
exit 0
"""

_FALLBACK = (
    "The autograder came to an early end, through no fault of your code: this is not a mark. "
    "Please tell your instructor, who finds the reason in the autograder's output."
)


class AutograderError(Exception):
    """An autograder cannot be built; the text says why and what to do."""


def build(topic: Topic, *, torch_index: str = "", trusted: bool = False) -> bytes:
    """Return the zip for a topic; the same checkout gives the same bytes.

    It holds the topic's solution and hidden checks, no other topic's, and no misconceptions:
    Gradescope shows the zip to instructors only.

    Args:
        topic: The topic.
        torch_index: Address of the package index with PyTorch's CPU build, which is far smaller
            than the default one; "" for the default.
        trusted: Whether to grade even where the container cannot isolate the code.

    Raises:
        AutograderError: If this is no full checkout.
    """
    root = project_root()
    files = {"setup.sh": _setup(torch_index), "run_autograder": _run(topic, trusted=trusted)}
    try:
        files["requirements.txt"] = requirements((root / "pyproject.toml").read_text("utf-8"))
        for name in ("constraints.txt", f"solutions/{topic.module}.py"):
            files[name] = (root / name).read_text("utf-8")
        for path in _package(topic):
            files[path.relative_to(_package_root().parent).as_posix()] = path.read_text("utf-8")
    except OSError as error:
        raise AutograderError(
            f"{error.filename} cannot be read ({error.strerror}). An autograder is built in a full "
            "checkout, with solutions/ in it."
        ) from None
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name, _WHEN)
            mode = 0o755 if name in {"setup.sh", "run_autograder"} else 0o644
            member.external_attr = (0o100000 | mode) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)
    return whole.getvalue()


def write(topic: Topic, path: Path, *, torch_index: str = "", trusted: bool = False) -> None:
    """Write the zip for a topic; see `build`.

    Raises:
        AutograderError: If this is no full checkout.
        OSError: If the file cannot be written.
    """
    data = build(topic, torch_index=torch_index, trusted=trusted)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def requirements(pyproject: str) -> str:
    """Return what grading needs of a project's dependencies, one a line."""
    named = tomllib.loads(pyproject)["project"]["dependencies"]
    kept = [each for each in named if re.split(r"[^\w.-]", each)[0] not in _NOT_NEEDED]
    return "".join(f"{each}\n" for each in kept)


def _setup(torch_index: str) -> str:
    index = f"--extra-index-url {shlex.quote(torch_index)} " if torch_index else ""
    return _SETUP.format(root_variable=ROOT_VARIABLE, index=index)


def _run(topic: Topic, *, trusted: bool) -> str:
    return _RUN.format(
        root_variable=ROOT_VARIABLE,
        python_variable=PYTHON_VARIABLE,
        fallback=to_json(failure(_FALLBACK)),
        topic=topic.module,
        trusted=" --trust-submissions" if trusted else "",
    )


def _package_root() -> Path:
    return Path(__file__).resolve().parents[1]


def _package(topic: Topic) -> Iterator[Path]:
    """Yield the files of our package that grading this topic takes."""
    root = _package_root()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        others = name.startswith(_OF_ONE_TOPIC) and path.stem.removeprefix("test_") != topic.module
        if path.suffix in _SUFFIXES and path.is_file() and not others:
            if name.startswith("misconceptions/ex"):
                continue
            yield path
