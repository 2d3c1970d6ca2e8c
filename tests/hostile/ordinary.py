"""Runs a command as an ordinary user, where root runs the tests.

The interpreter, its packages and the project may lie in a folder that only root may enter (root's
home, often). Then the command runs in a mount namespace of its own, where such a folder shows just
the way to them: nothing outside changes.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

USER = "65534"
_SCRIPT = """
set -e
stash=$1; shift
count=0
while [ "$1" != -- ]; do  # the folders to reach, each with the closed one above it
    count=$((count + 1))
    mkdir -p "$stash/$count"
    mount --bind -- "$1" "$stash/$count"
    eval "path$count=\\$1 closed$count=\\$2"
    shift 2
done
shift
number=0
while [ "$number" -lt "$count" ]; do
    number=$((number + 1))
    eval "path=\\$path$number closed=\\$closed$number"
    [ "$(stat -f -c %T "$closed")" = tmpfs ] && [ -e "$closed/.opened" ] || {
        mount -t tmpfs -o mode=755 none "$closed"
        touch "$closed/.opened"
    }
    mkdir -p "$path"
    mount --move "$stash/$number" "$path"
done
exec setpriv --reuid="$USER_ID" --regid="$USER_ID" --clear-groups -- "$@"
"""


def run_as_ordinary_user(
    command: Sequence[str], needed: Sequence[Path], **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a user without rights, who may read the folders that it needs.

    Args:
        command: Program and arguments.
        needed: Folders that it must be able to reach, beside this interpreter's.
        environment: Its environment variables, but for PATH.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root, to become somebody else: these tests run as an ordinary user now")
    for program in ("setpriv", "unshare", "mount"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt install util-linux mount")
    wanted = [*needed, Path(sys.prefix), Path(sys.base_prefix)]
    pairs = [(path, closed) for path in _real(wanted) if (closed := _closed_above(path))]
    arguments = [str(part) for pair in pairs for part in pair]
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", "USER_ID": USER, **environment}
    with tempfile.TemporaryDirectory() as stash:
        script = ["sh", "-c", _SCRIPT, "sh", stash, *arguments, "--", *command]
        if pairs:
            script = ["unshare", "--mount", *script]
            probe = ["unshare", "--mount", "mount", "--bind", stash, stash]
            tried = subprocess.run(probe, capture_output=True, text=True, check=False)
            if tried.returncode != 0:
                why = tried.stderr.strip()
                pytest.skip(f"{pairs[0][1]} is closed to others, and stays so: {why}")
        return subprocess.run(script, capture_output=True, text=True, check=False, env=variables)


def _real(paths: Sequence[Path]) -> list[Path]:
    """The folders themselves and what their links lead to, none inside another."""
    every = sorted({place for path in paths for place in (path.absolute(), path.resolve())})
    return [p for p in every if not any(q != p and q in p.parents for q in every)]


def _closed_above(path: Path) -> Path | None:
    """The topmost folder on the way to `path` that others may not enter."""
    for folder in reversed([path, *path.parents]):
        if folder.is_dir() and not stat.S_IMODE(folder.stat().st_mode) & stat.S_IXOTH:
            return folder
    return None
