"""What a check may ask of random results: their distribution, their shares, their source.

Each statistical helper takes the chance at which a right submission fails it, `alpha`. A module of
hidden checks says at its top what they add up to; 1e-6 a submission is the most it may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import CheckFailed, assert_equal, assert_true
from grader.subject import Subject
from grader.values import same, show, to_array, to_plain

ALPHA = 1e-7


def assert_ks(
    sample: object,
    cdf: Callable[[Any], Any],
    *,
    what: str,
    why: str = "",
    alpha: float = ALPHA,
) -> None:
    """Require a sample that a Kolmogorov-Smirnov test does not tell from a distribution.

    Args:
        sample: Independent draws, shape (n,).
        cdf: The distribution's cumulative distribution function, vectorized.
        what: The call, as the learner would write it.
        why: What a rejection means.
        alpha: How often a right submission is rejected by chance.

    Raises:
        CheckFailed: If the p-value is below `alpha`.
    """
    from scipy.stats import kstest

    try:
        draws = to_array(sample).ravel()
    except TypeError as error:
        raise CheckFailed(what, "numbers", str(error), why) from None
    if draws.size == 0 or not np.isfinite(draws).all():
        raise CheckFailed(what, "finite draws", show(sample), why)
    result = kstest(draws, cdf)
    if result.pvalue < alpha:
        got = f"draws at a distance of {result.statistic:.3f} from it (p = {result.pvalue:.1e})"
        raise CheckFailed(what, "draws from the distribution asked for", got, why)


def assert_likely(
    count: int, n: int, probability: float, *, what: str, why: str = "", alpha: float = ALPHA
) -> None:
    """Require a count that a two-sided exact binomial test does not reject.

    Args:
        count: How many of the trials came out so.
        n: Number of independent trials.
        probability: How likely each is to come out so.
        what: What is counted.
        why: What a rejection means.
        alpha: How often a right submission is rejected by chance.

    Raises:
        CheckFailed: If the p-value is below `alpha`.
    """
    from scipy.stats import binomtest

    likely = binomtest(int(count), n, probability).pvalue >= alpha
    about = f"about {n * probability:.0f}"
    assert_true(likely, what=what, expected=about, got=count, why=why)


def assert_seed_decides(
    submission: Subject, draw: Callable[[int], object], *, seeds: tuple[int, int], why: str
) -> None:
    """Require results that follow from a seed, and from no random state that is global.

    Args:
        submission: Where the global state is looked at.
        draw: Calls the submission with a seed, or with a generator made of it; it must return so
            much that two seeds agree by chance with a probability of no account.
        seeds: Two different ones.
        why: What a failure means; holds no value.

    Raises:
        CheckFailed: If one seed gives two results, or two seeds one, or the global state of NumPy
            or Python has moved.
    """
    state = submission.build("common:global_state")
    first, other = seeds

    def drawn(seed: int, global_seed: int) -> object:
        state.seed(global_seed)
        before = state.digest()
        result = to_plain(draw(seed))
        assert_equal(state.digest() == before, True, what="global state untouched", why=why)
        return result

    one = drawn(first, 1)
    assert_equal(same(drawn(first, 2), one), True, what="one seed gives one result", why=why)
    assert_equal(same(drawn(other, 1), one), False, what="two seeds give one result", why=why)
