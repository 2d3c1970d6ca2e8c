"""Fixed questions put to a submission, whose answers tell which misconception it holds.

A probe calls the learner's functions on fixed inputs and returns plain values. `hyperlings sync`
records what each misconception answers, and what the reference answers, in a fingerprint file; a
learner's kit ships those answers and no code. Each module here is named after its topic's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.errors import SubmissionError
from grader.values import to_plain

Probe = Callable[[Any], object]


def outcome(call: Callable[..., object], *args: object, **kwargs: object) -> object:
    """Return what `call(*args, **kwargs)` gives, as plain values, or `{"raises": type name}`.

    One case that fails then leaves the others of its probe standing. A task that is not begun, and
    whatever ends a worker, pass through.
    """
    try:
        return to_plain(call(*args, **kwargs))
    except NotImplementedError:
        raise
    except SubmissionError as error:
        if "NotImplementedError" in error.mro:
            raise
        return {"raises": error.type_name}
    except Exception as error:
        return {"raises": type(error).__name__}
