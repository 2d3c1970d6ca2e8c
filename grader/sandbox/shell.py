"""The outer shell of tier A: bubblewrap round the warm parent (see bwrap(1)).

Inside there is no network, no home and no project: libraries and the interpreter where they lie,
packages under /packages, our modules under /hyperlings, and /box to work in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from grader.sandbox.surroundings import Surroundings, is_within

MODULES = "/hyperlings"
BOX = "/box"
BOX_BYTES = 64 << 20
_NOBODY = "65534"


def package_folders(around: Surroundings) -> tuple[str, ...]:
    """Where the folders of installed packages appear inside, in order."""
    return tuple(f"/packages/{i}" for i in range(len(around.packages)))


def wrap(
    bwrap: str, around: Surroundings, command: Sequence[str], *, modules: str | None = None
) -> list[str]:
    """The command line that runs `command` inside the shell.

    Args:
        bwrap: The bubblewrap executable.
        around: What to show of this machine.
        command: The program and its arguments, as named inside.
        modules: Folder to show as /hyperlings.
    """
    arguments = [bwrap, "--unshare-user", "--unshare-all", "--die-with-parent", "--new-session"]
    arguments += ["--cap-drop", "ALL", "--uid", _NOBODY, "--gid", _NOBODY]
    for path in around.system:
        if os.path.islink(path) and os.path.isdir(path):
            arguments += ["--symlink", os.readlink(path), path]
        else:
            arguments += ["--ro-bind", path, path, *_masks(path, path, around.secret)]
    for source, target in zip(around.packages, package_folders(around), strict=True):
        arguments += ["--ro-bind", source, target, *_masks(source, target, around.secret)]
    if modules is not None:
        arguments += ["--ro-bind", modules, MODULES]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for device in around.devices:
        arguments += ["--dev-bind", device, device]
    arguments += ["--size", str(BOX_BYTES), "--tmpfs", BOX]
    return [*arguments, "--chdir", "/", "--remount-ro", "/", "--", *command]


def _masks(source: str, target: str, secret: str) -> list[str]:
    """Cover the secret folder with an empty one where a shown folder holds it."""
    if not is_within(secret, source):
        return []
    return ["--tmpfs", os.path.normpath(os.path.join(target, os.path.relpath(secret, source)))]
