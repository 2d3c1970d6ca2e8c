"""The mistakes in every plan that the lab can put together, recorded from the course's linter.

`python -m app.labs.recorded_lint` records them anew; it needs the solutions, which kits lack.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from app.labs.plan_linter import MISTAKES, Plan, every_plan

FILE = Path(__file__).resolve().parent / "recorded_lint.json"
_A_LINE = 42  # plans that share what chooses, the method and the trials


def findings(plan: Plan) -> tuple[str, ...]:
    """The codes of a plan's mistakes, in the order of `MISTAKES`."""
    flags = _recorded()[plan]
    return tuple(each.code for bit, each in enumerate(MISTAKES) if flags >> bit & 1)


@lru_cache(maxsize=1)
def _recorded() -> dict[Plan, int]:
    """One number a plan: bit i is set if it has the mistake number i."""
    lines: list[list[int]] = json.loads(FILE.read_text(encoding="utf-8"))
    flags = (each for line in lines for each in line)
    return dict(zip(every_plan(), flags, strict=True))


def main() -> None:
    """Record all plans."""
    from grader.paths import load_module, solutions_dir

    module = "ex07_practical_guidelines"
    reference = load_module(solutions_dir() / f"{module}.py", f"hyperlings_solutions.{module}")
    bits = {each.code: 1 << bit for bit, each in enumerate(MISTAKES)}
    flags = [sum(bits[code] for code, _ in reference.lint_plan(p.as_dict())) for p in every_plan()]
    lines = [json.dumps(flags[i : i + _A_LINE]) for i in range(0, len(flags), _A_LINE)]
    FILE.write_text("[\n " + ",\n ".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{FILE.name}: {len(flags)} plans, {sum(not each for each in flags)} of them sound")


if __name__ == "__main__":
    main()
