"""What a check is, and everything that a check may use.

A check is an ordinary pytest function that talks to the `submission` fixture. The same function
serves a learner, whose module runs in this process, and the grader, whose `submission` stands for a
sandboxed worker:

    @check(task="smooth", points=2)
    def test_a_constant_curve_stays_constant(submission):
        assert_close(submission.smooth([2.0] * 5, 0.9), [2.0] * 5, what="smooth([2.0] * 5, 0.9)")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pytest

from grader.errors import SubmissionError
from grader.values import same, show, show_call, to_array, to_plain

__all__ = [
    "CheckFailed",
    "Spy",
    "assert_close",
    "assert_equal",
    "assert_raises",
    "assert_refused",
    "assert_returns",
    "assert_true",
    "check",
    "spy",
]

MARK = "hyperlings"
F = TypeVar("F", bound=Callable[..., object])


class CheckFailed(AssertionError):
    """A submission's result is not what the task asks for.

    Attributes:
        what: The call, as the learner would write it.
        expected: What should have come, as text; "" where it says nothing more than `why`.
        got: What came, as text.
        why: Why it matters and where to look; holds no value, so that it may be shown anywhere.
    """

    def __init__(self, what: str, expected: str, got: str, why: str = "") -> None:
        """Store the four parts; `str()` joins them for a learner."""
        self.what, self.expected, self.got, self.why = what, expected, got, why
        lines = [what, f"  expected  {expected}", f"  got       {got}"]
        super().__init__("\n".join(lines + ([why] if why else [])))


def check(*, task: str, points: float = 1, seconds: float = 10) -> Callable[[F], F]:
    """Declare a pytest function to be a check.

    Args:
        task: The task that it judges.
        points: What it is worth in a hidden check; a visible one earns nothing.
        seconds: Deadline of all calls to the submission in it together.
    """

    def declare(function: F) -> F:
        marked: F = getattr(pytest.mark, MARK)(task=task, points=points, seconds=seconds)(function)
        return marked

    return declare


def assert_close(
    got: object,
    expected: object,
    *,
    what: str,
    why: str = "",
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> None:
    """Require numbers close to `expected`, whatever sequence they come in.

    Raises:
        CheckFailed: If the shape differs, or a value by more than `atol + rtol * |expected|`.
    """
    wanted = np.asarray(expected, dtype=np.float64)
    if got is None:
        raise CheckFailed(what, show(expected), "None", f"Is the `return` missing? {why}".strip())
    try:
        array = to_array(got)
    except TypeError as error:
        raise CheckFailed(what, show(expected), str(error).removeprefix("expected "), why) from None
    if array.shape != wanted.shape:
        counted = (
            f"{show(got)}, of shape {array.shape}" if array.ndim else f"one number, {show(got)}"
        )
        raise CheckFailed(what, f"{show(expected)}, of shape {wanted.shape}", counted, why)
    if not np.allclose(array, wanted, rtol=rtol, atol=atol, equal_nan=True):
        right, wrong = _first_difference(array, wanted, rtol, atol)
        raise CheckFailed(what, right, wrong, why)


def assert_equal(got: object, expected: object, *, what: str, why: str = "") -> None:
    """Require exactly `expected`; lists, tuples and arrays of the same items count as equal.

    Raises:
        CheckFailed: If anything differs.
    """
    if got is None and expected is not None:
        why = f"Is the `return` missing? {why}".strip()
    if not same(to_plain(got), to_plain(expected)):
        raise CheckFailed(what, show(expected), show(got), why)


def assert_true(condition: bool, *, what: str, expected: str, got: object, why: str = "") -> None:
    """Require a condition that the helpers above cannot state.

    Raises:
        CheckFailed: If `condition` is false.
    """
    if not condition:
        raise CheckFailed(what, expected, got if isinstance(got, str) else show(got), why)


def assert_raises(
    error: type[Exception], call: Callable[[], object], *, what: str, why: str = ""
) -> None:
    """Require `call` to raise `error` or a subclass of it.

    A `NotImplementedError` passes through: the task is not begun, which is no failure.

    Raises:
        CheckFailed: If nothing, or something else, was raised.
    """
    wanted = f"a {error.__name__}"
    try:
        got = call()
    except SubmissionError as caught:
        if "NotImplementedError" in caught.mro:
            raise
        if error.__name__ not in caught.mro:
            raise CheckFailed(what, wanted, f"a {caught.type_name}", why) from None
    except NotImplementedError:
        raise
    except error:
        return
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as caught:
        raise CheckFailed(what, wanted, f"a {type(caught).__name__}: {caught}", why) from None
    else:
        raise CheckFailed(what, wanted, f"no error, but {show(got)}", why)


def assert_returns(
    function: Callable[..., object],
    *args: object,
    expected: object,
    why: str = "",
    exact: bool = False,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    **kwargs: object,
) -> None:
    """Call `function(*args, **kwargs)` and require what it returns; the call names itself.

    Args:
        function: The submission's, e.g. `submission.smooth`.
        *args: Its arguments.
        expected: What it should return.
        why: What it means if it does not; holds no value.
        exact: Compare as `assert_equal` does, instead of numbers within tolerance.
        rtol: See `assert_close`.
        atol: See `assert_close`.
        **kwargs: More arguments.

    Raises:
        CheckFailed: If it returns anything else.
    """
    what = show_call(function, args, kwargs)
    got = function(*args, **kwargs)
    if exact:
        assert_equal(got, expected, what=what, why=why)
    else:
        assert_close(got, expected, what=what, why=why, rtol=rtol, atol=atol)


def assert_refused(
    function: Callable[..., object],
    *args: object,
    error: type[Exception] = ValueError,
    why: str = "",
    **kwargs: object,
) -> None:
    """Require `function(*args, **kwargs)` to raise `error`; the call names itself.

    Raises:
        CheckFailed: See `assert_raises`.
    """
    what = show_call(function, args, kwargs)
    assert_raises(error, lambda: function(*args, **kwargs), what=what, why=why)


@dataclass
class Spy:
    """A callable that remembers its calls; it stays on the grader's side, out of reach.

    Attributes:
        function: What it calls.
        calls: Positional arguments of every call, in order.
    """

    function: Callable[..., Any]
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def __call__(self, *args: Any) -> Any:
        """Record the arguments as plain values, then call the function with copies of them."""
        plain = tuple(to_plain(arg) for arg in args)
        self.calls.append(plain)
        return self.function(*(to_plain(arg) for arg in plain))


def spy(function: Callable[..., Any]) -> Spy:
    """Wrap an objective so that a check can count and read its calls."""
    return Spy(function)


def _first_difference(
    got: np.ndarray, expected: np.ndarray, rtol: float, atol: float
) -> tuple[str, str]:
    """Show both whole where they are short, and the first differing item where they are not."""
    if got.size <= 6:
        return show(expected), show(got)
    wrong = ~np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"item {index[0]}" if len(index) == 1 else f"item {index}"
    count = f" ({int(wrong.sum())} of {got.size} differ)"
    return f"{show(float(expected[index]))} at {place}", f"{show(float(got[index]))}{count}"
