"""Landlock: what a process may still reach in the file system, and nobody else's sockets.

See landlock(7) and include/uapi/linux/landlock.h. The rules add up under the paths they name, and
everything else that the kernel's version of Landlock handles is refused.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from grader.sandbox import kernel

# The same numbers on every architecture (include/uapi/asm-generic/unistd.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
_PATH_BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH

# LANDLOCK_ACCESS_FS_*
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _READ_FILE | _READ_DIR
_WORK = (
    _READ | _WRITE_FILE | _TRUNCATE | _REFER
    | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM
)  # fmt: skip
_DEVICE = _READ_FILE | _WRITE_FILE | _IOCTL_DEV

# Number of file-system rights that each version knows; later versions add none.
_N_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_BIND_TCP, _NET_CONNECT_TCP = 1, 2  # LANDLOCK_ACCESS_NET_*, from version 4
_SCOPE_ABSTRACT_UNIX_SOCKET, _SCOPE_SIGNAL = 1, 2  # LANDLOCK_SCOPE_*, from version 6
SCOPES_FROM = 6


def abi() -> int:
    """Landlock's version in the running kernel; 0 where there is none."""
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION)
    except OSError:
        return 0


def restrict(
    *,
    readable: Iterable[str] = (),
    listed: Iterable[str] = (),
    writable: Iterable[str] = (),
    devices: Iterable[str] = (),
) -> None:
    """Confine this thread, and what it starts, to these paths; absent ones are passed over.

    Args:
        readable: Files and directories whose contents may be read. Nothing may be executed.
        listed: Directories whose names, at any depth, may be listed.
        writable: Directories to work in: files, directories and links may be made and removed.
        devices: Device files to read, write and control.

    Raises:
        OSError: If the kernel refuses.
    """
    version = abi()
    handled = (1 << _N_RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("<Q", handled)
    if version >= 4:
        attributes += struct.pack("<Q", _NET_BIND_TCP | _NET_CONNECT_TCP)
    if version >= SCOPES_FROM:
        attributes += struct.pack("<Q", _SCOPE_ABSTRACT_UNIX_SOCKET | _SCOPE_SIGNAL)
    ruleset = kernel.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for paths, access in (
            (readable, _READ),
            (listed, _READ_DIR),
            (writable, _WORK),
            (devices, _DEVICE),
        ):
            for path in paths:
                _allow(ruleset, path, access & handled)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        anchor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return  # nothing there that this process could read anyway
    try:
        if not stat.S_ISDIR(os.fstat(anchor).st_mode):
            access &= _ON_FILES
        # struct landlock_path_beneath_attr is packed: u64 allowed_access, s32 parent_fd
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, anchor), 12)
        kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(anchor)
