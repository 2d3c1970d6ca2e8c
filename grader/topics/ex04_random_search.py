"""Topic 4: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

SAMPLE_LOGUNIFORM = Task(
    "sample_loguniform",
    "Draw learning rates on a log scale",
    (
        "Should as many draws fall between 0.001 and 0.01 as between 0.1 and 1? Which function of "
        "the draws is then spread evenly?",
        "It is the logarithm that is uniform. Take the logarithm of both bounds, draw uniformly "
        "between those, and undo the logarithm. Check the bounds first: a logarithm needs "
        "low > 0, and a NaN fails every comparison.",
        "Raise a ValueError unless 0 < low < high < math.inf. Then call rng.uniform with "
        "math.log(low), math.log(high) and size, and return np.exp of what it gives. Any base "
        "will do, as long as both steps have the same.",
    ),
    section="Draw on the right scale",
)

SAMPLE_CONFIGS = Task(
    "sample_configs",
    "Draw configurations from a space",
    (
        "There are two cases: only lists, or at least one distribution. In which of them can you "
        "run out of configurations?",
        "Lists only: number the points of the grid (itertools.product makes all of them), draw "
        "min(n, number of points) positions without replacement, and warn if n is more. "
        "Otherwise: for each of n configurations, go through the names, and draw a position in a "
        "list or call rvs(random_state=rng).",
        "Check that n is at least 1, and that each value is a list that is not empty (ValueError) "
        "or has `rvs` (else TypeError). Lists only: points = list(itertools.product("
        "*space.values())), picks = rng.choice(len(points), size=min(n, len(points)), "
        "replace=False), and a dict from zip(space, points[i]) for each pick. Otherwise n dicts "
        "with choices[rng.integers(len(choices))] for a list, and "
        "value.rvs(random_state=rng) for a distribution.",
    ),
    section="Draw on the right scale",
)

RANDOM_SEARCH_TASK = Task(
    "random_search",
    "Search at random",
    (
        "sample_configs has done half of it already. What is left is to ask the objective once for "
        "each configuration, and to remember everything it said.",
        "Collect the values in a list, in order. Then pick the winner among the trials whose value "
        "is not NaN: the lowest for min, the highest for max, the first of equals. None left "
        "means a ValueError, and so does a mode that is neither.",
        "Check mode. Take configs = sample_configs(space, n, rng), and let values be a list of "
        "objective(config). Let `trained` be the positions i where values[i] is not NaN, and raise "
        "a ValueError if there are none. Then best = min(trained, key=lambda i: values[i]), or "
        "max(…): both keep the first of equals. Return configs[best], values[best], values.",
    ),
    needs=("sample_configs",),
    section="Nine trials, nine values",
)

PROB_HIT = Task(
    "prob_hit",
    "Find how likely n trials are to hit",
    (
        "At least one hit can come about in many ways. In how many ways can there be none?",
        "One trial misses with probability 1 - q. The trials are independent, so the "
        "probabilities of missing multiply; a hit is whatever is left of 1.",
        "Raise a ValueError unless 0 <= q <= 1 and n >= 0. Then return 1 - (1 - q) ** n.",
    ),
    section="How many trials?",
)

TRIALS_NEEDED = Task(
    "trials_needed",
    "Find how many trials are enough",
    (
        "This is prob_hit the other way round: you know the probability and look for n. Try a few "
        "n by hand for q = 0.5 and p = 0.75.",
        "Solve 1 - (1 - q)^n = p for n: put (1 - q)^n on one side, take logarithms, and round up, "
        "since a part of a trial does not exist. For which q is there no logarithm?",
        "Raise a ValueError unless 0 < q <= 1 and 0 <= p < 1. If q is 1, the answer is 1, or 0 "
        "where p is 0. Otherwise divide the logarithm of 1 - p by that of 1 - q, round up, and "
        "check that one trial less would not have been enough.",
    ),
    needs=("prob_hit",),
    section="How many trials?",
)

BEST_SO_FAR = Task(
    "best_so_far",
    "Draw the running best of a search",
    (
        "If you had stopped after the third trial, what would you have had? The curve has an "
        "answer for every trial.",
        "Go through the values with the best in hand, and write it down at each step. A NaN never "
        "becomes the best. What is the best while there have only been NaN?",
        "Check mode. Start with best = math.nan. For each value: if it is not NaN, and best is NaN "
        "or the value is better, it becomes the best; then append the best. (NumPy has it in one "
        "line: np.fmin and np.fmax prefer a number to NaN, and both have .accumulate.)",
    ),
    section="Common bugs",
)

RANDOM_SEARCH = Topic(
    number=4,
    slug="random-search",
    module="ex04_random_search",
    title="Random search",
    summary="Sample on the right scale, search at random, and know how many trials are enough.",
    lesson="04-Random-Search.md",
    tasks=(
        SAMPLE_LOGUNIFORM,
        SAMPLE_CONFIGS,
        RANDOM_SEARCH_TASK,
        PROB_HIT,
        TRIALS_NEEDED,
        BEST_SO_FAR,
    ),
)
