"""Hostile submissions, in both tiers; after each, an honest one still works."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grader
from grader.errors import DeadlinePassed, ProtocolViolation, SubmissionError, WorkerDied
from grader.sandbox.client import Tier, Worker, export
from grader.sandbox.output import OUTPUT_BYTES

pytestmark = pytest.mark.usefixtures("honest")

Load = Callable[..., Worker]
PROJECT = Path(grader.__file__).resolve().parents[1]

SEND = """
import json, os, struct

def send(fields, buffers=()):
    text = json.dumps(fields).encode()
    head = struct.pack("<II", len(text), len(buffers))
    lengths = struct.pack(f"<{len(buffers)}Q", *map(len, buffers))
    os.write(3, head + lengths + text + b"".join(buffers))

ARGS = {'args': [], 'kwargs': {}}

def nonce():
    import gc
    from grader.sandbox.channel import Channel
    (channel,) = [thing for thing in gc.get_objects() if type(thing) is Channel]
    return channel.nonce
"""


@pytest.mark.parametrize("code", ["raise SystemExit(0)", "raise KeyboardInterrupt", "exit_()"])
def test_an_exit_is_an_error_of_the_code(load: Load, code: str) -> None:
    with pytest.raises(SubmissionError, match=r"SystemExit|KeyboardInterrupt"):
        load(f"import sys\nexit_ = sys.exit\n{code}\n")
    worker = load(f"import sys\nexit_ = sys.exit\ndef f():\n    {code}\n")
    with pytest.raises(SubmissionError, match=r"SystemExit|KeyboardInterrupt"):
        worker.call("f")


def test_a_hard_exit_is_a_death(load: Load) -> None:
    with pytest.raises(WorkerDied, match="exited with status 0"):
        load("import os\nos._exit(0)\n")
    worker = load("import os\ndef f():\n    os._exit(3)\n")
    for _ in range(2):  # and stays one
        with pytest.raises(WorkerDied, match="exited with status 3"):
            worker.call("f")


def test_a_segmentation_fault_is_a_crash(load: Load) -> None:
    worker = load("import ctypes\ndef f():\n    ctypes.string_at(0)\n")
    with pytest.raises(WorkerDied, match=r"crashed \(SIGSEGV\)"):
        worker.call("f")


@pytest.mark.parametrize(
    "prepare",
    [
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
        "[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGALRM, signal.SIGTERM)]",
    ],
)
def test_an_endless_loop_ends_at_the_deadline(load: Load, prepare: str) -> None:
    worker = load(f"import signal\ndef f():\n    {prepare}\n    while True: pass\n")
    worker.deadline(0.3)
    with pytest.raises(DeadlinePassed) as caught:
        worker.call("f")
    assert caught.value.seconds == 0.3


def test_the_deadline_covers_all_calls_together(load: Load) -> None:
    worker = load("import time\ndef f():\n    time.sleep(0.05)\n")
    worker.deadline(0.4)
    finished = 0
    with contextlib.suppress(DeadlinePassed):
        for finished in range(100):  # noqa: B007 counts what was done before the end
            worker.call("f")
    assert 1 <= finished < 9


def test_a_trickle_of_bytes_does_not_extend_the_deadline(load: Load) -> None:
    worker = load(
        "import os, struct, time\ndef f():\n    os.write(3, struct.pack('<II', 1000, 0))\n"
        "    while True:\n        os.write(3, b' ')\n        time.sleep(0.02)\n"
    )
    worker.deadline(0.4)
    with pytest.raises(DeadlinePassed):
        worker.call("f")


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.execv('/usr/bin/true', ['true'])",
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
        "import os, signal; os.kill(-1, signal.SIGKILL)",
        "import os, signal; os.kill(0, signal.SIGKILL)",
        "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
        "import os; os.sched_setaffinity(os.getppid(), {0})",
        "import os; os.memfd_create('x')",
        "import os; os.pidfd_open(os.getppid())",
        "import fcntl, os; fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    ],
)
def test_what_reaches_outside_the_process_is_refused(load: Load, code: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        load(code)
    assert "OSError" in caught.value.mro
    assert "Errno 1]" in caught.value.message


def test_raw_system_calls_are_refused(load: Load) -> None:
    worker = load(
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "def call(*numbers):\n"
        "    return libc.syscall(*map(ctypes.c_long, numbers)), ctypes.get_errno()\n"
    )
    x86 = os.uname().machine == "x86_64"
    ptrace, unshare, prctl = (101, 272, 157) if x86 else (117, 97, 167)
    assert worker.call("call", ptrace, 0) == (-1, 1)
    assert worker.call("call", unshare, 0x10000000) == (-1, 1)
    assert worker.call("call", 425, 8, 0) == (-1, 1)  # io_uring_setup
    assert worker.call("call", prctl, 1, 0) == (-1, 1)  # outliving the parent
    assert worker.call("call", 435, 0, 0) == (-1, 38)  # clone3: unknown, so glibc uses clone
    assert worker.call("call", 463, 0) == (-1, 38)  # newer than the table


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x32 exists on x86_64 only")
def test_the_x32_numbers_are_no_way_round(load: Load) -> None:
    worker = load("import ctypes\ndef f():\n    ctypes.CDLL(None).syscall(0x40000000 + 39)\n")
    with pytest.raises(WorkerDied, match="SIGSYS"):
        worker.call("f")


def test_nothing_outside_can_be_read(load: Load) -> None:
    worker = load(
        "import os\n"
        "def read(path):\n"
        "    try:\n"
        "        if os.path.isdir(path):\n            return os.listdir(path)\n"
        "        with open(path, 'rb') as f:\n            return f.read()\n"
        "    except OSError:\n        return None\n"
    )
    home = Path.home()
    for path in (
        PROJECT,
        PROJECT / "pyproject.toml",
        PROJECT / "solutions",
        PROJECT / "grader" / "hidden",
        PROJECT / "grader" / "misconceptions",
        PROJECT / "grader" / "__init__.py",
        PROJECT / ".git",
        home,
        "/",
        "/tmp",
        "/etc/passwd",
        "/etc/shadow",
        "/proc",
        "/proc/1/cmdline",
        f"/proc/{os.getpid()}/environ",
        "/proc/self/environ",
        "/proc/self/mountinfo",
        f"/proc/self/root{PROJECT}/pyproject.toml",
    ):
        assert worker.call("read", str(path)) is None, path
    assert worker.call("read", "/proc/self/statm") is not None  # so that None means refused


def test_the_parent_cannot_be_read_through_proc(load: Load) -> None:
    worker = load(
        "import os\n"
        "def f(name):\n    open(f'/proc/{os.getppid()}/{name}', 'rb').read()\n"
        "def link(name):\n    os.readlink(f'/proc/{os.getppid()}/{name}')\n"
    )
    for name in ("environ", "cmdline", "maps", "mem", "status"):
        with pytest.raises(SubmissionError, match="PermissionError"):
            worker.call("f", name)
    for name in ("cwd", "exe", "root"):
        with pytest.raises(SubmissionError, match="PermissionError"):
            worker.call("link", name)


def test_the_environment_and_the_modules_name_no_secret(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = load(
        "import os, sys, gc\n"
        "def environment():\n    return dict(os.environ), sys.argv, os.getcwd()\n"
        "def files():\n"
        "    return [str(getattr(m, '__file__', '')) for m in list(sys.modules.values())]\n"
        "def path():\n    return sys.path\n"
        "def descriptors():\n"
        "    def is_open(n):\n"
        "        try: os.fstat(n)\n"
        "        except OSError: return False\n"
        "        return True\n"
        "    return [n for n in range(250) if is_open(n)]\n"
    )
    environment, argv, _ = worker.call("environment")
    assert not {"PYTEST_CURRENT_TEST", "PYTHONPATH", "SECRET"} & set(environment)
    assert argv == ["submission"]
    ours = [file for file in worker.call("files") if "/grader/" in file]
    assert ours
    assert not [file for file in ours if file.startswith(str(PROJECT))]
    assert str(PROJECT) not in worker.call("path")
    assert worker.call("descriptors") == [0, 1, 2, 3]


def test_nothing_can_be_written_but_the_work_folder(load: Load, tier: Tier) -> None:
    worker = load(
        "import os\ndef write(path):\n    open(path, 'w').write('x')\n    return os.listdir('.')\n"
    )
    for path in ("/tmp/x", "/x", "/dev/shm/x", "/usr/lib/x", f"{PROJECT}/x", f"{Path.home()}/x"):
        with pytest.raises(SubmissionError, match=r"PermissionError|FileNotFound|OSError"):
            worker.call("write", path)
    if tier is Tier.A:
        assert worker.call("write", "mine.txt") == ["mine.txt"]
    else:
        with pytest.raises(SubmissionError, match="PermissionError"):
            worker.call("write", "mine.txt")


def test_files_outside_keep_their_mode_and_times(load: Load) -> None:
    target = PROJECT / "pyproject.toml"
    before = target.stat()
    worker = load(
        "import os\n"
        "def chmod(path):\n    os.chmod(path, 0o777)\n"
        "def touch(path):\n    os.utime(path, (0, 0))\n"
    )
    for function in ("chmod", "touch"):
        with pytest.raises(SubmissionError, match=r"PermissionError|FileNotFound"):
            worker.call(function, str(target))
    assert (target.stat().st_mode, target.stat().st_mtime) == (before.st_mode, before.st_mtime)


def test_a_memory_bomb_is_a_memory_error_and_the_grader_stays_small(load: Load) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = load(
        "def f():\n    kept = []\n    while True:\n        kept.append(bytearray(50 << 20))\n",
        memory_mb=300,
    )
    with pytest.raises(SubmissionError, match="MemoryError"):
        worker.call("f")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10


def test_a_thread_bomb_is_stopped(load: Load) -> None:
    worker = load(
        "import threading, time\n"
        "def f():\n    threading.stack_size(65536)\n    while True:\n"
        "        threading.Thread(target=time.sleep, args=(100,)).start()\n"
    )
    with pytest.raises(WorkerDied, match="threads"):
        worker.call("f")


def test_a_flood_of_output_is_cut(load: Load) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = load(
        "import os\n"
        "def f():\n"
        "    for _ in range(200):\n        print('x' * (1 << 20))\n"
        "    try:\n        os.write(2, b'y' * (1 << 20))\n    except OSError:\n        pass\n"
        "    return 'done'\n"
    )
    assert worker.call("f") == "done"
    assert worker.output() == "x" * OUTPUT_BYTES
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10


@pytest.mark.parametrize(
    "forged",
    [
        "send({'op': 'return', 'nonce': '0' * 32, 'value': 1})",
        "send({'op': 'return', 'value': 1})",
        "send({'op': 'pass', 'nonce': nonce(), 'value': 1})",
        "send({'op': 'return', 'nonce': nonce(), 'value': ['h', 1]})",
        "send({'op': 'return', 'nonce': nonce(), 'value': ['h', 10**9, 'x']})",
        "send({'op': 'return', 'nonce': nonce(), 'value': ['o', 99]})",
        "send({'op': 'return', 'nonce': nonce(), 'value': ['d', [[1, 1], [True, 1]]]})",
        "send({'op': 'return', 'nonce': nonce(), 'value': ['l', [['b', 0]] * 2]}, [b'x'])",
        "send({'op': 'raise', 'nonce': nonce(), 'names': [], 'message': ''})",
        "send({'op': 'call', 'nonce': nonce(), 'object': 9, 'method': '', **ARGS})",
        "send({'op': 'call', 'nonce': nonce(), 'object': 0, 'method': '__call__', 'args': 1})",
        "os.write(3, b'garbage' * 100)",
        "os.write(3, b'\\xff' * 8)",
        "os.write(3, b'cposix\\nsystem\\n(S\"true\"\\ntR.' * 9)",
    ],
)
def test_a_forged_frame_is_a_violation(load: Load, forged: str) -> None:
    worker = load(f"{SEND}\ndef f(lent):\n    {forged}\n    while True: pass\n")
    with pytest.raises(ProtocolViolation):
        worker.call("f", lambda: None)


def test_a_frame_forged_with_the_live_nonce_is_only_a_value(load: Load) -> None:
    worker = load(
        f"{SEND}\n"
        "def f():\n    send({'op': 'return', 'nonce': nonce(), 'value': 5})\n    return 6\n"
    )
    assert worker.call("f") == 5
    with pytest.raises(ProtocolViolation, match="answers nothing"):
        worker.call("f")


def test_a_closed_connection_is_a_death(load: Load) -> None:
    worker = load("import os, time\ndef f():\n    os.close(3)\n    time.sleep(100)\n")
    with pytest.raises(WorkerDied):
        worker.call("f")


def test_objects_that_lie_are_judged_on_what_they_hold(load: Load) -> None:
    worker = load(
        "class Equal(float):\n"
        "    def __eq__(self, other): return True\n"
        "    def __float__(self): return 42.0\n"
        "    __hash__ = float.__hash__\n"
        "    __class__ = int\n"
        "class Short(list):\n"
        "    def __len__(self): return 0\n"
        "    def __iter__(self): return iter([42])\n"
        "def f():\n    return Equal(1.5), Short([1, 2])\n"
    )
    number, items = worker.call("f")
    assert (type(number), number) == (float, 1.5)
    assert (type(items), items) == (list, [1, 2])


@pytest.mark.parametrize(
    "value",
    [
        "[0] * 10**6",
        "'x' * 10**7",
        "10**5000",
        "bytes(100 << 20)",
        "[bytes(1)] * 1000",
        "dict.fromkeys(range(10**5))",
        "__import__('functools').reduce(lambda a, _: [a], range(10**5))",
    ],
)
def test_a_huge_or_deep_result_is_refused(load: Load, value: str) -> None:
    worker = load(f"def f():\n    return {value}\n")
    with pytest.raises(SubmissionError, match="cannot be read"):
        worker.call("f")


def test_a_flood_of_callbacks_is_a_violation(load: Load) -> None:
    worker = load("def f(g):\n    while True:\n        g()\n", callbacks=500)
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    with pytest.raises(ProtocolViolation, match="500 calls"):
        worker.call("f", count)
    assert calls == 500


def test_an_object_lent_for_one_call_is_dead_between_calls(load: Load) -> None:
    worker = load(
        f"{SEND}\nimport threading\n"
        "def late(lent):\n"
        "    while nonce() is not None: pass\n"
        "    try: lent()\n"
        "    except RuntimeError as e: os.write(1, str(e).encode())\n"
        "    else: os.write(1, b'answered')\n"
        "def f(lent):\n    threading.Thread(target=late, args=(lent,)).start()\n"
    )
    called: list[int] = []
    worker.call("f", lambda: called.append(1))
    end = time.monotonic() + 10
    while not worker.output() and time.monotonic() < end:
        pass
    assert worker.output() == "the check that lent this object is over"
    assert called == []


def test_private_methods_of_a_lent_object_cannot_be_called(load: Load) -> None:
    class Judge:
        def ask(self) -> int:
            return 1

        def _answer(self) -> int:
            return 2

    worker = load(
        f"{SEND}\n"
        "def f(judge, method):\n"
        "    send({'op': 'call', 'nonce': nonce(), 'object': judge._number, 'method': method,"
        " 'args': [], 'kwargs': {}})\n"
        "    from grader.sandbox import frames\n"
        "    import socket\n"
        "    return frames.receive(socket.socket(fileno=os.dup(3)))[0]\n"
    )
    judge = export(Judge(), methods=("ask",))
    assert worker.call("f", judge, "ask")["value"] == 1
    for method in ("_answer", "__init__", "__class__", "__reduce__"):
        assert worker.call("f", judge, method)["names"][0] == "AttributeError"


def test_patched_modules_change_nothing_here(load: Load) -> None:
    worker = load(
        "import builtins, json, math\n"
        "import numpy.testing\n"
        "builtins.abs = lambda x: 0\n"
        "math.isclose = lambda *a, **k: True\n"
        "numpy.testing.assert_allclose = lambda *a, **k: None\n"
        "dumps = json.dumps\n"
        "json.dumps = lambda o, **k: dumps(dict(o, value=5) if 'value' in o else o, **k)\n"
        "def f():\n    return -3\n"
    )
    assert worker.call("f") == 5  # a value like any other
    assert abs(-3) == 3
    assert not math.isclose(1, 2)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(1, 2)


def test_breaking_the_worker_itself_only_ends_it(load: Load) -> None:
    worker = load("import builtins\ndef f():\n    builtins.isinstance = None\n    return 1\n")
    with pytest.raises(WorkerDied):
        worker.call("f")


def test_an_object_of_another_worker_is_not_found(load: Load) -> None:
    source = "class A: pass\ndef f(x=None):\n    return A()\n"
    ours, other = load(source), load(source)
    with pytest.raises(TypeError, match="another worker"):
        ours.call("f", other.call("f"))


def descendants() -> set[int]:
    """Every process whose parent chain leads to this one, by /proc."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields: Any = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(entry.name)] = int(fields[1])
    return {pid for pid, ppid in found.items() if ppid in found and _leads_here(pid, found)}


def _leads_here(pid: int, found: dict[int, int]) -> bool:
    while pid in found:
        pid = found[pid]
        if pid == os.getpid():
            return True
    return False


def test_nothing_is_left_of_a_killed_worker(load: Load, parent: Any) -> None:
    parent.worker().close()  # the parent is up, and all its processes with it
    before = descendants()  # perhaps with a worker that is being reaped
    worker = load("import time\ndef f():\n    time.sleep(100)\n")
    (ours,) = descendants() - before
    worker.deadline(0.1)
    with pytest.raises(DeadlinePassed):
        worker.call("f")
    assert worker._status.how_it_ended().args[0].endswith("was killed (SIGKILL)")
    assert ours not in descendants()
