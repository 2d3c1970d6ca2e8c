"""What topic 7's misconceptions answer differently.

`tune` may be written in many ways, so it is asked for facts that hold for all right ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from grader.probes import outcome
from grader.recorded import Problem, made
from grader.subject import Subject
from grader.values import to_plain

_NAN, _INF = math.nan, math.inf
_LAB = "ex07_practical_guidelines:training"


def EarlyStopping(submission: Subject) -> dict[str, object]:
    """What a training sees that the class watches, curve by curve, and which settings pass."""

    def run(
        values: list[float], names: str, fails_at: int | None = None, **settings: object
    ) -> dict[str, object]:
        lab = submission.build(_LAB, **settings)
        seen = lab.run(submission.EarlyStopping, values, fails_at)
        return {name: seen[name] for name in names.split()}

    def side_by_side() -> list[object]:
        lab = submission.build(_LAB, patience=2)
        seen = lab.side_by_side(submission.EarlyStopping, [9.0, 8.0, 7.0], [1.0, 2.0, 3.0])
        return [[each["says"], each["best"]] for each in seen]

    def made_with(**settings: object) -> str:
        submission.EarlyStopping(**settings)
        return "taken"

    falling = [5.0, 4.0, 3.0, 3.5, 3.25, 3.75, 6.0]
    slow = [9.0, 8.75, 8.5, 8.25, 8.0, 7.75, 7.5]
    rising = [-value for value in slow]
    zigzag = [9.0, 10.0, 8.0, 10.0, 7.0, 10.0, 6.0, 6.0]
    answers = {
        "patience 1": outcome(run, falling, "says best", patience=1),
        "patience 3": outcome(run, falling, "says best", patience=3),
        "zigzag": outcome(run, zigzag, "says best", patience=2),
        "equal": outcome(run, [3.0, 3.0, 3.0], "says state", patience=2),
        "just min_delta": outcome(run, [3.0, 2.5, 2.0], "best", patience=5, min_delta=0.5),
        "slow": outcome(run, slow, "says best", patience=4, min_delta=0.625),
        "slow, max": outcome(run, rising, "says best", patience=4, min_delta=0.625, mode="max"),
        "impatient": outcome(run, slow, "says best", patience=2, min_delta=0.625),
        "impatient, max": outcome(run, rising, "says", patience=2, min_delta=0.625, mode="max"),
        "worse": outcome(run, [3.0, 3.25, 3.5, 3.75], "says best", patience=3, min_delta=0.5),
        "max": outcome(run, [0.5, 0.75, 0.25, 0.5], "says best", patience=2, mode="max"),
        "state": outcome(run, falling, "state", patience=3),
        "early stop": outcome(run, falling, "loaded while_training", patience=3),
        "epochs run out": outcome(run, falling[:5], "loaded while_training", patience=9),
        "exception": outcome(run, falling, "loaded raised", 4, patience=9),
        "exception first": outcome(run, falling, "loaded raised", 0, patience=9),
        "side by side": outcome(side_by_side),
        "patience 0": outcome(made_with, patience=0),
        "negative min_delta": outcome(made_with, patience=1, min_delta=-0.5),
        "nan min_delta": outcome(made_with, patience=1, min_delta=_NAN),
        "unknown mode": outcome(made_with, patience=1, mode="minimum"),
    }
    for name, odd in {"nan": _NAN, "inf": _INF, "-inf": -_INF}.items():
        answers[name] = outcome(run, [3.0, odd, 2.0], "says state", patience=3)
        answers[f"{name} first"] = outcome(run, [odd, 2.0], "says loaded", patience=3)
        answers[f"{name}, max"] = outcome(run, [3.0, odd, 4.0], "says", patience=3, mode="max")
    return answers


def one_standard_error(submission: Subject) -> dict[str, object]:
    """Which of a few models is taken, and which tables are refused."""
    top = [-1.0, 3.0, -1.0, -1.0]  # mean 0, standard deviation 2, standard error 1
    unit = [2.0, -2.0, 0.0, 0.0]  # mean 0, standard deviation 1.63

    def at(mean: float, shape: list[float]) -> list[float]:
        return [mean + x for x in shape]

    tables: dict[str, Any] = {
        "near": [at(-3.0, unit), at(-0.5, unit), at(0.0, top)],
        "at the end": [at(-1.25, unit), [-1.0] * 4, at(0.0, top)],
        "0.95 behind": [at(-0.95, unit), at(0.0, top)],
        "1.5 behind": [at(-1.5, unit), at(0.0, top)],
        "0.7 behind": [at(-0.7, unit), at(0.0, top)],
        "wide and behind": [at(-2.0, [9.0, -9.0, 3.0, -3.0]), at(0.0, top)],
        "narrow": [at(-0.9, [0.1, -0.1, 0.1, -0.1]), at(0.0, top)],
        "best in the middle": [at(-4.0, unit), at(0.0, top), at(-0.25, unit)],
        "best first": [at(0.0, top), at(-0.25, unit), at(-4.0, unit)],
        "ties": [[3.5, 3.5], [3.0, 5.0], [3.875, 4.125]],
        "ties, narrow first": [[3.5, 3.5], [3.875, 4.125], [3.0, 5.0]],
        "apart": [at(-9.0, unit), at(-5.0, unit), at(0.0, top)],
        "nine folds": [[-2.5] * 9, [8.0] + [-1.0] * 8],  # a standard error of 1 again
        "two far off": [at(-20.0, unit), at(-20.0, unit), at(-3.0, unit), at(0.0, top)],
        "wide table": [[0.0, 0.0, 0.0, 9.0], [1.0, 1.0, 1.0, 9.0]],
        "one model": [[0.5, 0.75]],
        "one fold": [[0.5], [0.75]],
        "one row": [0.5, 0.75],
        "empty": [],
        "nan": [[0.5, _NAN], [0.5, 0.75]],
        "inf": [[0.5, _INF], [0.5, 0.75]],
    }
    return {name: outcome(submission.one_standard_error, t) for name, t in tables.items()}


def lint_plan(submission: Subject) -> dict[str, object]:
    """The codes of plans with few mistakes and with many."""
    log, linear = (1e-4, 0.1, "log"), (1e-4, 0.1, "linear")
    space: dict[str, object] = {
        "lr": log,
        "width": [32, 64],
        "batch_size": [16, 32],
        "dropout": (0.0, 0.5, "linear"),
        "momentum": [0.0, 0.9],
    }
    sound: dict[str, Any] = {
        "select_on": "validation",
        "method": "random",
        "trials": 100,
        "patience": 5,
        "space": space,
        "stages": [["lr"], ["width"], ["batch_size", "lr"], ["dropout"], ["momentum"]],
    }
    two = [["lr", "width"]]

    def codes(changes: Mapping[str, object]) -> list[object]:
        found = to_plain(submission.lint_plan({**sound, **changes}))
        return [pair[0] if isinstance(pair, list) else pair for pair in found]

    def remedies() -> list[bool]:
        found = to_plain(submission.lint_plan({**sound, "select_on": "test", "patience": None}))
        pairs = [pair for pair in found if isinstance(pair, list) and len(pair) == 2]
        return [len(pairs) == len(found), len({text for _, text in pairs if text}) == len(found)]

    def without_patience() -> list[object]:
        found = to_plain(submission.lint_plan({k: v for k, v in sound.items() if k != "patience"}))
        return [pair[0] if isinstance(pair, list) else pair for pair in found]

    def small(lr: object, **more: object) -> dict[str, object]:
        return {"space": {"lr": lr, "width": [8, 16, 32]}, "stages": two, **more}

    answers: dict[str, object] = {
        "remedies": outcome(remedies),
        "without patience": outcome(without_patience),
    }
    cases: dict[str, dict[str, object]] = {
        "sound": {},
        "test": {"select_on": "test"},
        "cross-validation": {"select_on": "cross-validation"},
        "random 59": {"trials": 59},
        "random 58": {"trials": 58},
        "random 20": {"trials": 20},
        "bayesian 20": {"method": "bayesian", "trials": 20},
        "bayesian 19": {"method": "bayesian", "trials": 19},
        "bayesian 58": {"method": "bayesian", "trials": 58},
        "six points": small([0.1, 1.0], trials=6),
        "six points, 5 trials": small([0.1, 1.0], trials=5),
        "a range, 6 trials": small(log, trials=6),
        "patience None": {"patience": None},
        "lr linear": small(linear),
        "lr listed": small([0.1, 1.0]),
        "batch alone": {
            "stages": [["lr"], ["width"], ["batch_size"], ["dropout"], ["momentum"]],
        },
        "batch alone and with lr": {
            "stages": [["lr"], ["width"], ["batch_size"], ["batch_size", "lr"], ["dropout"]],
            "space": {name: choices for name, choices in space.items() if name != "momentum"},
        },
        "batch without lr": {"space": {"batch_size": [16, 32]}, "stages": [["batch_size"]]},
        "width first": small(log, stages=[["width"], ["lr"]]),
        "all at once": {"stages": [["momentum", "dropout", "batch_size", "width", "lr"]]},
        "width again": {
            "stages": [["lr"], ["width"], ["batch_size", "lr"], ["dropout"], ["momentum", "width"]]
        },
        "momentum first": {
            "stages": [["momentum"], ["lr"], ["width"], ["batch_size", "lr"], ["dropout"]]
        },
        "dropout early": {
            "stages": [["lr", "dropout"], ["width"], ["batch_size", "lr"], ["momentum"]]
        },
        "many": {"select_on": "test", "trials": 9, "patience": None},
        "unknown select_on": {"select_on": "training"},
        "unknown method": {"method": "grid"},
        "name left out": {"stages": [["lr"]]},
        "name too many": {"stages": [*sound["stages"], ["depth"]]},
    }
    for name, changes in cases.items():
        answers[name] = outcome(codes, changes)
    return answers


def tune(submission: Subject) -> dict[str, object]:
    """What holds for a right choice on made problems, and what decides it."""

    def accuracy(config: Mapping[str, Any]) -> float:
        return float(0.9 - 0.02 * abs(config["depth"] - 5) - 0.1 * (config["width"] != 64))

    def smooth() -> Problem:
        space = {"depth": (1, 2, 3, 4, 5, 6), "width": (16, 32, 64, 128)}
        return made(space, accuracy, max_epochs=9, budget=9 * 12)

    def search(problem: Problem, seed: int = 0) -> tuple[dict[str, Any], float]:
        config, score = problem.tuned(submission, seed)
        return to_plain(config), score

    def choice() -> dict[str, object]:
        problem = smooth()
        config, score = search(problem)
        return {
            "start": config == problem.start,
            "good": accuracy(config) > 0.83,
            "bad": accuracy(config) < 0.75,
            "score": score == problem.test_score(config),
            "opened": len(problem.opened),
            "opened for": problem.opened[:1] == [config],
        }

    def accounts() -> dict[str, object]:
        """What was asked for, also where the search ended in an error."""
        problem = smooth()
        outcome(search, problem)
        return {
            "opened": min(len(problem.opened), 2),
            "configurations": len({str(to_plain(config)) for config in problem.opened}),
            "overspent": bool(problem.refused),
            "searched": len(problem.asked) > 3,
        }

    def diverged() -> list[bool]:
        def value(config: Mapping[str, Any]) -> float:
            return _NAN if config["width"] in (16, 32) else float(0.5 - 0.01 * config["depth"])

        found = []
        for seed in range(4):
            space = {"width": (16, 32, 64, 128), "depth": (1, 2, 3, 4, 5, 6)}
            problem = made(space, value, max_epochs=4, budget=4 * 12)
            found.append(math.isnan(problem.test_score(search(problem, seed)[0])))
        return found

    def ridge() -> bool:
        lrs, sizes = (0.001, 0.003, 0.01, 0.03, 0.1), (8, 16, 32, 64, 128)

        def value(config: Mapping[str, Any]) -> float:
            i, j = lrs.index(config["lr"]), sizes.index(config["batch_size"])
            return 0.5 + 0.08 * min(i, j) - 0.1 * abs(i - j)

        problem = made({"lr": lrs, "batch_size": sizes}, value, max_epochs=6, budget=90)
        return value(search(problem)[0]) > 0.5

    def same_again() -> list[bool]:
        state = submission.build("common:global_state")
        asked, moved = [], []
        for global_seed in (1, 2):
            state.seed(global_seed)
            before = state.digest()
            problem = made(
                {"depth": tuple(range(30)), "width": tuple(range(30))},
                lambda config: 0.5 + 0.01 * float(config["depth"]),
                max_epochs=9,
                budget=90,
            )
            search(problem, 3)
            moved.append(state.digest() != before)
            asked.append(problem.asked)
        return [asked[0] == asked[1], any(moved)]

    return {
        "choice": outcome(choice),
        "accounts": accounts(),
        "diverged": outcome(diverged),
        "ridge": outcome(ridge),
        "same again": outcome(same_again),
    }
