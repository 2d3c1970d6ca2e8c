"""The hostile submissions once more, graded by an ordinary user: most people are not root."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from grader.sandbox.client import Tier
from grader.sandbox.tiers import detect
from tests.hostile.case import read_cases
from tests.hostile.ordinary import run_as_ordinary_user

PROJECT = Path(__file__).resolve().parents[2]
# Where it matters who asks; the others are about values, which have no owner. `make nightly`, which
# sets HYPERLINGS_FUZZ, takes them all.
OWNED = {"looking", "network", "files", "processes"}
ALL = {case.name.partition("/")[0] for case in read_cases()}
GROUPS = ALL if "HYPERLINGS_FUZZ" in os.environ else OWNED


@pytest.mark.skipif(detect().tier is Tier.C, reason="nothing locks untrusted code in here")
def test_an_ordinary_user_is_as_safe() -> None:
    names = " or ".join(f"{group}/" for group in sorted(GROUPS))
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o777)
        command = [
            *("env", "-C", str(PROJECT)),
            *(sys.executable, "-B", "-m", "pytest", "tests/hostile/test_hostile.py"),
            *("-q", "-rs", "--tb=short", "-p", "no:cacheprovider"),
            *(f"--basetemp={home}/pytest", "-k", names),
        ]
        done = run_as_ordinary_user(
            command, [PROJECT, Path(home)], HOME=home, PYTHONPATH=str(PROJECT)
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    cases = [case for case in read_cases() if case.name.partition("/")[0] in GROUPS]
    assert passed, done.stdout[-2000:]
    assert int(passed[1]) >= len(cases), done.stdout[-2000:]  # twice as many, where tier A works
