"""What is shown of a machine, and how its isolation is found out."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import landlock, seccomp, shell, surroundings, syscalls, tiers
from grader.sandbox.surroundings import Surroundings
from grader.sandbox.tiers import Tier

MACHINES = list(enumerate(syscalls.MACHINES))
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


def machine(**changes: object) -> Surroundings:
    fields = {
        "interpreter": "/usr/bin/python3",
        "system": ("/usr/lib",),
        "packages": ("/home/me/course/.venv/lib/python3.11/site-packages",),
        "secret": "/home/me/course",
        "devices": (),
        "cuda": False,
    }
    return Surroundings(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_virtual_environment_inside_the_project_does_not_show_the_project() -> None:
    command = shell.wrap("bwrap", machine(), ["python"])
    shown = {command[i + 1] for i, word in enumerate(command) if word.endswith("bind")}
    assert shown == {"/usr/lib", "/home/me/course/.venv/lib/python3.11/site-packages"}
    assert "/home/me" not in {command[i + 2] for i, w in enumerate(command) if w == "--ro-bind"}


def test_a_project_inside_a_shown_folder_is_covered() -> None:
    for changes, mask in [
        ({"system": ("/usr/lib",), "secret": "/usr/lib/course"}, "/usr/lib/course"),
        ({"packages": ("/venv/site",), "secret": "/venv/site/grader"}, "/packages/0/grader"),
    ]:
        command = shell.wrap("bwrap", machine(**changes), ["python"])
        assert command[command.index(mask) - 1] == "--tmpfs"


def test_around_shows_everything_but_the_secret(tmp_path: Path) -> None:
    for path in ("numpy", "deep/beside", "deep/grader/hidden"):
        (tmp_path / path).mkdir(parents=True)
    shown, listed = surroundings.around(str(tmp_path), str(tmp_path / "deep" / "grader"))
    assert sorted(shown) == [str(tmp_path / "deep" / "beside"), str(tmp_path / "numpy")]
    assert listed == [str(tmp_path), str(tmp_path / "deep")]
    assert surroundings.around(str(tmp_path), "/elsewhere") == ([str(tmp_path)], [])


def test_the_survey_shows_neither_the_project_nor_the_home_folder() -> None:
    around = surroundings.survey("cpu")
    for path in (*around.system, *around.packages):
        assert not surroundings.is_within(around.secret, path)
        assert not surroundings.is_within(str(Path.home()), path)
    assert Path(around.secret, "grader").is_dir()
    assert os.access(around.interpreter, os.X_OK)


def test_the_stage_holds_no_check_and_imports_alone(tmp_path: Path) -> None:
    surroundings.stage(tmp_path)
    names = {path.name for path in tmp_path.rglob("*")}
    assert {"labs", "worker.py", "errors.py"} <= names
    assert not {"hidden", "misconceptions", "client.py", "session.py"} & names
    site = surroundings.survey("cpu").packages
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, *{site!r}]; import grader.sandbox.parent"
    )
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="tiers A and B exist on Linux only")
def test_detection_matches_what_the_kernel_says() -> None:
    isolation = tiers.detect()
    assert isolation.landlock_abi == landlock.abi()
    assert isolation.tier is isolation.available[0]
    assert isolation.available[-1] is Tier.C
    assert len(isolation.available) == 3 or isolation.reasons
    if shutil.which("bwrap") is None:
        assert "bubblewrap is not installed: apt install bubblewrap" in isolation.reasons


@pytest.mark.parametrize(
    ("abi", "filters", "bwrap_error", "expected"),
    [
        (7, True, None, [Tier.A, Tier.B, Tier.C]),
        (7, True, "no namespaces", [Tier.B, Tier.C]),
        (3, True, None, [Tier.A, Tier.C]),
        (3, True, "no namespaces", [Tier.C]),
        (0, True, None, [Tier.C]),
        (7, False, None, [Tier.C]),
    ],
)
def test_tiers_follow_from_what_was_found(
    monkeypatch: pytest.MonkeyPatch,
    abi: int,
    filters: bool,
    bwrap_error: str | None,
    expected: list[Tier],
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(landlock, "abi", lambda: abi)
    monkeypatch.setattr(tiers, "_has_seccomp", lambda: filters)
    monkeypatch.setattr(tiers, "_try_shell", lambda bwrap: bwrap_error)
    monkeypatch.setattr(tiers, "_has_user_namespaces", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/bwrap")
    isolation = tiers.detect.__wrapped__()
    assert list(isolation.available) == expected
    assert bool(isolation.reasons) == (len(expected) < 3)


def test_other_systems_get_tier_c_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    isolation = tiers.detect.__wrapped__()
    assert isolation.tier is Tier.C
    assert "container" in isolation.reasons[0]


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="needs root and setpriv to become an ordinary user: run the tests as root",
)
def test_an_ordinary_user_finds_the_same_landlock() -> None:
    probe = (
        "import ctypes; libc = ctypes.CDLL(None); libc.syscall.restype = ctypes.c_long;"
        "print(libc.syscall(ctypes.c_long(444), None, ctypes.c_long(0), ctypes.c_long(1)))"
    )
    system = shutil.which("python3", path="/usr/bin:/bin")
    if system is None:
        pytest.skip("no interpreter that an ordinary user may run: apt install python3")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run([*nobody, system, "-I", "-c", probe], capture_output=True, text=True)
    assert done.stdout.strip() == str(landlock.abi())


@pytest.mark.parametrize(("column", "name"), MACHINES)
def test_system_call_numbers_are_the_headers(column: int, name: str) -> None:
    header = Path(HEADERS[name])
    if not header.exists():
        pytest.skip(f"{header} is not installed: apt install linux-libc-dev")
    known: dict[str, int] = {}
    for line in header.read_text().splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "#define" and words[2].isdigit():
            known[words[1].removeprefix("__NR3264_").removeprefix("__NR_")] = int(words[2])
    table = {**syscalls.REFUSED, **syscalls.JUDGED}
    assert len(table) > 100
    for call, numbers in table.items():
        if call in known:
            assert numbers[column] == known[call], call
        else:
            assert numbers[column] is None or call.endswith("handle_at"), call
    assert known["set_mempolicy_home_node"] == syscalls.LAST_KNOWN


def run_filter(code: list[seccomp.Instruction], arch: int, number: int, *args: int) -> int:
    """A classic BPF machine, as far as the filter needs one."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *args, *[0] * (6 - len(args)))
    accumulator = position = 0
    while True:
        operation, if_true, if_false, constant = code[position]
        position += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, constant)
            case 0x54:
                accumulator &= constant
            case 0x15:
                position += if_true if accumulator == constant else if_false
            case 0x35:
                position += if_true if accumulator >= constant else if_false
            case 0x45:
                position += if_true if accumulator & constant else if_false
            case 0x06:
                return constant
            case _:
                raise AssertionError(operation)


ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026


@pytest.mark.parametrize(("column", "name"), MACHINES)
def test_the_filter_answers_as_written(column: int, name: str) -> None:
    code = seccomp.program(name, 1234)
    arch = seccomp.AUDIT_ARCH[name]

    def answer(call: str, *args: int) -> int:
        numbers = {**syscalls.REFUSED, **syscalls.JUDGED}[call]
        number = numbers[column]
        assert number is not None
        return run_filter(code, arch, number, *args)

    read, getpid = ((0, 39), (63, 172))[column]
    assert run_filter(code, arch, read) == run_filter(code, arch, getpid) == ALLOW
    assert run_filter(code, 0x40000003, getpid) == KILL  # AUDIT_ARCH_I386
    assert run_filter(code, arch, syscalls.LAST_KNOWN + 1) == ENOSYS
    for call in (
        "execve",
        "socket",
        "connect",
        "ptrace",
        "mount",
        "bpf",
        "memfd_create",
        "fchmodat",
    ):
        assert answer(call) == EPERM
    assert answer("clone3") == ENOSYS
    assert answer("clone", 0x00010000 | 0x100) == ALLOW
    assert answer("clone", 17) == EPERM  # SIGCHLD alone: a fork
    assert answer("kill", 1234, 9) == ALLOW
    assert answer("kill", 1, 9) == answer("kill", 2**64 - 1, 9) == EPERM
    assert answer("tgkill", 1234, 5, 9) == ALLOW
    assert answer("prlimit64", 0) == ALLOW
    assert answer("prlimit64", 1) == EPERM
    assert answer("socketpair", 1, 1 | 0o2000000) == ALLOW  # SOCK_CLOEXEC
    assert answer("socketpair", 1, 2) == answer("socketpair", 2, 1) == EPERM
    assert answer("prctl", 1, 0) == EPERM
    assert answer("prctl", 15, 0) == ALLOW
    assert answer("ioctl", 0, 0x5412) == EPERM
    assert answer("ioctl", 0, 0x5401) == answer("ioctl", 0, 0x541B) == ALLOW  # TCGETS, FIONREAD
    # FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR, FS_IOC_ENABLE_VERITY, FS_IOC_SETVERSION
    for command in (0x40086602, 0x401C5820, 0x40806685, 0x40087602):
        assert answer("ioctl", 0, command) == EPERM
    assert answer("fcntl", 0, 8) == EPERM
    assert answer("fcntl", 0, 3) == ALLOW


def test_x32_numbers_kill() -> None:
    code = seccomp.program("x86_64", 1)
    assert run_filter(code, seccomp.AUDIT_ARCH["x86_64"], 0x40000000 + 39) == KILL
