"""Topic 7: wrong ways to stop, to choose, to plan and to tune."""

from __future__ import annotations

import math

from grader.misconceptions import Misconception, misconception

_RESTORING = (
    "        try:\n"
    "            yield\n"
    "        finally:\n"
    "            if self.best_state is not None:\n"
    "                load(self.best_state)"
)
EARLY_STOPPING = (
    Misconception(
        "one-update-too-late",
        "EarlyStopping",
        "You stop one update too late. The update that makes the count reach patience is the one "
        "that says stop: count >= patience, not count > patience.",
        {"self._wait >= self._patience": "self._wait > self._patience"},
    ),
    Misconception(
        "one-update-too-early",
        "EarlyStopping",
        "You stop one update too early: patience updates without improvement have to come in a "
        "row. Does your count start at 0, and do you add 1 before you compare?",
        {"self._wait >= self._patience": "self._wait + 1 >= self._patience"},
    ),
    Misconception(
        "count-not-reset",
        "EarlyStopping",
        "Your count goes on through an improvement, so that all bad epochs are added up. Set it "
        "back to 0 each time the best moves.",
        {"copy.deepcopy(state)\n            self._wait = 0": "copy.deepcopy(state)"},
    ),
    Misconception(
        "equal-is-better",
        "EarlyStopping",
        "You count a value as an improvement that is better by exactly min_delta, or equal to the "
        "best. It must be better by more: < and >, not <= and >=.",
        {
            "value < self.best - self._min_delta": "value <= self.best - self._min_delta",
            "value > self.best + self._min_delta": "value >= self.best + self._min_delta",
        },
    ),
    Misconception(
        "best-moves-by-less-than-min-delta",
        "EarlyStopping",
        "Your best moves with every better value, also by less than min_delta. Then slow progress "
        "never adds up to an improvement. Move it only together with the count.",
        {
            "        if improved:\n": (
                '        if value < self.best if self._mode == "min" else value > self.best:\n'
                "            self.best = value\n"
                "            self.best_state = copy.deepcopy(state)\n"
                "        if improved:\n"
            )
        },
    ),
    Misconception(
        "min-delta-ignored-in-mode-max",
        "EarlyStopping",
        "You leave out min_delta in mode max: there, a value must be above best + min_delta.",
        {"value > self.best + self._min_delta": "value > self.best"},
    ),
    Misconception(
        "min-delta-ignored",
        "EarlyStopping",
        "You never use min_delta. An improvement is a value below best - min_delta, or above "
        "best + min_delta in mode max.",
        {
            "value < self.best - self._min_delta": "value < self.best",
            "value > self.best + self._min_delta": "value > self.best",
        },
    ),
    Misconception(
        "min-delta-with-the-wrong-sign",
        "EarlyStopping",
        "Your min_delta makes it easier to improve: worse values count as better ones. Take it "
        "off the best in mode min, and add it in mode max.",
        {
            "value < self.best - self._min_delta": "value < self.best + self._min_delta",
            "value > self.best + self._min_delta": "value > self.best - self._min_delta",
        },
    ),
    Misconception(
        "always-minimizes",
        "EarlyStopping",
        "You take lower values for better ones in mode max too, where the highest is the best. "
        "Turn the comparison and the sign of min_delta round, and start at -inf.",
        {
            "value > self.best + self._min_delta": "value < self.best - self._min_delta",
            'math.inf if mode == "min" else -math.inf': "math.inf",
        },
    ),
    Misconception(
        "nan-as-any-bad-value",
        "EarlyStopping",
        "You treat NaN and infinity as values like others. They mean that training has diverged: "
        "ask math.isfinite first, and stop at once.",
        {"not math.isfinite(value)": "False"},
    ),
    Misconception(
        "infinity-let-through",
        "EarlyStopping",
        "You stop at NaN but not at infinity, and -inf even becomes the best. math.isfinite asks "
        "for both.",
        {"not math.isfinite(value)": "math.isnan(value)"},
    ),
    Misconception(
        "diverged-value-becomes-the-best",
        "EarlyStopping",
        "Your class takes the state of a diverged training for the best one. Stop before you "
        "compare, and leave best and best_state as they are.",
        {
            "            return True\n": (
                "            self.best, self.best_state = value, copy.deepcopy(state)\n"
                "            return True\n"
            )
        },
    ),
    Misconception(
        "state-kept-by-reference",
        "EarlyStopping",
        "You keep the state itself, and training goes on to change it. Keep copy.deepcopy(state).",
        {"copy.deepcopy(state)": "state"},
    ),
    Misconception(
        "shallow-copy-of-the-state",
        "EarlyStopping",
        "Your copy is shallow: the dict is new, but its lists and tensors are the ones that "
        "training changes. copy.deepcopy copies those too.",
        {"copy.deepcopy(state)": "copy.copy(state)"},
    ),
    Misconception(
        "last-state-kept",
        "EarlyStopping",
        "You keep the last state, not that of the best epoch. Copy it only where the value is an "
        "improvement.",
        {
            "        self._wait += 1\n": (
                "        self._wait += 1\n        self.best_state = copy.deepcopy(state)\n"
            )
        },
    ),
    Misconception(
        "not-restored-when-epochs-run-out",
        "EarlyStopping",
        "You bring the best state back only after an early stop. Where the epochs run out first, "
        "the last weights stay. Load it at the end of the block in any case.",
        {
            "if self.best_state is not None": (
                "if self.best_state is not None and self._wait >= self._patience"
            )
        },
    ),
    Misconception(
        "not-restored-after-an-exception",
        "EarlyStopping",
        "After an exception in the block, your best state does not come back. Put what has to "
        "happen in any case into `finally`.",
        {
            _RESTORING: (
                "        yield\n"
                "        if self.best_state is not None:\n"
                "            load(self.best_state)"
            )
        },
    ),
    Misconception(
        "exception-swallowed",
        "EarlyStopping",
        "An exception in the block does not reach the caller, who believes that all went well. "
        "Use `finally` instead of `except`, or raise it again.",
        {"        finally:\n": "        except Exception:\n            pass\n        if True:\n"},
    ),
    Misconception(
        "never-restored",
        "EarlyStopping",
        "Your block ends without loading anything. Call load(best_state) after the yield.",
        {"load(self.best_state)": "pass"},
    ),
    Misconception(
        "loads-nothing-as-a-state",
        "EarlyStopping",
        "You call load with None where nothing has been the best yet. Load only a state that "
        "there is.",
        {"if self.best_state is not None": "if True"},
    ),
    Misconception(
        "settings-unchecked",
        "EarlyStopping",
        "Settings without sense pass: raise a ValueError for a patience below 1, a negative or NaN "
        "min_delta, and a mode other than min and max.",
        {
            "if patience < 1:": "if False:",
            "if not min_delta >= 0:": "if False:",
            'if mode not in ("min", "max"):': "if False:",
        },
    ),
    Misconception(
        "shared-by-all-objects",
        "EarlyStopping",
        "All your objects share one best and one count, because these belong to the class. Set "
        "them in __init__, on self.",
        {
            "        self._patience, self._min_delta": (
                "        self.__dict__ = EarlyStopping.update.__dict__\n"
                "        self._patience, self._min_delta"
            )
        },
    ),
)

_ERROR = "table[best].std(ddof=1) / math.sqrt(table.shape[1])"
_CHOICE = "int(np.flatnonzero(means >= means[best] - error)[0])"
ONE_STANDARD_ERROR = (
    Misconception(
        "best-model-taken",
        "one_standard_error",
        "You return the best model. The rule takes the simplest one that is within a standard "
        "error of it, which is often another.",
        {_CHOICE: "best"},
    ),
    Misconception(
        "standard-deviation-for-standard-error",
        "one_standard_error",
        "You allow a whole standard deviation of the folds. The mean of k folds varies less: "
        "divide by the square root of k.",
        {_ERROR: "table[best].std(ddof=1)"},
    ),
    Misconception(
        "divided-by-k",
        "one_standard_error",
        "You divide the standard deviation by k. The error of a mean shrinks with the square root "
        "of k only.",
        {"/ math.sqrt(table.shape[1])": "/ table.shape[1]"},
    ),
    Misconception(
        "ddof-zero",
        "one_standard_error",
        "Your standard deviation has k in the denominator (NumPy's default), which is too small "
        "for a few folds. Use ddof=1.",
        {"ddof=1": "ddof=0"},
    ),
    Misconception(
        "two-standard-errors",
        "one_standard_error",
        "You allow more than one standard error: once the error below the best mean is all.",
        {"means[best] - error": "means[best] - 2 * error"},
    ),
    Misconception(
        "each-models-own-error",
        "one_standard_error",
        "You add each model's own error to its mean. How far a model may fall behind is one number "
        "for all: the error of the best model.",
        {_ERROR: "table.std(axis=1, ddof=1) / math.sqrt(table.shape[1])"},
    ),
    Misconception(
        "error-over-all-scores",
        "one_standard_error",
        "You take the spread of all scores together, which is mostly that between the models. "
        "Take that of the best model's folds.",
        {"table[best].std(ddof=1)": "table.std(ddof=1)"},
    ),
    Misconception(
        "end-left-out",
        "one_standard_error",
        "A model just one standard error behind is within it: >=, not >.",
        {"means >= means[best] - error": "(means > means[best] - error) | (means == means[best])"},
    ),
    Misconception(
        "most-complex-taken",
        "one_standard_error",
        "You return the last model within one standard error: the most complex. The rows go from "
        "simple to complex, so take the first.",
        {"error)[0])": "error)[-1])"},
    ),
    Misconception(
        "lowest-mean-for-the-best",
        "one_standard_error",
        "You take the lowest mean for the best. These are scores: higher is better.",
        {"means.argmax()": "means.argmin()"},
    ),
    Misconception(
        "last-of-equal-means",
        "one_standard_error",
        "Of equal means, you take the most complex model for the best one, and its error. The "
        "simplest counts: argmax gives the first.",
        {"means.argmax()": "np.flatnonzero(means == means.max())[-1]"},
    ),
    Misconception(
        "folds-and-models-swapped",
        "one_standard_error",
        "You take means over the models instead of the folds. A row is a model: axis=1.",
        {
            "table.mean(axis=1)": "table.mean(axis=0)",
            "table[best]": "table[:, best]",
            "table.shape[1])\n    return": "table.shape[0])\n    return",
        },
    ),
    Misconception(
        "scores-unchecked",
        "one_standard_error",
        "Scores of another shape, or with NaN in them, pass or fail by accident: raise a "
        "ValueError for them.",
        {
            "if table.ndim != 2 or table.shape[0] < 1 or table.shape[1] < 2:": "if False:",
            "if not np.isfinite(table).all():": "if False:",
        },
    ),
)

_ORDER = "rank[one] < rank[other] and first[one] > first[other]"
LINT_PLAN = (
    Misconception(
        "first-mistake-only",
        "lint_plan",
        "You stop at the first mistake. A plan can have several: name them all, in order.",
        {"if made]": "if made][:1]"},
    ),
    Misconception(
        "validation-data-taken-for-test-data",
        "lint_plan",
        'You call it a mistake to choose by cross-validation. Only "test" is one.',
        {'plan["select_on"] == "test"': 'plan["select_on"] != "validation"'},
    ),
    Misconception(
        "one-trial-too-many",
        "lint_plan",
        "You ask for one trial more than is needed: 59, or 20, are enough. It is a mistake to have "
        "fewer: <, not <=.",
        {'plan["trials"] < least': 'plan["trials"] <= least'},
    ),
    Misconception(
        "methods-swapped",
        "lint_plan",
        "You ask more trials of a Bayesian search than of a random one. It learns from its trials, "
        "so it needs fewer: 20 against 59.",
        {'"random": 59, "bayesian": 20': '"random": 20, "bayesian": 59'},
    ),
    Misconception(
        "one-minimum-for-both-methods",
        "lint_plan",
        "You ask for 59 trials of any method. A Bayesian search gets by with 20.",
        {'"bayesian": 20': '"bayesian": 59'},
    ),
    Misconception(
        "small-grid-forgotten",
        "lint_plan",
        "You ask for more trials than the space has points. Where it has lists only, one trial for "
        "each point is all there is to do.",
        {"if all(isinstance(choices, list) for choices in space.values()):": "if False:"},
    ),
    Misconception(
        "range-counted-as-points",
        "lint_plan",
        "You count points although there is a range in the space. A range has no end of them: "
        "the number of points counts only where every entry is a list.",
        {
            "if all(isinstance(choices, list)": "if any(isinstance(choices, list)",
            "(len(choices) for choices in space.values())": (
                "(len(choices) for choices in space.values() if isinstance(choices, list))"
            ),
        },
    ),
    Misconception(
        "batch-size-tuned-by-itself",
        "lint_plan",
        "You are content if lr was tuned in some other stage than batch_size. The best learning "
        "rate depends on the batch: every stage with batch_size needs lr in it.",
        {
            'any("batch_size" in s and "lr" not in s for s in stages)': (
                '"batch_size" in space and "lr" not in space'
            )
        },
    ),
    Misconception(
        "one-joint-stage-is-enough",
        "lint_plan",
        "You are content if lr and batch_size meet in one stage. A stage that tunes batch_size "
        "without lr is a mistake also where another has both.",
        {
            'any("batch_size" in s and "lr" not in s for s in stages)': (
                '"batch_size" in space and not any("batch_size" in s and "lr" in s for s in stages)'
            )
        },
    ),
    Misconception(
        "lr-never-alone",
        "lint_plan",
        "You call it a mistake to tune lr without batch_size. It is the other way round: where "
        "batch_size is tuned, lr has to be, too.",
        {'"batch_size" in s and "lr" not in s': '("batch_size" in s) != ("lr" in s)'},
    ),
    Misconception(
        "patience-must-be-there",
        "lint_plan",
        "Your function fails where the plan has no patience. That is the mistake it should name: "
        'plan.get("patience") gives None then.',
        {'plan.get("patience") is None': 'plan["patience"] is None'},
    ),
    Misconception(
        "early-stopping-unnoticed",
        "lint_plan",
        "You look whether the plan has the word patience, not what it says: None is no early "
        "stopping either.",
        {'plan.get("patience") is None': '"patience" not in plan'},
    ),
    Misconception(
        "list-taken-for-linear",
        "lint_plan",
        "You call a list of learning rates linear. Only a range with the scale linear is a "
        "mistake.",
        {
            'isinstance(lr, tuple) and lr[2] == "linear"': (
                'lr is not None and not (isinstance(lr, tuple) and lr[2] == "log")'
            )
        },
    ),
    Misconception(
        "any-linear-range",
        "lint_plan",
        "You call every linear range a mistake. A dropout from 0 to 0.5 is well searched so; it is "
        "the learning rate that spans decades.",
        {
            'isinstance(lr, tuple) and lr[2] == "linear"': (
                'any(isinstance(v, tuple) and v[2] == "linear" for v in space.values())'
            )
        },
    ),
    Misconception(
        "last-stage-counts",
        "lint_plan",
        "You look at the last stage in which a name stands. Tuning something again is no mistake: "
        "what counts for the order is when it first came.",
        {"first = {n: min(": "first = {n: max("},
    ),
    Misconception(
        "order-within-a-stage",
        "lint_plan",
        "You want an order within a stage, or within a group. Names that are tuned together, and "
        "names of one group, may come in any order.",
        {
            "first = {n: min(i for i, stage in enumerate(stages) if n in stage) for n in space}": (
                "first = {n: [m for stage in stages for m in stage].index(n) for n in space}"
            )
        },
    ),
    Misconception(
        "order-turned-round",
        "lint_plan",
        "Your order of tuning is upside down: the learning rate comes first, and what is in none "
        "of the groups comes last.",
        {_ORDER: "rank[one] < rank[other] and first[one] < first[other]"},
    ),
    Misconception(
        "other-names-out-of-order",
        "lint_plan",
        "You leave names that are in none of the groups out of the order. They come last.",
        {_ORDER: f"rank[other] < 4 and {_ORDER}"},
    ),
    Misconception(
        "codes-without-remedies",
        "lint_plan",
        "You return codes only. Each goes with a sentence of its own that says what to do instead: "
        "a (code, remedy) pair.",
        {"(code, remedies[code]) for code": "(code, code and '') for code"},
    ),
    Misconception(
        "plan-unchecked",
        "lint_plan",
        "A plan that cannot be read passes: raise a ValueError for an unknown word, and for stages "
        "that do not have the names of the space.",
        {
            'if plan["select_on"] not in ("validation", "cross-validation", "test"):': "if False:",
            "if least is None:": "least = least or 59\n    if False:",
            "if {name for stage in stages for name in stage} != set(space):": "if False:",
            "min(i for i, stage in enumerate(stages) if n in stage)": (
                "min((i for i, stage in enumerate(stages) if n in stage), default=0)"
            ),
        },
    ),
)

_END = "    return best, objective.open_test(best)"
TUNE = (
    Misconception(
        "test-set-chooses",
        "tune",
        "You open the test set for several configurations, and choose by what it says. Choose by "
        "validation accuracy, and open it once, for the choice.",
        {
            _END: (
                "    finalists = [configs[i] for i in sorted(reached)[:3]]\n"
                "    tested = [(objective.open_test(config), config) for config in finalists]\n"
                "    score, best = max(tested, key=lambda pair: pair[0])\n"
                "    return best, score"
            )
        },
    ),
    Misconception(
        "test-set-opened-twice",
        "tune",
        "You open the test set more than once. Even for the same configuration, once is all it can "
        "be: keep what it said.",
        {_END: "    objective.open_test(best)\n    return best, objective.open_test(best)"},
    ),
    Misconception(
        "test-set-opened-before-the-search",
        "tune",
        "You open the test set before the search is over. From then on nothing can be trained: "
        "search first, choose, and open it last.",
        {
            "    n = 1\n": (
                "    objective.open_test({k: v[0] for k, v in space.items()})\n    n = 1\n"
            )
        },
    ),
    Misconception(
        "validation-score-returned",
        "tune",
        "You return the validation accuracy of your choice, which is too good to be true: it was "
        "chosen for it. Return what objective.open_test says.",
        {_END: "    return best, max(score for _, score in reached.values())"},
    ),
    Misconception(
        "another-configuration-tested",
        "tune",
        "You open the test set for another configuration than the one that you return.",
        {_END: "    return best, objective.open_test(configs[0])"},
    ),
    Misconception(
        "budget-ignored",
        "tune",
        "You ask for more epochs than the budget has. Look at objective.remaining before each "
        "training, or plan the number of configurations from the budget.",
        {
            "cost(n + 1) <= budget": "n < 100",
            "sorted({math.ceil(whole / 9), math.ceil(whole / 3), whole})": "[whole]",
        },
    ),
    Misconception(
        "nan-kept-as-best",
        "tune",
        "A training that diverged wins in your search. Comparisons with NaN are False, so a NaN "
        "that comes first is never beaten: leave those out before you compare.",
        {
            "            if math.isnan(accuracy):\n                del reached[i]\n": "",
            "best = configs[max(reached, key=lambda i: reached[i], default=0)]": (
                "best, top = configs[0], reached[0][1]\n"
                "    for i, (_, accuracy) in reached.items():\n"
                "        if accuracy > top:\n"
                "            best, top = configs[i], accuracy"
            ),
        },
    ),
    Misconception(
        "start-returned",
        "tune",
        "You return the start, whatever the search finds. Keep the configuration with the highest "
        "validation accuracy.",
        {"best = configs[max(reached, key=lambda i: reached[i], default=0)]": "best = configs[0]"},
    ),
    Misconception(
        "worst-kept",
        "tune",
        "You keep the lowest accuracy. The objective returns an accuracy, not a loss: higher is "
        "better.",
        {
            "key=lambda i: -reached[i][1]": "key=lambda i: reached[i][1]",
            "key=lambda i: reached[i], default=0": (
                "key=lambda i: (reached[i][0], -reached[i][1]), default=0"
            ),
        },
    ),
    Misconception(
        "last-kept",
        "tune",
        "You return the configuration that was trained last, not the best. Compare the validation "
        "accuracies at the end.",
        {
            "best = configs[max(reached, key=lambda i: reached[i], default=0)]": (
                "best = configs[max(reached, default=0)]"
            ),
            "sorted(alive, key=lambda i: -reached[i][1])": "list(reversed(alive))",
        },
    ),
    Misconception(
        "seed-ignored",
        "tune",
        "Your trainings do not follow from seed: make your generator with it, or the sampler.",
        {"np.random.default_rng(seed)": "np.random.default_rng()"},
    ),
    Misconception(
        "global-generator-seeded",
        "tune",
        "You seed and use the global generator, which other code draws from as well. Make your own "
        "with np.random.default_rng(seed).",
        {
            "np.random.default_rng(seed)": "np.random; rng.seed(seed % 2**32)",
            "rng.choice(math.prod(shape) - 1, size=n - 1, replace=False)": (
                "rng.permutation(math.prod(shape) - 1)[: n - 1]"
            ),
        },
    ),
)


@misconception(
    task="tune",
    message="You tune one hyperparameter after the other, each with the others held. Where the "
    "best learning rate depends on the batch size, that stays where it began: vary them together.",
)
def one_at_a_time(objective, space, budget, seed):
    best = {name: choices[0] for name, choices in space.items()}
    for name, choices in space.items():
        tried = []
        for choice in choices:
            if objective.remaining < objective.max_epochs:
                break
            config = {**best, name: choice}
            accuracy = objective(config, objective.max_epochs)
            if not math.isnan(accuracy):
                tried.append((accuracy, config))
        if tried:
            best = max(tried, key=lambda pair: pair[0])[1]
    return best, objective.open_test(best)
