"""Topic 3: wrong versions of its tasks, nearly all of them the reference with one thing changed."""

from __future__ import annotations

from grader.misconceptions import Misconception

_PRODUCT = "math.prod(len(choices) for choices in one.values())"
_NAMES_LOOP = "for name, choices in one.items():"
_WRAPPED = (
    f"one = {{k: v if isinstance(v, list) else [v] for k, v in one.items()}}\n        {_NAMES_LOOP}"
)
_IS_LIST = "isinstance(choices, list)"
GRID_SIZE = (
    Misconception(
        "lengths-added-up",
        "grid_size",
        "You added the lengths up, which is the cost of trying one setting at a time. In a grid "
        "every choice meets every other one: multiply the lengths.",
        {"math.prod(": "sum("},
    ),
    Misconception(
        "grids-multiplied",
        "grid_size",
        "You multiplied the sizes of several grids. Grids in a list do not combine, they follow "
        "one another: multiply within a dict, and add from dict to dict.",
        {"size = 0": "size = 1", "size +=": "size *="},
    ),
    Misconception(
        "first-grid-counted-only",
        "grid_size",
        "You counted the first dict of the list only. All of them are searched, so add up their "
        "sizes.",
        {"else grid:": "else grid[:1]:"},
    ),
    Misconception(
        "one-length-to-the-power",
        "grid_size",
        "You raised the length of one list to the number of names. That is right only where all "
        "lists are equally long: multiply the lengths.",
        {_PRODUCT: "len(next(iter(one.values()), [])) ** len(one)"},
    ),
    Misconception(
        "combinations-listed-to-be-counted",
        "grid_size",
        "You listed the combinations to count them. A grid may have more than any memory holds, "
        "and finding that out is what this function is for: multiply the lengths instead.",
        {_PRODUCT: "len(list(itertools.product(*one.values())))"},
    ),
    Misconception(
        "product-overflowed",
        "grid_size",
        "You multiplied with NumPy, whose whole numbers silently overflow beyond 2^63. Python's do "
        "not: use math.prod.",
        {_PRODUCT: "int(np.prod([len(choices) for choices in one.values()]))"},
    ),
    Misconception(
        "no-name-no-combination",
        "grid_size",
        "You count {} as no combination. With nothing to set there is one, the empty one: a "
        "product without factors is 1.",
        {_PRODUCT: f"({_PRODUCT} if one else 0)"},
    ),
    Misconception(
        "choices-unchecked",
        "grid_size",
        "Your product is right, but it takes anything: a string counts its letters, and an empty "
        "list makes it 0. Raise a TypeError where choices are not a list, and a ValueError where "
        "the list is empty.",
        {f"not {_IS_LIST}": "False", "if not choices:": "if False:"},
    ),
    Misconception(
        "letters-counted",
        "grid_size",
        "You took a string for a list, and counted its letters. Raise a TypeError where choices "
        "are not a list.",
        {_IS_LIST: "isinstance(choices, list | str)"},
    ),
    Misconception(
        "single-value-counted-as-a-list",
        "grid_size",
        "You took a single value for a list with one choice. A grid in which a list was forgotten "
        "should be mended rather than guessed at: raise a TypeError.",
        {_NAMES_LOOP: _WRAPPED},
    ),
    Misconception(
        "empty-list-counted",
        "grid_size",
        "An empty list made your product 0, as if a search of nothing were in order. Raise a "
        "ValueError, so that the list gets its choices.",
        {"if not choices:": "if False:"},
    ),
)

_POINTS = "itertools.product(*(one[name] for name in names))"
_APPEND = "configs.append(dict(zip(names, point, strict=True)))"
EXPAND_GRID = (
    Misconception(
        "names-in-the-order-of-the-dict",
        "expand_grid",
        "You took the names in the order in which the dict holds them. Then the same grid, written "
        "down in another order, gives another list: take sorted(names).",
        {"sorted(one)": "list(one)"},
    ),
    Misconception(
        "first-name-fastest",
        "expand_grid",
        "Your first name changes fastest. As in a counter it should be the last one: hand the "
        "lists to itertools.product in alphabetical order.",
        {"sorted(one)": "sorted(one, reverse=True)"},
    ),
    Misconception(
        "choices-paired-up",
        "expand_grid",
        "You paired the lists up with zip: first with first, second with second. In a grid every "
        "choice meets every other one: use itertools.product.",
        {_POINTS: "zip(*(one[name] for name in names))"},
    ),
    Misconception(
        "grids-combined",
        "expand_grid",
        "You combined the dicts of a list into one grid. They are grids of their own, which follow "
        "one another: expand each by itself.",
        {"else grid:": "else [{k: v for one in grid for k, v in one.items()}]:"},
    ),
    Misconception(
        "first-grid-expanded-only",
        "expand_grid",
        "You expanded the first dict of the list only. Go through all of them, and join their "
        "combinations.",
        {"else grid:": "else grid[:1]:"},
    ),
    Misconception(
        "one-dict-for-all",
        "expand_grid",
        "You filled one dict again and again, so your list holds the same dict many times, with "
        "the last combination in it. Make a new dict for each combination.",
        {
            "configs = []": "configs, config = [], {}",
            _APPEND: (
                "config.update(zip(names, point, strict=True))\n            configs.append(config)"
            ),
        },
    ),
    Misconception(
        "grid-emptied-while-listing",
        "expand_grid",
        "You took the lists out of the grid, which belongs to the caller: a second search of it "
        "would find nothing. Read it, or work on a copy.",
        {"one[name] for": "one.pop(name) for"},
    ),
    Misconception(
        "choices-sorted",
        "expand_grid",
        "You sorted the choices. Only the names are sorted: the choices keep the order of their "
        "list, whose author put the likely ones first, perhaps, and may hold what has no order.",
        {"one[name] for": "sorted(one[name]) for"},
    ),
    Misconception(
        "choices-through-an-array",
        "expand_grid",
        'You made an array of the choices, which has one type for all of them: 3 beside "auto" '
        'becomes the text "3". Keep to lists; itertools.product takes them as they are.',
        {"one[name] for": "np.array(one[name]).tolist() for"},
    ),
    Misconception(
        "repeated-choices-dropped",
        "expand_grid",
        "You dropped choices that come twice. Perhaps they were meant to be run twice: list each "
        "position of a list, as grid_size counts it.",
        {"one[name] for": "dict.fromkeys(one[name]) for"},
    ),
    Misconception(
        "empty-configuration-forgotten",
        "expand_grid",
        "You give no configuration for {}. With nothing to set there is one, the empty one: "
        "[{}], which itertools.product() leads to by itself.",
        {_POINTS: f"({_POINTS} if names else [])"},
    ),
    Misconception(
        "nothing-checked",
        "expand_grid",
        "Your combinations are right, but you take anything for choices: the letters of a string, "
        "and an empty list, which makes the whole grid empty. Raise a TypeError where choices are "
        "not a list, and a ValueError where the list is empty.",
        {f"not {_IS_LIST}": "False", "if not choices:": "if False:"},
    ),
    Misconception(
        "letters-taken-for-choices",
        "expand_grid",
        "You took a string for a list, and its letters for choices. Raise a TypeError where "
        "choices are not a list.",
        {_IS_LIST: "isinstance(choices, list | str)"},
    ),
    Misconception(
        "single-value-made-a-list",
        "expand_grid",
        "You made a list of a single value. A grid in which a list was forgotten should be mended "
        "rather than guessed at: raise a TypeError.",
        {_NAMES_LOOP: _WRAPPED},
    ),
    Misconception(
        "empty-list-accepted",
        "expand_grid",
        "An empty list of choices made your whole grid empty, and a search of it would end at "
        "once, without a word. Raise a ValueError.",
        {"if not choices:": "if False:"},
    ),
)

_CONFIGS = "configs = expand_grid(grid)"
_BEST = "best = pick(trained, key=values.__getitem__)"
_PICK = 'min if mode == "min" else max'
_UNKNOWN_MODE = 'mode not in ("min", "max")'
_VALUES = "values[best], values"
GRID_SEARCH = (
    Misconception(
        "one-setting-at-a-time",
        "grid_search",
        "You changed one setting at a time and left the others at their first choice. Settings "
        "interact, and seeing that is what a grid is good for: try every combination.",
        {
            _CONFIGS: (
                "first = {name: choices[0] for name, choices in sorted(grid.items())}\n"
                "    configs = [first] + [\n"
                "        {**first, name: choice}\n"
                "        for name, choices in sorted(grid.items())\n"
                "        for choice in choices[1:]\n"
                "    ]"
            )
        },
    ),
    Misconception(
        "nan-wins",
        "grid_search",
        "You used argmin or argmax on all values, and NumPy takes NaN for the best of all. Leave "
        "out the combinations that returned NaN before you pick the winner.",
        {_BEST: 'best = int((np.argmin if mode == "min" else np.argmax)(values))'},
    ),
    Misconception(
        "first-nan-stays",
        "grid_search",
        "If the first combination returns NaN, it stays the best for ever, because nothing "
        "compares as better than NaN. Start from the first one that is a number.",
        {_BEST: "best = pick(range(len(values)), key=values.__getitem__)"},
    ),
    Misconception(
        "winner-among-nan-only",
        "grid_search",
        "Where every combination returned NaN, you returned a winner all the same. There is none: "
        "raise a ValueError, so that nobody goes on with a configuration that diverged.",
        {"if not trained:": "if False:", "pick(trained,": "pick(trained or [0],"},
    ),
    Misconception(
        "always-minimized",
        "grid_search",
        'You minimize whatever mode says. With mode="max", the highest value has to win.',
        {_PICK: "min"},
    ),
    Misconception(
        "modes-swapped",
        "grid_search",
        'You have the two modes the wrong way round: "min" is for losses, where the lowest value '
        'wins, and "max" for scores such as the accuracy.',
        {_PICK: 'max if mode == "min" else min'},
    ),
    Misconception(
        "unknown-mode-minimized",
        "grid_search",
        'You take every mode other than "max" for "min", so a misspelled one searches in the '
        "wrong direction for hours. Check mode first, and raise a ValueError.",
        {_UNKNOWN_MODE: "False", _PICK: 'max if mode == "max" else min'},
    ),
    Misconception(
        "last-of-equals-wins",
        "grid_search",
        "Of equal values you keep the last one. Replace the best only by a strictly better value: "
        "< rather than <=, and > rather than >=.",
        {"pick(trained,": "pick(reversed(trained),"},
    ),
    Misconception(
        "zero-taken-for-nothing",
        "grid_search",
        "You asked `if not best`, and 0.0 counts as false: a best value of zero was thrown away. "
        "Start from None, and ask `is None`.",
        {
            _BEST: (
                "best = trained[0]\n    for i in trained:\n        if not values[best] or "
                "pick(values[i], values[best]) != values[best]:\n            best = i"
            )
        },
    ),
    Misconception(
        "winner-evaluated-again",
        "grid_search",
        "You call the objective once more for the winner. A call may be an hour of training, and a "
        "second one may give another value: keep the value of the first.",
        {_VALUES: "float(objective(configs[best])), values"},
    ),
    Misconception(
        "config-unpacked",
        "grid_search",
        "You called objective(**config). The objective takes one dict: call objective(config).",
        {"objective(dict(config))": "objective(**config)"},
    ),
    Misconception(
        "running-best-returned",
        "grid_search",
        "Your third result is the running best. Return what each combination itself returned, in "
        "the order of the grid: that is the map that shows how settings interact.",
        {
            _VALUES: (
                "values[best], (np.fmin if pick is min else np.fmax).accumulate(values).tolist()"
            )
        },
    ),
    Misconception(
        "nan-left-out-of-the-values",
        "grid_search",
        "You left NaN out of the values that you return. Leave it out of the contest only: the "
        "third result has one value for every combination.",
        {_VALUES: "values[best], [values[i] for i in trained]"},
    ),
    Misconception(
        "grid-emptied-while-searching",
        "grid_search",
        "You took the lists out of the grid, which belongs to the caller: a second search of it "
        "would find nothing. Read it, or work on a copy.",
        {_CONFIGS: f"{_CONFIGS}\n    grid.clear()"},
    ),
)

_SCORES = "fit(params, train).score(X[test], y[test]) for train, test in cv"
_REFIT = "fit(best, slice(None))"
_RANKS = "1 + np.sum(known > known[:, None], axis=1)"
_KNOWN = "np.where(np.isnan(means), -np.inf, means)"
GRID_SEARCH_CV = (
    Misconception(
        "estimator-not-cloned",
        "grid_search_cv",
        "You fitted the estimator that you were given, again and again. What it learned in one "
        "split may be there in the next, and the caller's object changes: fit clone(estimator).",
        {"clone(estimator)": "estimator"},
    ),
    Misconception(
        "one-clone-for-all-splits",
        "grid_search_cv",
        "You cloned once for a combination, and fitted that clone on one split after the other. A "
        "model that goes on from its last fit has seen the test rows: clone in the inner loop.",
        {
            _SCORES: (
                "model.fit(X[train], y[train]).score(X[test], y[test])\n"
                "        for model in [clone(estimator).set_params(**params)]\n"
                "        for train, test in cv"
            )
        },
    ),
    Misconception(
        "fitted-on-all-rows",
        "grid_search_cv",
        "You fitted on all rows in every split, so each model had seen its test rows before it was "
        "judged. Fit on X[train], y[train].",
        {"fit(params, train)": "fit(params, slice(None))"},
    ),
    Misconception(
        "scored-on-training-rows",
        "grid_search_cv",
        "You scored on the training rows, which a model may have learned by heart. Score on "
        "X[test], y[test].",
        {".score(X[test], y[test])": ".score(X[train], y[train])"},
    ),
    Misconception(
        "refit-omitted",
        "grid_search_cv",
        "The model that you return was never fitted with the best combination. Fit one more clone "
        "with it, on all rows.",
        {_REFIT: "clone(estimator).set_params(**best)"},
    ),
    Misconception(
        "refit-on-one-split",
        "grid_search_cv",
        "The model that you return has seen the training rows of one split only. The splits were "
        "for judging: fit it on all rows.",
        {_REFIT: "fit(best, cv[-1][0])"},
    ),
    Misconception(
        "refit-with-the-last-settings",
        "grid_search_cv",
        "The model that you return has the last combination's settings. Set the best one's before "
        "you fit it on all rows.",
        {_REFIT: "fit(configs[-1], slice(None))"},
    ),
    Misconception(
        "sample-deviation",
        "grid_search_cv",
        "You divided by k - 1. GridSearchCV divides by k, as np.std does unless told otherwise; "
        "statistics.stdev and pandas divide by k - 1.",
        {"scores.std(axis=1)": "scores.std(axis=1, ddof=1)"},
    ),
    Misconception(
        "averaged-over-combinations",
        "grid_search_cv",
        "You averaged over the combinations, which gives a mean for each split. Average over the "
        "splits, so that there is one for each combination: the other axis.",
        {"scores.mean(axis=1), scores.std(axis=1)": ("scores.mean(axis=0), scores.std(axis=0)")},
    ),
    Misconception(
        "best-split-decides",
        "grid_search_cv",
        "You judge a combination by its best split, which rewards luck. Take the mean over all "
        "splits.",
        {"scores.mean(axis=1)": "scores.max(axis=1)"},
    ),
    Misconception(
        "lowest-mean-wins",
        "grid_search_cv",
        "Your best combination is the one with the lowest mean. score() is better when it is "
        "higher, also where it is negative: rank 1 is the highest mean.",
        {"known > known[:, None]": "known < known[:, None]", "-np.inf": "np.inf"},
    ),
    Misconception(
        "ranks-shared-in-the-middle",
        "grid_search_cv",
        "You gave equal means the average of their ranks, which rankdata does by default. They "
        'share the smallest, as in sports: rankdata(-means, method="min").',
        {
            "from sklearn.base import clone": (
                "from scipy.stats import rankdata\n    from sklearn.base import clone"
            ),
            _RANKS: "rankdata(-known)",
        },
    ),
    Misconception(
        "ranks-shared-at-the-end",
        "grid_search_cv",
        "You gave equal means the largest of their ranks, so that two winners are both second. "
        "They share the smallest: 1 plus the number of means that are higher.",
        {_RANKS: "np.sum(known >= known[:, None], axis=1)"},
    ),
    Misconception(
        "ranks-without-gaps",
        "grid_search_cv",
        "After equal means you went on with the next rank: 1, 1, 2. Two are ahead of that third "
        "one, so its rank is 3: 1 plus the number of means that are higher.",
        {_RANKS: "np.array([1 + len({v for v in known if v > mean}) for mean in known])"},
    ),
    Misconception(
        "equals-ranked-by-position",
        "grid_search_cv",
        "You ranked equal means by their position, as sorting does. They are equally good and "
        "share a rank: 1 plus the number of means that are higher.",
        {_RANKS: '1 + np.argsort(np.argsort(-known, kind="stable"))'},
    ),
    Misconception(
        "last-of-equal-means-wins",
        "grid_search_cv",
        "Of equal means you took the last combination. The first one wins: np.argmax and max keep "
        "it, and a loop does with > rather than >=.",
        {"int(np.argmin(ranks))": "len(ranks) - 1 - int(np.argmin(ranks[::-1]))"},
    ),
    Misconception(
        "nan-mean-wins",
        "grid_search_cv",
        "A combination whose mean is NaN ranks first with you. No mean compares as higher than "
        "NaN, and argmax even prefers it: put -np.inf in its place before you rank.",
        {_KNOWN: "means"},
    ),
    Misconception(
        "failed-split-left-out",
        "grid_search_cv",
        "You averaged without the splits that gave NaN, as nanmean does. A combination that fails "
        "now and then would be judged by its good days: let the mean be NaN.",
        {
            "scores.mean(axis=1), scores.std(axis=1)": (
                "np.nanmean(scores, axis=1), np.nanstd(scores, axis=1)"
            )
        },
    ),
    Misconception(
        "winner-among-nan-means-only",
        "grid_search_cv",
        "Where every mean was NaN, you returned a winner all the same. There is none: raise a "
        "ValueError.",
        {"if np.isnan(means).all():": "if False:"},
    ),
)
