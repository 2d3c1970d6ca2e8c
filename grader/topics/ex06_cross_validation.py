"""Topic 6: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

KFOLD = Task(
    "kfold",
    "Cut rows into k folds",
    (
        "Take 11 rows and 3 folds, and write down the three test sets by hand. How many rows does "
        "each have, and where do the two that are left over go?",
        "Bring the rows into their order first: range(n), or one random permutation of it. Then "
        "cut that order into k blocks, of which the first n % k are longer by one. A block is a "
        "test set; all other rows are its training set.",
        "Raise a ValueError unless 2 <= k <= n, and where seed is not None while shuffle is off "
        "(0 is a seed too). Let order be np.random.default_rng(seed).permutation(n) or "
        "np.arange(n). np.array_split(order, k) cuts it just so. For each block, the training "
        "rows are np.setdiff1d(order, block).",
    ),
    section="One split is one opinion",
)

STRATIFIED_KFOLD = Task(
    "stratified_kfold",
    "Give every fold the same mixture of classes",
    (
        "What does plain kfold test in its first fold when the rows are sorted by class? Decide "
        "first how many rows of each class a fold gets, and only then which.",
        "How many: write the numbers of the classes in sorted order, and give fold i every k-th "
        "of them from position i on. Which: walk through the rows of a class in order, and fill "
        "fold after fold with as many as it is due.",
        "Number the classes with a dict: number.setdefault(label, len(number)). With codes as an "
        "array, dealt = np.sort(codes), and np.bincount(dealt[i::k], minlength=number of classes) "
        "is fold i's share. For each class c, put np.repeat(np.arange(k), shares[:, c]) into "
        "fold_of[codes == c]. Fold i tests np.flatnonzero(fold_of == i). Compare k with the "
        "largest class (ValueError) and the smallest (warnings.warn).",
    ),
    section="Cut the folds for the data",
)

TIME_SERIES_SPLIT = Task(
    "time_series_split",
    "Train on the past, test on the future",
    (
        "Draw the series as a line, and lay the test sets on it from its right end. What is left "
        "of the first of them, and what may a model know at that moment?",
        "The test sets begin at n - k * size, and every `size` rows after that. A training set "
        "ends where its test set begins, less the gap, and it begins at 0, or max_train rows "
        "before its end if that is later.",
        "Let size be n // (k + 1) where test_size is None. Raise a ValueError if k < 2, gap < 0, "
        "size < 1, max_train (if given) < 1, or n - gap - k * size <= 0. Then, for start in "
        "range(n - k * size, n, size): end = start - gap, first = max(0, end - max_train) or 0, "
        "and the fold is np.arange(first, end), np.arange(start, start + size).",
    ),
    section="Cut the folds for the data",
)

CROSS_VALIDATE = Task(
    "cross_validate",
    "Score a model on every fold, without a leak",
    (
        "What would have to happen in a fold if it were the only one, and you had never seen its "
        "test rows?",
        "For each fold, in this order: make an estimator, fit it on the training rows, score it on "
        "the test rows. Nothing is made or fitted before the loop, and nothing is carried from "
        "one fold into the next.",
        "Check first: len(folds) is not 0, len(X) == len(y), and np.intersect1d(train, test) is "
        "empty in every fold, or raise a ValueError. Then, in a loop over the folds: model = "
        "make_estimator(), model.fit(X[train], y[train]), and append model.score(X[test], "
        "y[test]). Return np.array of the scores.",
    ),
    section="Nothing may learn outside the fold",
)

NESTED_CV = Task(
    "nested_cv",
    "Judge the tuning itself",
    (
        "The best of 50 scores is better than the configuration that it belongs to. Which rows "
        "have had no say in the choice, and can still tell the truth?",
        "Handle an outer fold as if its test rows did not exist: take X[train] and y[train], let "
        "inner make folds of them, cross-validate every configuration there, and pick one. Only "
        "then fit that one on all of X[train], and score it on the test rows.",
        "Raise a ValueError if grid is empty. For each outer fold: folds = inner(y[train]), and "
        "for each config np.mean(cross_validate(lambda: make_estimator(**config), X[train], "
        "y[train], folds)). Leave out the means that are NaN (ValueError if none is left), take "
        "the first of the highest, fit make_estimator(**best) on X[train], y[train], append its "
        "score on X[test], y[test], and dict(best) to the chosen ones.",
    ),
    needs=("cross_validate",),
    section="Tuning is learning, too",
)

CROSS_VALIDATION = Topic(
    number=6,
    slug="cross-validation",
    module="ex06_cross_validation",
    title="Cross-validation",
    summary="Split rows without a leak, score a model on every fold, and judge the tuning itself.",
    lesson="06-Cross-Validation.md",
    tasks=(KFOLD, STRATIFIED_KFOLD, TIME_SERIES_SPLIT, CROSS_VALIDATE, NESTED_CV),
)
