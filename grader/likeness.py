"""How well a misconception explains an answer that need not be its own to the letter.

A learner's function often has a second fault, most of all a missing check of its arguments. So a
misconception is recognized by its marks: the places where its answer differs from the reference's.
"""

from __future__ import annotations

from typing import Any

from grader.values import same, to_plain

RTOL, ATOL = 1e-6, 1e-9  # two answers closer than this are the same on any machine
REFUSED = "refused"  # the case of a probe that asks which arguments are refused

Fit = tuple[int, int, int]


def agree(answer: object, recorded: object) -> bool:
    """Tell whether an answer is a recorded one, numbers within tolerance and NaN equal to NaN."""
    return same(to_plain(answer), recorded, rtol=RTOL, atol=ATOL)


def how_well(right: Any, wrong: Any, answer: Any) -> Fit | None:
    """Compare an answer with a misconception's, case by case.

    The misconception explains it if the answer shows its marks in at least half of the cases that
    have any, is wrong in the others too, and agrees with it in at least half of the cases that ask
    for a value.

    Args:
        right: What the reference answers, a dictionary of cases.
        wrong: What the misconception answers, with the same cases.
        answer: What the submission answers.

    Returns:
        What to compare with other misconceptions, the larger the better: wrong values explained,
        missing refusals explained, cases in agreement. None if it does not explain the answer.
    """
    if not all(isinstance(each, dict) for each in (right, wrong, answer)):
        return (0, 0, 1) if agree(answer, wrong) else None
    if not right.keys() == wrong.keys() == answer.keys():
        return None
    cases = list(right)
    marked = [case for case in cases if not agree(right[case], wrong[case])]
    shown = [case for case in marked if _shows(right[case], wrong[case], answer[case])]
    elsewhere_right = any(agree(answer[case], right[case]) for case in marked if case not in shown)
    alike = {case for case in cases if agree(answer[case], wrong[case])}
    values = [case for case in cases if not _refuses(case, right[case])]
    if not shown or 2 * len(shown) < len(marked) or elsewhere_right:
        return None
    if 2 * len(alike.intersection(values)) < len(values):
        return None
    of_values = len(set(shown).intersection(values))
    return of_values, len(shown) - of_values, len(alike)


def _refuses(case: str, right: Any) -> bool:
    """Tell whether a case asks for a refusal rather than for a value."""
    return case == REFUSED or (isinstance(right, dict) and right.keys() == {"raises"})


def _shows(right: Any, wrong: Any, answer: Any) -> bool:
    """Tell whether an answer is as wrong as `wrong` in each place where that is not right."""
    if agree(right, wrong):
        return True
    if isinstance(right, dict) and isinstance(wrong, dict) and right.keys() == wrong.keys():
        return isinstance(answer, dict) and all(
            key in answer and _shows(right[key], wrong[key], answer[key]) for key in right
        )
    if isinstance(right, list) and isinstance(wrong, list) and len(right) == len(wrong):
        return (
            isinstance(answer, list)
            and len(answer) == len(right)
            and all(_shows(*each) for each in zip(right, wrong, answer, strict=True))
        )
    return agree(answer, wrong)
