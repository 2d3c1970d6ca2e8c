"""Topic 4: wrong versions of its tasks, most of them the reference with one thing changed."""

from __future__ import annotations

from grader.misconceptions import Misconception

_DRAWN = "np.exp(rng.uniform(math.log(low), math.log(high), size))"
SAMPLE_LOGUNIFORM = (
    Misconception(
        "uniform-between-bounds",
        "sample_loguniform",
        "You drew uniformly between low and high, so nine draws of ten land in the top decade. "
        "Draw uniformly between log(low) and log(high) instead, and take exp of that.",
        {_DRAWN: "rng.uniform(low, high, size)"},
    ),
    Misconception(
        "log-of-a-uniform-sample",
        "sample_loguniform",
        "You drew uniformly between low and high and then took the log, which is the wrong way "
        "round. Take the log of the bounds, draw between those, and undo the log with exp.",
        {_DRAWN: "np.log(rng.uniform(low, high, size))"},
    ),
    Misconception(
        "exp-of-log10-bounds",
        "sample_loguniform",
        "You took log10 of the bounds but undid it with exp, so the draws miss both bounds. Keep "
        "to one base: exp undoes log, and 10 ** x undoes log10.",
        {"math.log(low), math.log(high)": "math.log10(low), math.log10(high)"},
    ),
    Misconception(
        "ten-to-natural-log-bounds",
        "sample_loguniform",
        "You took the natural log of the bounds but undid it with 10 ** x, so the draws fly far "
        "past both bounds. Keep to one base: exp undoes log, and 10 ** x undoes log10.",
        {_DRAWN: "10 ** rng.uniform(math.log(low), math.log(high), size)"},
    ),
    Misconception(
        "low-moved-above-zero",
        "sample_loguniform",
        "You let low=0 (or below) pass by moving it to a tiny number. That number, which nobody "
        "chose, then decides where most draws land: raise a ValueError instead.",
        {"if not (0 < low": "low = max(low, 1e-12)\n    if not (0 < low"},
    ),
    Misconception(
        "bounds-in-any-order",
        "sample_loguniform",
        "You did not check that high is above low. Swapped bounds are a typing mistake: raise a "
        "ValueError rather than draw from them.",
        {
            "0 < low < high < math.inf": "0 < low < math.inf and 0 < high < math.inf",
            _DRAWN: "low * (high / low) ** rng.random(size)",
        },
    ),
    Misconception(
        "scipy-uniform-taken-for-bounds",
        "sample_loguniform",
        "scipy.stats.uniform(a, b) is the range from a to a + b: its second number is a width. "
        "Give it log(high) - log(low), or use rng.uniform(log(low), log(high), size).",
        {_DRAWN: "np.exp(math.log(low) + abs(math.log(high)) * rng.random(size))"},
    ),
    Misconception(
        "cut-to-whole-numbers",
        "sample_loguniform",
        "You cut the draws to whole numbers: all below 1 become 0, and high is never reached. "
        "Return the draws as they are.",
        {_DRAWN: "np.exp(rng.uniform(math.log(low), math.log(high), size)).astype(int)"},
    ),
    Misconception(
        "global-generator",
        "sample_loguniform",
        "You drew from np.random, which is global: the seed of rng then decides nothing, and "
        "nobody can repeat your search. Call the method of rng instead, rng.uniform.",
        {"rng.uniform": "np.random.uniform"},
    ),
    Misconception(
        "own-seed",
        "sample_loguniform",
        "You made a generator with a seed of your own, so every call gives the same draws. Draw "
        "from the rng that you are given: it moves on from call to call.",
        {"rng.uniform": "np.random.default_rng(0).uniform"},
    ),
    Misconception(
        "evenly-spaced",
        "sample_loguniform",
        "Your numbers are evenly spaced on the log scale, which is a grid and not a sample. Draw "
        "them: rng.uniform between the logs of the bounds, then exp.",
        {_DRAWN: "np.geomspace(low, high, size)"},
    ),
    Misconception(
        "size-forgotten",
        "sample_loguniform",
        "You returned a single draw, whatever size is. Pass size on to rng.uniform.",
        {", size)": ")"},
    ),
)

_POINTS = "rng.choice(size, size=min(n, size), replace=False)"
_WARNING = (
    'warnings.warn(f"The grid has {size} points, fewer than n={n}: all are used.", stacklevel=2)'
)
_CONFIGS = "return [{name: draw(value) for name, value in space.items()} for _ in range(n)]"
_ITEM = "value[int(rng.integers(len(value)))]"
SAMPLE_CONFIGS = (
    Misconception(
        "grid-treated-like-distributions",
        "sample_configs",
        "You draw every value on its own also where all of them are lists, so points come twice. "
        "Then the space is a grid: draw n of its points without replacement.",
        {"if any(isinstance(value, Distribution) for value in space.values()):": "if True:"},
    ),
    Misconception(
        "drawn-with-replacement",
        "sample_configs",
        "You draw points of the grid with replacement, so some come twice. rng.choice does that "
        "unless you say replace=False.",
        {", replace=False": ""},
    ),
    Misconception(
        "first-points-of-the-grid",
        "sample_configs",
        "You returned the first n points of the grid: a slice, not a sample, in which the first "
        "hyperparameter hardly changes. Draw n positions with rng.choice(size, n, replace=False).",
        {_POINTS: "np.arange(min(n, size))"},
    ),
    Misconception(
        "lists-paired-up",
        "sample_configs",
        "You shuffled each list on its own and paired them up, which ends with the shortest list "
        "and never repeats a choice. A grid is every choice with every other: draw among all of "
        "its points.",
        {
            f"np.unravel_index({_POINTS}, shape)": "[rng.permutation(k)[:n] for k in shape]",
            "zip(*points, strict=True)": "zip(*points, strict=False)",
        },
    ),
    Misconception(
        "more-than-the-grid-fails",
        "sample_configs",
        "Your function fails where n is more than the grid has. Take min(n, size of the grid) "
        "points, and tell with warnings.warn that there are fewer.",
        {"size=min(n, size)": "size=n"},
    ),
    Misconception(
        "cut-short-in-silence",
        "sample_configs",
        "You cut n to the size of the grid without a word. Whoever asked for more will take the "
        "search for a longer one than it was: call warnings.warn.",
        {_WARNING: "pass"},
    ),
    Misconception(
        "capped-beside-a-distribution",
        "sample_configs",
        "You capped n by the lists although there is a distribution beside them. A distribution "
        "never runs out: then draw n configurations, with replacement.",
        {
            "range(n)": (
                "range(min(n, math.prod(len(v) for v in space.values() if isinstance(v, list))))"
            )
        },
    ),
    Misconception(
        "rvs-without-the-generator",
        "sample_configs",
        "You called rvs() without random_state, so SciPy drew from the global np.random and the "
        "seed of rng does not decide it. Call rvs(random_state=rng).",
        {"random_state=rng": ""},
    ),
    Misconception(
        "one-draw-for-all",
        "sample_configs",
        "You drew one configuration and repeated it. Draw a new one, with a new rvs from each "
        "distribution, n times.",
        {_CONFIGS: "return [{name: draw(value) for name, value in space.items()}] * n"},
    ),
    Misconception(
        "choices-made-into-an-array",
        "sample_configs",
        'You drew from a list with rng.choice, which makes an array of it first: 3 beside "relu" '
        'becomes the text "3". Draw a position with rng.integers(len(choices)) and look it up.',
        {_ITEM: "rng.choice(value)"},
    ),
    Misconception(
        "lists-of-the-caller-shuffled",
        "sample_configs",
        "You shuffled the lists in the space itself, which belongs to the caller. Leave it as it "
        "was: draw a position, or shuffle a copy with rng.permutation.",
        {f"return {_ITEM}": "rng.shuffle(value)\n            return value[0]"},
    ),
    Misconception(
        "sampler-with-its-own-seed",
        "sample_configs",
        "You made a generator with a seed of your own, so every call gives the same "
        "configurations. Draw from the rng that you are given: it moves on from call to call.",
        {"def draw(": "rng = np.random.default_rng(0)\n\n    def draw("},
    ),
    Misconception(
        "no-trial-accepted",
        "sample_configs",
        "You accept n=0 and return no configuration, which fails only later and elsewhere. Raise a "
        "ValueError where n is below 1.",
        {"n < 1": "False"},
    ),
    Misconception(
        "string-read-as-letters",
        "sample_configs",
        "You took a string for a list of its letters. A single value is a list with one choice: "
        "raise a TypeError, so that the space gets mended.",
        {
            "if n < 1:": (
                "space = {k: list(v) if isinstance(v, str) else v for k, v in space.items()}\n"
                "    if n < 1:"
            )
        },
    ),
)

_BEST = "best = pick(trained, key=values.__getitem__)"
_PICK = 'min if mode == "min" else max'
_UNKNOWN_MODE = 'mode not in ("min", "max")'
_VALUES = "values[best], values"
RANDOM_SEARCH = (
    Misconception(
        "nan-wins",
        "random_search",
        "You used argmin or argmax on all values, and NumPy takes NaN for the best of all. Leave "
        "out the trials that returned NaN before you pick the winner.",
        {_BEST: 'best = int((np.argmin if mode == "min" else np.argmax)(values))'},
    ),
    Misconception(
        "first-nan-stays",
        "random_search",
        "If the first trial returns NaN, it stays the best for ever, because nothing compares as "
        "better than NaN. Start from the first trial that is a number.",
        {_BEST: "best = pick(range(len(values)), key=values.__getitem__)"},
    ),
    Misconception(
        "winner-among-nan-only",
        "random_search",
        "Where every trial returned NaN, you returned a winner all the same. There is none: raise "
        "a ValueError, so that nobody goes on with a configuration that diverged.",
        {"if not trained:": "if False:", "pick(trained,": "pick(trained or [0],"},
    ),
    Misconception(
        "always-minimized",
        "random_search",
        'You minimize whatever mode says. With mode="max", the highest value has to win.',
        {_PICK: "min"},
    ),
    Misconception(
        "modes-swapped",
        "random_search",
        'You have the two modes the wrong way round: "min" is for losses, where the lowest value '
        'wins, and "max" for scores such as the accuracy.',
        {_PICK: 'max if mode == "min" else min'},
    ),
    Misconception(
        "unknown-mode-minimized",
        "random_search",
        'You take every mode other than "max" for "min", so a misspelled one searches in the '
        "wrong direction for hours. Check mode first, and raise a ValueError.",
        {_UNKNOWN_MODE: "False", _PICK: 'max if mode == "max" else min'},
    ),
    Misconception(
        "last-of-equals-wins",
        "random_search",
        "Of equal values you keep the last one. Replace the best only by a strictly better value: "
        "< rather than <=, and > rather than >=.",
        {"pick(trained,": "pick(reversed(trained),"},
    ),
    Misconception(
        "zero-taken-for-nothing",
        "random_search",
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
        "random_search",
        "You call the objective once more for the winner. A call may be an hour of training, and a "
        "second one may give another value: keep the value of the first.",
        {_VALUES: "float(objective(configs[best])), values"},
    ),
    Misconception(
        "config-unpacked",
        "random_search",
        "You called objective(**config). The objective takes one dict: call objective(config).",
        {"objective(dict(config))": "objective(**config)"},
    ),
    Misconception(
        "running-best-returned",
        "random_search",
        "Your third result is the running best. Return what each trial itself returned, in order; "
        "best_so_far makes the curve from it.",
        {
            _VALUES: (
                "values[best], (np.fmin if pick is min else np.fmax).accumulate(values).tolist()"
            )
        },
    ),
    Misconception(
        "nan-left-out-of-the-values",
        "random_search",
        "You left the trials with NaN out of the values that you return. Leave them out of the "
        "contest only: the third result has one value for every trial.",
        {_VALUES: "values[best], [values[i] for i in trained]"},
    ),
    Misconception(
        "search-with-its-own-seed",
        "random_search",
        "You made a generator with a seed of your own, so every search tries the same "
        "configurations. Hand the rng that you are given on to sample_configs.",
        {"n, rng)": "n, np.random.default_rng(0))"},
    ),
)

_HIT = "1 - (1 - q) ** n"
PROB_HIT = (
    Misconception(
        "chances-added-up",
        "prob_hit",
        "You added up the chances, n * q, as if two trials could not both hit. Multiply the "
        "chances of missing instead: 1 - (1 - q)^n.",
        {_HIT: "min(1.0, n * q)"},
    ),
    Misconception(
        "probability-of-missing",
        "prob_hit",
        "(1 - q)^n is the probability that every trial misses. A hit is everything else: take it "
        "from 1.",
        {_HIT: "(1 - q) ** n"},
    ),
    Misconception(
        "every-trial-hits",
        "prob_hit",
        "q^n is the probability that every trial hits. One hit is enough: take the probability "
        "that every trial misses from 1.",
        {_HIT: "q**n"},
    ),
    Misconception(
        "hit-and-miss-swapped",
        "prob_hit",
        "You have q and 1 - q the wrong way round: a trial misses with 1 - q, so n of them all "
        "miss with (1 - q)^n.",
        {_HIT: "1 - q**n"},
    ),
    Misconception(
        "exactly-one-hit",
        "prob_hit",
        "n q (1 - q)^(n - 1) is the probability of exactly one hit. At least one is everything but "
        "none: 1 - (1 - q)^n.",
        {_HIT: "n * q * (1 - q) ** max(n - 1, 0)"},
    ),
    Misconception(
        "share-taken-for-a-percentage",
        "prob_hit",
        "You took q for a percentage and divided it by 100. It is a fraction: the best 5% are q = "
        "0.05.",
        {"0 <= q <= 1": "0 <= q <= 100", _HIT: "1 - (1 - q / 100) ** n"},
    ),
    Misconception(
        "nothing-refused",
        "prob_hit",
        "Your formula is right, but it also answers for q = 5 or n = -1, with a number that is no "
        "probability. Check both, and raise a ValueError.",
        {"not 0 <= q <= 1": "False", "n < 0": "False"},
    ),
)

_QUOTIENT = "math.log1p(-p) / math.log1p(-q)"
_ROUNDED = "math.ceil(trials * (1 - 1e-12))"
TRIALS_NEEDED = (
    Misconception(
        "p-divided-by-q",
        "trials_needed",
        "You divided p by q, as if every trial added q to the probability. Trials overlap: solve 1 "
        "- (1 - q)^n = p with logarithms. For the best 5% at 95% that is 59 trials, not 19.",
        {_QUOTIENT: "p / q"},
    ),
    Misconception(
        "one-divided-by-q",
        "trials_needed",
        "1 / q trials hit once on average, but about a third of the searches then have no hit "
        "at all. The answer depends on p: solve 1 - (1 - q)^n = p with logarithms.",
        {_QUOTIENT: "1 / q"},
    ),
    Misconception(
        "rounded-down",
        "trials_needed",
        "You rounded down, so the last trial that was needed is missing. Round up with math.ceil.",
        {_ROUNDED: "math.floor(trials)"},
    ),
    Misconception(
        "rounded-to-the-nearest",
        "trials_needed",
        "You rounded to the nearest number, which is too few trials half of the time. Round up "
        "with math.ceil.",
        {_ROUNDED: "round(trials)"},
    ),
    Misconception(
        "one-more-than-needed",
        "trials_needed",
        "You rounded down and added 1, which is one trial too many where the quotient is whole: "
        "q=0.5 and p=0.75 need 2. Round up with math.ceil.",
        {_ROUNDED: "math.floor(trials) + 1"},
    ),
    Misconception(
        "quotient-upside-down",
        "trials_needed",
        "Your quotient is upside down: n is log(1 - p) divided by log(1 - q). The rarer the hit, "
        "the more trials.",
        {_QUOTIENT: "math.log1p(-q) / math.log1p(-p)"},
    ),
    Misconception(
        "logs-of-hits",
        "trials_needed",
        "You took the logs of p and q themselves. It is the misses that multiply: take the logs of "
        "1 - p and 1 - q.",
        {_QUOTIENT: "math.log(p) / math.log(q)"},
    ),
    Misconception(
        "certainty-promised",
        "trials_needed",
        "You gave a number for p = 1, but no number of trials makes a hit certain. Raise a "
        "ValueError where p is not below 1.",
        {"0 <= p < 1": "0 <= p <= 1", _QUOTIENT: "math.log(max(1 - p, 1e-12)) / math.log1p(-q)"},
    ),
    Misconception(
        "share-of-everything-fails",
        "trials_needed",
        "Where q is 1, log(1 - q) does not exist and your function fails. If everything is good, "
        "one trial will do (and none for p = 0): take q = 1 apart.",
        {"if q == 1:": "if False:"},
    ),
)

_BETTER = 'np.fmin if mode == "min" else np.fmax'
BEST_SO_FAR = (
    Misconception(
        "wrong-direction",
        "best_so_far",
        'You follow the worst value instead of the best: "min" is for losses and keeps the '
        'lowest, "max" keeps the highest.',
        {_BETTER: 'np.fmax if mode == "min" else np.fmin'},
    ),
    Misconception(
        "mode-ignored",
        "best_so_far",
        'You follow the lowest value whatever mode says. With mode="max", keep the highest.',
        {_BETTER: "np.fmin"},
    ),
    Misconception(
        "unknown-mode-accepted",
        "best_so_far",
        'You take every mode other than "max" for "min", so a misspelled one turns the curve '
        "upside down. Check mode first, and raise a ValueError.",
        {_UNKNOWN_MODE: "False", _BETTER: 'np.fmax if mode == "max" else np.fmin'},
    ),
    Misconception(
        "nan-for-ever",
        "best_so_far",
        "After the first NaN, your curve is NaN for ever. A trial that diverged changes nothing: "
        "skip NaN, or use np.fmin and np.fmax, which prefer a number to it.",
        {_BETTER: 'np.minimum if mode == "min" else np.maximum'},
    ),
    Misconception(
        "nan-left-out",
        "best_so_far",
        "You left the trials with NaN out, so your curve is shorter than the search. Repeat the "
        "best so far at their places.",
        {"(values, dtype": "([v for v in values if not math.isnan(v)], dtype"},
    ),
    Misconception(
        "nan-shown-in-the-curve",
        "best_so_far",
        "At a NaN, your curve is NaN too, although the best until then is still known. Repeat the "
        "best so far there.",
        {"return running": "return np.where(np.isnan(values), np.nan, running).tolist()"},
    ),
    Misconception(
        "starts-at-infinity",
        "best_so_far",
        "Before the first number, your curve is infinite. Nothing has trained there yet, so the "
        "best is NaN: start from NaN, and let the first number replace it.",
        {"return running": "return [math.inf if math.isnan(v) else v for v in running]"},
    ),
    Misconception(
        "starts-at-zero",
        "best_so_far",
        "You start from 0 as the best, which no loss may ever fall below, nor a negative score "
        "rise above. Start from the first value that is a number.",
        {"(values, dtype": "([0.0, *values], dtype", "return running": "return running[1:]"},
    ),
    Misconception(
        "best-of-all-everywhere",
        "best_so_far",
        "You give the best of the whole search at every trial, which knows the future. At each "
        "trial, look only at those up to it.",
        {"return running": "return [running[-1] for _ in running]"},
    ),
    Misconception(
        "improvements-only",
        "best_so_far",
        "You list the improvements only. The curve has a point for every trial: where nothing "
        "improved, repeat the best so far.",
        {
            "return running": (
                "return [v for i, v in enumerate(running) if v == v and v not in running[:i]]"
            )
        },
    ),
)
