"""`hyperlings doctor`: what this machine can lock untrusted code in with."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.sandbox.machine import Checkup

_WHAT = {
    "A": "bubblewrap round everything, Landlock and seccomp in each worker",
    "B": "Landlock and seccomp in each worker, and no folder to write in",
    "C": "nothing locks code in",
}
_SIGNS = {True: "ok", False: "no", None: "--"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def doctor_command(as_json: bool) -> None:
    """Tell whether this machine can grade code that nobody vouches for, and what would help.

    It looks at what the machine has, then locks a worker in and lets it try to get out.

    \b
    Exit status:
      0  it can: tier A or B
      1  it cannot: tier C

    \b
    Examples:
      hyperlings doctor
      hyperlings doctor --json
    """
    from grader.sandbox.machine import examine

    found = examine()
    click.echo(_json(found) if as_json else "\n".join(_lines(found)))
    raise SystemExit(0 if found.grades_untrusted else 1)


def _lines(found: Checkup) -> list[str]:
    wide = max(len(each.name) for each in found.findings)
    lines = [f"{_SIGNS[each.good]}  {each.name:<{wide}}  {each.value}" for each in found.findings]
    lines += ["", f"Tier {found.tier}: {_WHAT[found.tier]}."]
    advice = list(found.reasons)
    for each in found.findings:
        if each.remedy and not any(each.remedy in line for line in advice):
            advice.append(f"{each.name}: {each.remedy}")
    if found.tier == "C":
        lines.append(
            "Submissions are graded here only with --trust-submissions. Grade in a Linux container "
            "or WSL2, or:"
        )
    elif advice:
        lines.append("For a better one:")
    return lines + [f"  - {line}" for line in advice]


def _json(found: Checkup) -> str:
    return json.dumps(
        {
            "tier": str(found.tier),
            "grades_untrusted": found.grades_untrusted,
            "findings": [asdict(each) for each in found.findings],
            "reasons": list(found.reasons),
        },
        indent=2,
    )
