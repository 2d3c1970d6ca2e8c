"""The plans of the linter's lab, their recorded mistakes, and the learner's own linter on them."""

from types import ModuleType
from typing import Any

import pytest

from app.labs import own_lint, plan_linter, recorded_lint
from app.labs.plan_linter import MISTAKES, ORDERS, Plan, every_plan
from app.own_call import argument
from app.showcases.model import WrongShapeError
from grader.labs.ex07_practical_guidelines import planning

FIVE = Plan("test", "random", 50, None, "linear range", "lr → width → batch size → dropout")
SOUND = Plan("validation", "random", 59, 5, "log range", "lr + width + batch size + dropout")


def own_codes(linter: Any, plan: Plan) -> list[str]:
    """Ask a linter as the worker does: plain values cross, and the lab hands them over."""
    call = own_lint.call(plan)
    (plain,) = (argument(None, arg) for arg in call.args)
    return [code for code, _ in own_lint.read(planning().lint(linter, plain))]


def test_every_plan_has_the_mistakes_that_the_reference_finds(
    practical_guidelines: ModuleType,
) -> None:
    """`python -m app.labs.recorded_lint` records them anew."""
    for plan in every_plan():
        expected = [code for code, _ in practical_guidelines.lint_plan(plan.as_dict())]
        assert list(recorded_lint.findings(plan)) == expected, plan


def test_every_mistake_can_be_made_and_mended() -> None:
    counts = [len(recorded_lint.findings(plan)) for plan in every_plan()]
    assert (min(counts), max(counts)) == (0, len(MISTAKES))
    assert recorded_lint.findings(FIVE) == tuple(each.code for each in MISTAKES[:5])
    assert recorded_lint.findings(SOUND) == ()


def test_a_space_of_lists_is_done_after_as_many_trials_as_it_has_points() -> None:
    def few(trials: int, rates: plan_linter.Rates) -> bool:
        plan = Plan("validation", "random", trials, 5, rates, ORDERS[0])
        return "too-few-trials" in recorded_lint.findings(plan)

    assert [few(trials, "list of 3") for trials in (23, 24)] == [True, False]
    assert [few(trials, "log range") for trials in (24, 58, 59)] == [True, True, False]


@pytest.mark.parametrize(
    "plan", [FIVE, SOUND, Plan("test", "bayesian", 19, 5, "log range", ORDERS[5])]
)
def test_a_linter_is_asked_with_the_plan_as_its_task_describes_it(
    plan: Plan, practical_guidelines: ModuleType
) -> None:
    seen: list[Any] = []

    def spy(given: Any) -> Any:
        seen.append(given)
        return practical_guidelines.lint_plan(given)

    assert own_codes(spy, plan) == list(recorded_lint.findings(plan))
    assert seen == [plan.as_dict()]
    ranges = [type(choices) for choices in seen[0]["space"].values()]
    assert ranges == [type(choices) for choices in plan.space.values()]


def test_the_stages_are_the_names_of_the_space() -> None:
    for order in ORDERS:
        plan = Plan("test", "random", 59, 5, "log range", order)
        assert {name for stage in plan.stages for name in stage} == set(plan.space)
    assert Plan("test", "random", 59, 5, "log range", ORDERS[0]).stages == [
        ["lr"],
        ["width"],
        ["batch_size", "lr"],
        ["dropout"],
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"trials": 60}, "`trials` must be one of"), ({"order": "lr"}, "`order` must be one of")],
)
def test_plans_that_were_not_recorded_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Plan(**{**vars(SOUND), **changes})


def test_the_report_tells_every_mistake_with_its_remedy() -> None:
    lines = plan_linter.report(["linear-lr"]).split("\n\n")
    assert len(lines) == len(MISTAKES)
    assert lines[0] == "✓ test-data"
    assert lines[4].startswith("✗ **linear-lr**: Nine draws in ten")
    assert MISTAKES[4].remedy in lines[4]
    assert plan_linter.summary(["linear-lr"]) == "1 of the six mistakes:"
    assert plan_linter.summary([]).startswith("A sound plan")


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ((), "Your `lint_plan` misses `linear-lr`, `tuning-order`."),
        ((("linear-lr", "a"), ("tuning-order", "b")), "finds the same. Its remedies:"),
        ((("tuning-order", "b"), ("linear-lr", "a")), "finds the same, but in the order"),
        (
            (("linear-lr", "a"), ("lr`*", "b")),
            "misses `tuning-order` and names `lr'*`, which the plan does not have.",
        ),
    ],
)
def test_findings_are_compared_in_words(found: own_lint.Pairs, says: str) -> None:
    assert says in own_lint.compare(found, ("linear-lr", "tuning-order"))


def test_finding_nothing_in_a_sound_plan_is_right() -> None:
    assert own_lint.compare((), ()) == "Your `lint_plan` finds nothing either."


@pytest.mark.parametrize("value", [None, 3, "ab", [["code"]], [["code", 1]], ["ab"]])
def test_anything_but_pairs_of_words_is_refused(value: object) -> None:
    with pytest.raises(WrongShapeError, match="list of pairs"):
        own_lint.read(value)


def test_more_pairs_than_a_page_holds_are_refused() -> None:
    with pytest.raises(WrongShapeError, match="returned 21 pairs"):
        own_lint.read([["code", "remedy"]] * 21)
