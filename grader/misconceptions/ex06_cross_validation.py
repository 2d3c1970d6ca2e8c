"""Topic 6: wrong versions of its tasks, all of them the reference with one thing changed."""

from __future__ import annotations

from grader.misconceptions import Misconception

_SIZE = "n // k + (1 if i < n % k else 0)"
_SHUFFLED = "np.random.default_rng(seed).permutation(n)"
_ORDER = f"{_SHUFFLED} if shuffle else rows"
_BLOCK = "order[start : start + size]"
_FOLD = "(np.setdiff1d(rows, test), test)"
_SEED_ALONE = "seed is not None and not shuffle"
KFOLD = (
    Misconception(
        "remainder-dropped",
        "kfold",
        "Every test set has n // k rows, so the last n % k rows are never tested. Give the first "
        "n % k folds one more: 11 rows make test sets of 4, 4 and 3.",
        {_SIZE: "n // k"},
    ),
    Misconception(
        "remainder-in-the-last-fold",
        "kfold",
        "You gave all rows that are left over to the last fold, which can become nearly twice as "
        "long as the others. Give one each to the first n % k folds.",
        {_SIZE: "n // k + (n % k if i == k - 1 else 0)"},
    ),
    Misconception(
        "longer-folds-last",
        "kfold",
        "Your longer folds are the last ones. The rule is that the first n % k folds have one row "
        "more: 11 rows make test sets of 4, 4 and 3, not 3, 4 and 4.",
        {_SIZE: "n // k + (1 if i >= k - n % k else 0)"},
    ),
    Misconception(
        "every-kth-row",
        "kfold",
        "You gave each fold every k-th row. A fold is a block of neighbors: cut the order of the "
        "rows at k - 1 places.",
        {_BLOCK: "order[i::k]"},
    ),
    Misconception(
        "k-taken-for-the-size",
        "kfold",
        "You made folds of k rows. k is the number of folds; each then has n // k rows, or one "
        "more.",
        {"for i in range(k):": "for i in range(n // k):", _SIZE: "k"},
    ),
    Misconception(
        "reshuffled-in-every-fold",
        "kfold",
        "You shuffle anew in every fold, so some rows are tested twice and others never. Shuffle "
        "once, before the loop, and cut that one order into folds.",
        {
            _ORDER: "np.random.default_rng(seed)",
            _BLOCK: "(order.permutation(n) if shuffle else rows)[start : start + size]",
        },
    ),
    Misconception(
        "blocks-shuffled",
        "kfold",
        "You shuffled the folds and not the rows: rows that stand together are still tested "
        "together. Bring the rows into a random order, and then cut it.",
        {
            _ORDER: "rows",
            "return folds": (
                "return [folds[i] for i in np.random.default_rng(seed).permutation(k)] "
                "if shuffle else folds"
            ),
        },
    ),
    Misconception(
        "rows-rotated",
        "kfold",
        "You only moved the rows along by a random number, so neighbors stay neighbors. Bring "
        "them into a random order: rng.permutation(n).",
        {_SHUFFLED: "np.roll(rows, np.random.default_rng(seed).integers(1, n))"},
    ),
    Misconception(
        "shuffle-ignored",
        "kfold",
        "You never shuffle, whatever `shuffle` says. If it is true, cut a random order of the "
        "rows: np.random.default_rng(seed).permutation(n).",
        {_ORDER: "rows"},
    ),
    Misconception(
        "seed-without-shuffle",
        "kfold",
        "You accept a seed without shuffle, where it does nothing: whoever gave it believes that "
        "the rows are shuffled. Raise a ValueError.",
        {_SEED_ALONE: "False"},
    ),
    Misconception(
        "seed-shuffles-by-itself",
        "kfold",
        "You shuffle as soon as there is a seed. Only `shuffle` decides that: a seed without it is "
        "a mistake of the caller, so raise a ValueError.",
        {_SEED_ALONE: "False", "if shuffle else": "if shuffle or seed is not None else"},
    ),
    Misconception(
        "seed-0-overlooked",
        "kfold",
        "You asked `if seed`, and 0 counts as false, so seed=0 is taken for no seed. Ask "
        "`if seed is not None`.",
        {_SEED_ALONE: "seed and not shuffle", "default_rng(seed)": "default_rng(seed or None)"},
    ),
    Misconception(
        "seed-ignored",
        "kfold",
        "The seed does not reach your generator, so nobody can get the same folds again. Make the "
        "generator with it: np.random.default_rng(seed).",
        {"default_rng(seed)": "default_rng()"},
    ),
    Misconception(
        "always-the-same-shuffle",
        "kfold",
        "You made the generator with a seed of your own, so every call gives the same folds. Use "
        "the one that you are given: np.random.default_rng(seed).",
        {"default_rng(seed)": "default_rng(0)"},
    ),
    Misconception(
        "global-random-state",
        "kfold",
        "You seeded and drew from np.random, which belongs to the whole program: every other draw "
        "in it now follows your seed. Use a generator of your own, np.random.default_rng(seed).",
        {_SHUFFLED: "(np.random.seed(seed), np.random.permutation(n))[1]"},
    ),
    Misconception(
        "sets-swapped",
        "kfold",
        "You returned (test, train). The larger set is for training and comes first: "
        "(train, test).",
        {_FOLD: "(test, np.setdiff1d(rows, test))"},
    ),
    Misconception(
        "trained-on-all-rows",
        "kfold",
        "Your training sets hold all rows, those of the test set too. Leave them out, with "
        "np.setdiff1d(rows, test): a model must not have seen what it is tested on.",
        {_FOLD: "(rows, test)"},
    ),
    Misconception(
        "masks-instead-of-rows",
        "kfold",
        "You returned masks of True and False. Return the numbers of the rows: np.flatnonzero "
        "makes them from a mask.",
        {_FOLD: "(~np.isin(rows, test), np.isin(rows, test))"},
    ),
    Misconception(
        "test-sets-only",
        "kfold",
        "You returned the test sets alone. Each fold is a pair (train, test), where train has all "
        "other rows.",
        {_FOLD: "test"},
    ),
    Misconception(
        "any-k-accepted",
        "kfold",
        "You accept any k. With one fold there is nothing to train on, and with more folds than "
        "rows some test nothing: raise a ValueError unless 2 <= k <= n.",
        {"not 2 <= k <= n": "False"},
    ),
)

_NUMBERED = "[numbers.setdefault(label, len(numbers)) for label in y]"
_SHARES = "[np.bincount(dealt[i::k], minlength=len(counts)) for i in range(k)]"
_FILL = "fold_of[classes == c] = np.repeat(np.arange(k), allocation[:, c])"
_PAIRS = "[(np.flatnonzero(fold_of != i), np.flatnonzero(fold_of == i)) for i in range(k)]"
_TOO_FEW = "if all(k > count for count in counts):"
_RARE = "if any(k > count for count in counts):"
STRATIFIED_KFOLD = (
    Misconception(
        "classes-ignored",
        "stratified_kfold",
        "You cut the rows without a look at their classes. Where they are sorted by class, a fold "
        "then tests a class that it has never trained on. Share out each class over the folds.",
        {"return [": "fold_of = np.sort(np.arange(len(classes)) % k)\n    return ["},
    ),
    Misconception(
        "left-over-rows-pile-up",
        "stratified_kfold",
        "Every class gives its left-over rows to the first folds, which become longer than the "
        "others by more than 1. Sort the numbers of the classes, and deal them all out in one go.",
        {_SHARES: "[counts // k + (i < counts % k) for i in range(k)]"},
    ),
    Misconception(
        "each-class-dealt-by-itself",
        "stratified_kfold",
        "You deal out every class by itself, from the first fold on, so the first folds get all "
        "left-over rows. Sort the numbers of the classes, and deal them all out in one go; then "
        "give the rows of a class to the folds in blocks.",
        {_FILL: "fold_of[classes == c] = np.arange(counts[c]) % k"},
    ),
    Misconception(
        "rows-dealt-in-turn",
        "stratified_kfold",
        "How many rows of a class each fold gets is right, but not which: you deal them in turn. "
        "The first rows of a class go to the first fold, the next ones to the second, so that "
        "rows recorded together are tested together.",
        {_FILL: 'fold_of[np.argsort(classes, kind="stable")] = np.arange(len(classes)) % k'},
    ),
    Misconception(
        "classes-in-sorted-order",
        "stratified_kfold",
        "You numbered the classes in sorted order, as np.unique does. They are numbered as they "
        "first appear in y, which decides who gets the left-over rows.",
        {_NUMBERED: "np.unique(y, return_inverse=True)[1]"},
    ),
    Misconception(
        "labels-taken-for-counts",
        "stratified_kfold",
        "You used the labels themselves as numbers of classes, which fails for text and invents "
        "empty classes where numbers are left out. Give each label a number of your own, with a "
        "dict, as it first appears.",
        {f"np.array({_NUMBERED}, dtype=np.int64)": "np.asarray(y)"},
    ),
    Misconception(
        "left-over-rows-dropped",
        "stratified_kfold",
        "Of each class you use only as many rows as k divides, and the others are never tested. "
        "Every row is in one test set: some folds get one more.",
        {
            "np.empty(len(classes), dtype=np.int64)": "np.full(len(classes), -1)",
            _FILL: (
                "fold_of[np.flatnonzero(classes == c)[: counts[c] // k * k]] = np.repeat("
                "np.arange(k), counts[c] // k)"
            ),
        },
    ),
    Misconception(
        "strata-swapped",
        "stratified_kfold",
        "You returned (test, train). The larger set is for training and comes first: "
        "(train, test).",
        {_PAIRS: _PAIRS.replace("!=", "<>").replace("==", "!=").replace("<>", "==")},
    ),
    Misconception(
        "rare-class-refused",
        "stratified_kfold",
        "You raise an error as soon as one class has fewer rows than k. Warn, and go on, with some "
        "folds that test none of it; only where no class has enough rows is it an error.",
        {_TOO_FEW: "if any(k > count for count in counts):"},
    ),
    Misconception(
        "rare-class-in-silence",
        "stratified_kfold",
        "Where a class has fewer rows than k, some folds test none of it, and you do not say so. "
        "Call warnings.warn.",
        {_RARE: "if False:"},
    ),
    Misconception(
        "more-folds-than-any-class",
        "stratified_kfold",
        "You accept a k above the number of rows of every class, where no class can be in all "
        "folds. Raise a ValueError.",
        {_TOO_FEW: "if False:"},
    ),
    Misconception(
        "single-fold-accepted",
        "stratified_kfold",
        "You accept k=1, which tests all rows and leaves none to train on. Raise a ValueError "
        "where k is below 2.",
        {"if k < 2:": "if False:"},
    ),
)

_BLOCK_SIZE = "n // (k + 1) if test_size is None else test_size"
_STARTS = "range(n - k * size, n, size)"
_END = "end = start - gap"
_FIRST = "0 if max_train is None else max(0, end - max_train)"
_PAST = "np.arange(first, end)"
_FUTURE = "np.arange(start, start + size)"
TIME_SERIES_SPLIT = (
    Misconception(
        "tested-from-the-front",
        "time_series_split",
        "You lay the test sets from the front, so the last rows of the series are never tested. "
        "They are its last rows: the first of them begins at n - k * size.",
        {_STARTS: "range(size, (k + 1) * size, size)"},
    ),
    Misconception(
        "series-cut-into-k",
        "time_series_split",
        "You cut the series into k blocks, and the first of them has nothing before it to train "
        "on. k test sets and a first training set are k + 1 blocks: n // (k + 1) rows each.",
        {"n // (k + 1) if": "n // k if"},
    ),
    Misconception(
        "tested-to-the-end",
        "time_series_split",
        "Your test sets reach to the end of the series, so the last rows are tested k times. A "
        "test set ends where the next one begins, after `size` rows.",
        {_FUTURE: "np.arange(start, n)"},
    ),
    Misconception(
        "trained-on-the-future",
        "time_series_split",
        "Your training sets hold rows from after the test set. Nobody knows the future: train on "
        "rows before the test set only.",
        {_PAST: f"np.setdiff1d(np.arange(n), {_FUTURE})"},
    ),
    Misconception(
        "series-shuffled",
        "time_series_split",
        "You shuffled the series, so that a model learns from the neighbors of every test row, and "
        "scores far better than it will on real days to come. Keep the rows in order of time.",
        {
            "folds = []": "order = np.random.default_rng(0).permutation(n)\n    folds = []",
            _PAST: "np.sort(order[first:end])",
            _FUTURE: "np.sort(order[start : start + size])",
        },
    ),
    Misconception(
        "only-the-block-before",
        "time_series_split",
        "You train on the block just before the test set. Unless max_train says so, a model may "
        "know all of the past: begin at row 0.",
        {"0 if max_train is None": "max(0, end - size) if max_train is None"},
    ),
    Misconception(
        "gap-ignored",
        "time_series_split",
        "The gap changes nothing in your folds. The training set has to end gap rows before its "
        "test set begins.",
        {_END: "end = start"},
    ),
    Misconception(
        "gap-cut-from-the-test-set",
        "time_series_split",
        "You took the gap off the test set. It stays as it is; the training set ends earlier.",
        {_END: "end = start", _FUTURE: "np.arange(start + gap, start + size)"},
    ),
    Misconception(
        "gap-one-too-wide",
        "time_series_split",
        "Your gap is one row too wide: without a gap, the training set ends with the row just "
        "before the test set. np.arange(first, start - gap) leaves out its end already.",
        {_END: "end = start - gap - 1"},
    ),
    Misconception(
        "max-train-ignored",
        "time_series_split",
        "max_train changes nothing in your folds. Keep only the last max_train rows of each "
        "training set.",
        {_FIRST: "0"},
    ),
    Misconception(
        "max-train-keeps-the-oldest",
        "time_series_split",
        "With max_train you keep the oldest rows. What is nearest to the test set tells most "
        "about it: keep the last ones.",
        {_FIRST: "0", _PAST: "np.arange(end)[:max_train]"},
    ),
    Misconception(
        "max-train-counted-from-the-test-set",
        "time_series_split",
        "You count max_train back from the test set, so that the gap takes rows off it. Take the "
        "gap off first, and then keep max_train rows.",
        {"end - max_train": "start - max_train"},
    ),
    Misconception(
        "rows-before-the-first",
        "time_series_split",
        "Where there are fewer than max_train rows, your training set begins with negative "
        "numbers, which NumPy counts from the end: the future. Begin at max(0, …).",
        {"max(0, end - max_train)": "end - max_train"},
    ),
    Misconception(
        "zero-taken-for-none",
        "time_series_split",
        "You asked `if max_train` or `test_size or …`, and 0 counts as false, so that a 0 means "
        "no limit. Ask `is None`, and raise a ValueError for numbers below 1.",
        {
            "max_train < 1": "max_train < 0",
            "0 if max_train is None": "0 if not max_train",
            _BLOCK_SIZE: "test_size or n // (k + 1)",
        },
    ),
    Misconception(
        "negative-gap-accepted",
        "time_series_split",
        "You accept a negative gap, with which the training set runs into its test set. Raise a "
        "ValueError where gap is below 0.",
        {"if gap < 0:": "if False:"},
    ),
    Misconception(
        "nothing-to-train-on",
        "time_series_split",
        "You accept a series in which the first training set is empty. Raise a ValueError where "
        "n - gap - k * size is not above 0.",
        {"if n - gap - k * size <= 0:": "if False:"},
    ),
    Misconception(
        "one-split-accepted",
        "time_series_split",
        "You accept k=1. The rule asks for two folds at least: raise a ValueError where k is below "
        "2.",
        {"if k < 2:": "if False:"},
    ),
)

_MADE = "        estimator = make_estimator()\n"
_FITTED = "estimator.fit(X[train], y[train])"
_SCORED = "estimator.score(X[test], y[test])"
_RESULT = "np.array(scores, dtype=np.float64)"
_BEGIN = "scores = []"
CROSS_VALIDATE = (
    Misconception(
        "one-model-for-all-folds",
        "cross_validate",
        "You made one model before the loop and fit it again in every fold. A network or a "
        "warm start carries its weights on, and has then seen the test rows: call "
        "make_estimator() inside the loop.",
        {_BEGIN: f"{_BEGIN}\n    estimator = make_estimator()", _MADE: ""},
    ),
    Misconception(
        "fitted-on-all-rows",
        "cross_validate",
        "You fit on all rows, those of the test set too, so the score measures memory. Fit on "
        "X[train], y[train].",
        {_FITTED: "estimator.fit(X, y)"},
    ),
    Misconception(
        "scored-on-training-rows",
        "cross_validate",
        "You score on the rows that the model has learned. Score on X[test], y[test].",
        {_SCORED: "estimator.score(X[train], y[train])"},
    ),
    Misconception(
        "scored-on-all-rows",
        "cross_validate",
        "You score on all rows, most of which the model has learned. Score on X[test], y[test].",
        {_SCORED: "estimator.score(X, y)"},
    ),
    Misconception(
        "fit-and-score-swapped",
        "cross_validate",
        "You fit on the test rows and score on the training rows. In each pair, the first set is "
        "for fit and the second for score.",
        {
            _FITTED: "estimator.fit(X[test], y[test])",
            _SCORED: "estimator.score(X[train], y[train])",
        },
    ),
    Misconception(
        "preprocessing-fitted-on-all-rows",
        "cross_validate",
        "You fitted the first steps of the pipeline on all rows, before the folds, so they know "
        "the test rows. Fit the whole pipeline inside each fold, on its training rows.",
        {
            _BEGIN: (
                f"{_BEGIN}\n    steps = make_estimator()\n"
                '    piped = hasattr(steps, "steps")\n'
                "    X = steps[:-1].fit_transform(X, y) if piped else X"
            ),
            _MADE: "        estimator = make_estimator()[-1] if piped else make_estimator()\n",
        },
    ),
    Misconception(
        "standardized-on-all-rows",
        "cross_validate",
        "You standardized X yourself, with the mean and the spread of all rows, the test rows too. "
        "Leave X as it is: a scaler belongs inside the estimator, and is fitted in each fold.",
        {_BEGIN: f"X = (X - X.mean(axis=0)) / X.std(axis=0)\n    {_BEGIN}"},
    ),
    Misconception(
        "features-chosen-on-all-rows",
        "cross_validate",
        "You chose features with the targets of all rows. On pure noise that alone makes a model "
        "look good: leave X as it is, and let the estimator choose, inside each fold.",
        {
            _BEGIN: (
                "r = np.abs(np.corrcoef(X.T, y[: len(X)])[-1, :-1])\n"
                f"    X = X[:, np.sort(np.argsort(r)[1:])]\n    {_BEGIN}"
            )
        },
    ),
    Misconception(
        "mean-instead-of-scores",
        "cross_validate",
        "You returned the mean. Return the score of every fold: their spread says how far the mean "
        "can be trusted.",
        {_RESULT: "float(np.mean(scores))"},
    ),
    Misconception(
        "returned-after-the-first-fold",
        "cross_validate",
        "You return inside the loop, after the first fold. Move the return behind it.",
        {f"    return {_RESULT}": f"        return {_RESULT}"},
    ),
    Misconception(
        "no-folds-accepted",
        "cross_validate",
        "Without folds you return no scores, and their mean is NaN, far from here. Raise a "
        "ValueError where there are none.",
        {"if len(folds) == 0:": "if False:"},
    ),
    Misconception(
        "lengths-not-compared",
        "cross_validate",
        "You do not notice that X and y differ in length, as long as no fold asks for what is "
        "missing. Compare them first, and raise a ValueError.",
        {"if len(X) != len(y):": "if False:"},
    ),
    Misconception(
        "shared-rows-accepted",
        "cross_validate",
        "You accept a fold that tests rows it has trained on. Look for them with np.intersect1d, "
        "before anything is fitted, and raise a ValueError.",
        {"if len(shared) > 0:": "if False:"},
    ),
)

_INNER_SCORES = "cross_validate(make, X_train, y_train, folds)"
_MEAN = f"float(np.mean({_INNER_SCORES}))"
_BEST = "max(known, key=means.__getitem__)"
_REFIT = "estimator.fit(X_train, y_train)"
_RETURNED = f"{_RESULT}, chosen"
NESTED_CV = (
    Misconception(
        "inner-score-reported",
        "nested_cv",
        "You report the best inner score of each outer fold. It is the highest of many, so it is "
        "too good: report the score on the outer test rows, which had no say in the choice.",
        {_SCORED: "means[best]"},
    ),
    Misconception(
        "chosen-on-the-outer-test-rows",
        "nested_cv",
        "You chose the configuration that is best on the outer test rows, and then report its "
        "score there. Choose by the inner folds of the training part, and look at the test rows "
        "last.",
        {_MEAN: "make().fit(X_train, y_train).score(X[test], y[test])"},
    ),
    Misconception(
        "chosen-on-all-rows",
        "nested_cv",
        "You chose the configuration on all rows, so the outer test rows had a say in it. Choose "
        "anew in every outer fold, from X[train] and y[train] alone.",
        {
            "X_train, y_train = X[train], y[train]": "X_train, y_train = X, y",
            _REFIT: "estimator.fit(X[train], y[train])",
        },
    ),
    Misconception(
        "winner-fitted-on-all-rows",
        "nested_cv",
        "You fitted the winner on all rows before you scored it on some of them. Fit it on the "
        "training part of the outer fold, X[train] and y[train].",
        {_REFIT: "estimator.fit(X, y)"},
    ),
    Misconception(
        "winner-not-refitted",
        "nested_cv",
        "You scored a model that has learned from the last inner fold only. Make a new one with "
        "the winner's settings, and fit it on all rows of the training part.",
        {_REFIT: "estimator.fit(X_train[folds[-1][0]], y_train[folds[-1][0]])"},
    ),
    Misconception(
        "positions-taken-for-rows",
        "nested_cv",
        "The inner folds hold positions within the training part, and you used them as rows of "
        "X, outer test rows among them. Index X[train] and y[train] with them.",
        {_INNER_SCORES: "cross_validate(make, X, y, folds)"},
    ),
    Misconception(
        "inner-given-all-targets",
        "nested_cv",
        "You called inner(y), with the targets of all rows. The inner folds divide the training "
        "part: call inner(y[train]).",
        {"inner(y_train)": "inner(y)"},
    ),
    Misconception(
        "lowest-mean-chosen",
        "nested_cv",
        "You chose the lowest mean. These are scores, and higher is better.",
        {"max(known,": "min(known,"},
    ),
    Misconception(
        "last-of-equal-means",
        "nested_cv",
        "Of equal means you chose the last. Replace the best only by a strictly higher mean.",
        {"max(known,": "max(reversed(known),"},
    ),
    Misconception(
        "best-single-score",
        "nested_cv",
        "You chose by the best single inner score, which is mostly luck. Take the mean over the "
        "inner folds.",
        {"np.mean(": "np.max("},
    ),
    Misconception(
        "nan-mean-wins",
        "nested_cv",
        "You took argmax of the means, and NumPy takes NaN for the highest of all. Leave out the "
        "means that are NaN first.",
        {_BEST: "int(np.argmax(means))"},
    ),
    Misconception(
        "nan-folds-left-out",
        "nested_cv",
        "You took the mean of the scores that are numbers, so a configuration that fails in some "
        "folds can still win. A NaN among the scores makes the mean NaN: use np.mean.",
        {"np.mean(": "np.nanmean("},
    ),
    Misconception(
        "chosen-from-nan-only",
        "nested_cv",
        "Where every mean is NaN, you chose one all the same. Raise a ValueError: there is no best "
        "one.",
        {"if not known:": "if False:", "max(known,": "max(known or [0],"},
    ),
    Misconception(
        "config-not-unpacked",
        "nested_cv",
        "You called make_estimator(config). The settings are named arguments: call "
        "make_estimator(**config).",
        {
            "partial(make_estimator, **config)": "partial(make_estimator, config)",
            "make_estimator(**grid[best])": "make_estimator(grid[best])",
        },
    ),
    Misconception(
        "mean-of-outer-scores",
        "nested_cv",
        "You returned the mean of the outer scores. Return all of them: their spread says how far "
        "the mean can be trusted.",
        {_RETURNED: "float(np.mean(scores)), chosen"},
    ),
    Misconception(
        "position-of-the-winner",
        "nested_cv",
        "You returned the winner's position in the grid. Return the configuration itself, a dict.",
        {"dict(grid[best])": "best"},
    ),
    Misconception(
        "one-choice-for-all",
        "nested_cv",
        "You returned the last choice only. Each outer fold makes its own, and where they differ, "
        "that is news: return a list with one for each.",
        {_RETURNED: f"{_RESULT}, chosen[-1]"},
    ),
)
