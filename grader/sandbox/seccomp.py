"""The seccomp filter of a worker: a classic BPF program over system-call numbers.

See seccomp(2) and Documentation/userspace-api/seccomp_filter.rst. Numbers come from
arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from grader.sandbox import kernel
from grader.sandbox.syscalls import JUDGED, LAST_KNOWN, MACHINES, REFUSED

# include/uapi/linux/audit.h
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _GET_ACTION_AVAIL, _FLAG_TSYNC = 1, 2, 1  # include/uapi/linux/seccomp.h
_X32_BIT = 0x40000000  # arch/x86/include/uapi/asm/unistd.h

# include/uapi/linux/bpf_common.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_{JEQ,JGE,JSET}|BPF_K, …
_LOAD, _JEQ, _JGE, _JSET, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
# include/uapi/linux/seccomp.h
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
# struct seccomp_data: nr at 0, arch at 4, arguments of 8 bytes from 16; both machines are
# little-endian, so an argument's low half comes first.
_NR, _ARCH = 0, 4

_CLONE_THREAD = 0x00010000  # include/uapi/linux/sched.h
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE_MASK = 1, 1, 0xF  # include/linux/socket.h, net.h
# ioctl: pushing characters into a terminal; steering SIGIO at another process
_IOCTLS = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
# ioctl: letters of the file systems' commands ("f", "v", "X", Btrfs), which set a file's attributes
# through a descriptor that was opened to read; the letter is the second byte (ioctl(2))
_IOCTL_LETTER, _FILE_SYSTEMS = 0xFF00, (0x6600, 0x7600, 0x5800, 0x9400)
_FCNTLS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX (include/uapi/asm-generic/fcntl.h)

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def is_supported(machine: str) -> bool:
    """Whether the tables cover this machine, named as `os.uname` does."""
    return machine in AUDIT_ARCH


def check_available(machine: str) -> None:
    """Ask the kernel whether it filters system calls with an errno as the answer.

    Raises:
        OSError: If it does not.
    """
    kernel.syscall(_SECCOMP[machine], _GET_ACTION_AVAIL, 0, struct.pack("<I", _ERRNO))


def program(machine: str, pid: int) -> list[Instruction]:
    """The filter, as BPF instructions.

    Args:
        machine: "x86_64" or "aarch64".
        pid: The process that will run under it; signals and limits may be aimed at it alone.
    """
    column = MACHINES.index(machine)
    judged = {name: pair[column] for name, pair in JUDGED.items()}
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_JEQ, 1, 0, AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NR),
    ]
    if machine == "x86_64":
        code += [(_JGE, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL_PROCESS)]
    code += [(_JGE, 0, 1, LAST_KNOWN + 1), _refuse(errno.ENOSYS)]
    # glibc falls back from clone3, whose flags a filter cannot see, to clone
    code += _when(judged["clone3"], [_refuse(errno.ENOSYS)])
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += _when(number, [_refuse()])
    code += _when(
        judged["clone"],
        [_argument(0), (_JSET, 0, 1, _CLONE_THREAD), (_RETURN, 0, 0, _ALLOW), _refuse()],
    )
    for name in ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        code += _when(judged[name], _allow_only(0, (pid,)))
    code += _when(judged["prlimit64"], _allow_only(0, (0, pid)))
    for name in ("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"):
        code += _when(judged[name], _allow_only(0, (0, pid)))
    # A stream pair only: a datagram socket could still be aimed at a path or an abstract name.
    code += _when(
        judged["socketpair"],
        [
            _argument(0),
            (_JEQ, 1, 0, _AF_UNIX),
            _refuse(),
            _argument(1),
            (_AND, 0, 0, _SOCK_TYPE_MASK),
            (_JEQ, 1, 0, _SOCK_STREAM),
            _refuse(),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    # Nobody may outlive the parent that answers for it.
    code += _when(judged["prctl"], _refuse_only(0, (kernel.PR_SET_PDEATHSIG,)))
    code += _when(
        judged["ioctl"],
        [
            *_refuse_each(1, _IOCTLS),
            _argument(1),
            (_AND, 0, 0, _IOCTL_LETTER),
            *_refuse_equal(_FILE_SYSTEMS),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    code += _when(judged["fcntl"], _refuse_only(1, _FCNTLS))
    code.append((_RETURN, 0, 0, _ALLOW))
    return code


def install() -> None:
    """Put this process, all its threads, under the filter, for good.

    Raises:
        OSError: If the kernel refuses.
        ValueError: If the machine is not supported.
    """
    machine = os.uname().machine
    code = program(machine, os.getpid())
    packed = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *i) for i in code))
    # struct sock_fprog: unsigned short len, padding, pointer
    header = struct.pack("<H6xQ", len(code), ctypes.addressof(packed))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.syscall(_SECCOMP[machine], _SET_MODE_FILTER, _FLAG_TSYNC, header)


def _refuse(error: int = errno.EPERM) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | error)


def _argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * index)


def _when(number: int, body: list[Instruction]) -> list[Instruction]:
    """`body` for one system call; it must return on every path."""
    return [(_JEQ, 0, len(body), number), *body]


def _allow_only(index: int, values: tuple[int, ...]) -> list[Instruction]:
    body = [_argument(index)]
    for value in values:
        body += [(_JEQ, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*body, _refuse()]


def _refuse_only(index: int, values: tuple[int, ...]) -> list[Instruction]:
    return [*_refuse_each(index, values), (_RETURN, 0, 0, _ALLOW)]


def _refuse_each(index: int, values: tuple[int, ...]) -> list[Instruction]:
    return [_argument(index), *_refuse_equal(values)]


def _refuse_equal(values: tuple[int, ...]) -> list[Instruction]:
    """Refuse the call if the accumulator is one of `values`; otherwise go on."""
    return [step for value in values for step in ((_JEQ, 0, 1, value), _refuse())]
