"""Tuning plans that are put together from a few choices, and what to say of their mistakes.

Which mistakes a plan has was recorded (`app.labs.recorded_lint`): reading plans is a task, so a
learner's kit holds the answers for these plans and no linter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from pprint import pformat
from typing import Literal, get_args

SelectOn = Literal["validation", "cross-validation", "test"]
Method = Literal["random", "bayesian"]
Rates = Literal["log range", "linear range", "list of 3"]
Order = Literal[
    "lr → width → batch size + lr → dropout",
    "lr + width + batch size + dropout",
    "lr → width → batch size → dropout",
    "width → lr → batch size + lr → dropout",
    "lr + batch size → width → dropout",
    "lr → dropout → width → batch size + lr",
    "batch size → lr → width → dropout",
]

SELECT_ON: tuple[SelectOn, ...] = get_args(SelectOn)
METHODS: tuple[Method, ...] = get_args(Method)
RATES: tuple[Rates, ...] = get_args(Rates)
ORDERS: tuple[Order, ...] = get_args(Order)
TRIALS = (10, 19, 20, 23, 24, 50, 58, 59, 100)
PATIENCES = (5, None)

Choices = tuple[float, ...]
Range = tuple[float, float, str]
_LR: Mapping[Rates, list[float] | Range] = {
    "log range": (1e-4, 1e-1, "log"),
    "linear range": (1e-4, 1e-1, "linear"),
    "list of 3": [0.001, 0.003, 0.01],
}
# With a list for lr, the space has 3 * 2 * 2 * 2 = 24 points.
_OTHERS: Mapping[str, list[float]] = {
    "width": [64, 128],
    "batch_size": [32, 128],
    "dropout": [0.0, 0.3],
}


@dataclass(frozen=True)
class Plan:
    """A plan for tuning four settings.

    Attributes:
        select_on: What chooses the winner, one of `SELECT_ON`.
        method: How to search, one of `METHODS`.
        trials: Number of trials, one of `TRIALS`.
        patience: Of early stopping; None if there is none. One of `PATIENCES`.
        rates: How learning rates are given, one of `RATES`.
        order: The stages, one of `ORDERS`.
    """

    select_on: SelectOn
    method: Method
    trials: int
    patience: int | None
    rates: Rates
    order: Order

    def __post_init__(self) -> None:
        """Refuse what was not recorded.

        Raises:
            ValueError: If a choice is not one of those listed.
        """
        for field, options in zip(fields(self), _OPTIONS, strict=True):
            value = getattr(self, field.name)
            if value not in options:
                raise ValueError(f"`{field.name}` must be one of {options}, but got {value!r}.")

    @property
    def stages(self) -> list[list[str]]:
        """The names that are tuned together, in the order of tuning."""
        return [
            [name.replace(" ", "_") for name in stage.split(" + ")]
            for stage in self.order.split(" → ")
        ]

    @property
    def space(self) -> dict[str, list[float] | Range]:
        """A list of choices for each name, or a range (low, high, scale)."""
        return {"lr": _LR[self.rates], **_OTHERS}

    def as_dict(self) -> dict[str, object]:
        """The plan as the task `lint_plan` gets it."""
        return {
            "select_on": self.select_on,
            "method": self.method,
            "trials": self.trials,
            "patience": self.patience,
            "space": self.space,
            "stages": self.stages,
        }

    @property
    def text(self) -> str:
        """The same as a program writes it."""
        return pformat(self.as_dict(), sort_dicts=False, width=50)


_OPTIONS = (SELECT_ON, METHODS, TRIALS, PATIENCES, RATES, ORDERS)


def every_plan() -> Iterator[Plan]:
    """Yield every plan that can be put together, in the order in which they are recorded."""
    for choices in product(*_OPTIONS):
        yield Plan(*choices)


@dataclass(frozen=True)
class Mistake:
    """A mistake that a plan can have.

    Attributes:
        code: Its name, as in the task `lint_plan`.
        why: What it does.
        remedy: What to do instead.
    """

    code: str
    why: str
    remedy: str


MISTAKES = (
    Mistake(
        "test-data",
        "The winner is picked by its luck on the test set, and nothing is left to judge it by.",
        "Let validation data or cross-validation pick, and keep the test set shut until then.",
    ),
    Mistake(
        "too-few-trials",
        "Random search takes 59 trials to hit the best 5% with a chance of 95%. A Bayesian one "
        "draws its first 10 at random, and needs as many again to use what it learned.",
        "Grant random search 59 trials and a Bayesian one 20, or list so few choices that every "
        "point of the space can be tried.",
    ),
    Mistake(
        "ignored-interactions",
        "The best learning rate moves with the batch size, which is tuned here to an old rate.",
        "Put `lr` into the stage of `batch_size`, once more if it has been tuned already.",
    ),
    Mistake(
        "no-early-stopping",
        "Every trial pays for all of its epochs, also for those that make it worse.",
        "Give a patience, and keep a copy of the best weights.",
    ),
    Mistake(
        "linear-lr",
        "Nine draws in ten land in the top decade: small rates are hardly ever tried.",
        "Draw the rate from a range on a log scale, or list the choices.",
    ),
    Mistake(
        "tuning-order",
        "What comes too early is tuned for a network, or a rate, that changes afterwards.",
        "First `lr`, then `width`, then `batch_size`, then `dropout`.",
    ),
)


def report(codes: Sequence[str]) -> str:
    """All mistakes in Markdown, each with whether the plan has it; the remedies are in italics.

    Args:
        codes: Those that it has.
    """
    return "\n\n".join(
        f"✗ **{each.code}**: {each.why} *{each.remedy}*" if each.code in codes else f"✓ {each.code}"
        for each in MISTAKES
    )


def summary(codes: Sequence[str]) -> str:
    """Say how many mistakes there are."""
    if not codes:
        return "A sound plan: none of the six mistakes."
    return f"{len(codes)} of the six mistakes:"
