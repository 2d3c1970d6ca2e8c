"""Topic 3: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

GRID_SIZE = Task(
    "grid_size",
    "Count a grid before you train it",
    (
        "How many combinations are there of 3 learning rates and 2 depths? And if each of these "
        "may have 4 batch sizes?",
        "Within a dict, the lengths of the lists multiply. Dicts in a list follow one another, so "
        "their sizes add up. Let Python's whole numbers do it: NumPy's overflow beyond 2^63.",
        "Let `grids` be [grid] if grid is a dict, else grid. For each of them: raise a TypeError "
        "where a value is not a list, a ValueError where it is empty, and add "
        "math.prod(len(choices) for choices in one.values()) to the total.",
    ),
    section="What it costs",
)

EXPAND_GRID = Task(
    "expand_grid",
    "List every combination",
    (
        "Write down the combinations of two short lists by hand, like a counter: which of the two "
        "names changes at every line?",
        "itertools.product does the counting, and its last argument changes fastest. Hand it the "
        "lists in the alphabetical order of their names, and make a dict of each point. A list of "
        "dicts is the same once for each.",
        "Check every value: a TypeError unless it is a list, a ValueError if it is empty. Then "
        "names = sorted(one), and for each point in itertools.product(*[one[name] for name in "
        "names]) append dict(zip(names, point)). For {} that gives [{}] by itself.",
    ),
    section="What it costs",
)

GRID_SEARCH_TASK = Task(
    "grid_search",
    "Search a whole grid",
    (
        "expand_grid has done half of it already. What is left is to ask the objective once for "
        "each combination, and to remember everything it said.",
        "Collect the values in a list, in order. Then pick the winner among the combinations whose "
        "value is not NaN: the lowest for min, the highest for max, the first of equals. None left "
        "means a ValueError, and so does a mode that is neither.",
        "Check mode. Take configs = expand_grid(grid), and let values be a list of "
        "objective(config). Let `trained` be the positions i where values[i] is not NaN, and raise "
        "a ValueError if there are none. Then best = min(trained, key=lambda i: values[i]), or "
        "max(…): both keep the first of equals. Return configs[best], values[best], values.",
    ),
    needs=("expand_grid",),
    section="The winner's score is flattering",
)

GRID_SEARCH_CV = Task(
    "grid_search_cv",
    "Judge a grid by cross-validation",
    (
        "Three loops, one within the other: over combinations, over splits, and what happens in a "
        "split? How many fits are that, with the last one on all data?",
        "For every combination and split: clone the estimator, set its parameters, fit it on "
        "X[train], y[train], and score it on X[test], y[test]. From the table of scores come means "
        "and standard deviations along its rows. A rank is 1 plus the number of means above it. "
        "The winner gets a fresh clone and all rows.",
        "from sklearn.base import clone; score each pair with "
        "clone(estimator).set_params(**params).fit(X[train], y[train]).score(X[test], y[test]). "
        "With scores of shape (combinations, splits): means = scores.mean(axis=1), stds = "
        "scores.std(axis=1). Raise a ValueError if all means are NaN; put -np.inf for those that "
        "are, then ranks = 1 + (known > known[:, None]).sum(axis=1), and the best is "
        "configs[np.argmin(ranks)]. Fit one more clone with it on X, y.",
    ),
    needs=("expand_grid",),
    section="The winner's score is flattering",
)

GRID_SEARCH = Topic(
    number=3,
    slug="grid-search",
    module="ex03_grid_search",
    title="Grid search",
    summary="Try every combination, know what that costs, and know when it is worth it.",
    lesson="03-Grid-Search.md",
    tasks=(GRID_SIZE, EXPAND_GRID, GRID_SEARCH_TASK, GRID_SEARCH_CV),
)
