"""How often chance alone decides a mark of the capstone: `python -m benchmarks tuning`.

Each strategy tunes many drawn problems, in this process. Then the two statistical checks of
`tune` are repeated on problems picked at random from those, and failures are counted.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from grader import recorded
from grader.labs.ex07_practical_guidelines import objective
from grader.paths import load_module, solutions_dir

# As in the hidden checks: problems of each landscape, and how far the mean may fall behind.
START_PROBLEMS, START_SLACK = 6, 0.01
RANDOM_PROBLEMS, RANDOM_SLACK = 12, 0.06
_CHECKS = 200_000

Space = Mapping[str, list[Any]]
Strategy = Callable[[Any, Space, int, int], tuple[dict[str, Any], float]]


class Measured(NamedTuple):
    """What one strategy reached on the problems of one landscape, each of shape (n,)."""

    over_start: np.ndarray[Any, np.dtype[np.float64]]
    over_random: np.ndarray[Any, np.dtype[np.float64]]


def drawn(space: Space, rng: np.random.Generator) -> dict[str, Any]:
    """Draw a configuration."""
    return {name: choices[int(rng.integers(len(choices)))] for name, choices in space.items()}


def random_search(ask: Any, space: Space, budget: int, seed: int) -> tuple[dict[str, Any], float]:
    """Whole trainings only, drawn with replacement."""
    rng = np.random.default_rng(seed)
    trials = []
    while ask.remaining >= ask.max_epochs:
        config = drawn(space, rng)
        trials.append((ask(config, ask.max_epochs), config))
    best = max(trials, key=lambda trial: trial[0])[1]
    return best, ask.open_test(best)


def tpe(ask: Any, space: Space, budget: int, seed: int) -> tuple[dict[str, Any], float]:
    """Optuna's sampler with whole trainings."""
    study = _study(seed)
    while ask.remaining >= ask.max_epochs:
        trial = study.ask()
        config = {name: trial.suggest_categorical(name, c) for name, c in space.items()}
        study.tell(trial, ask(config, ask.max_epochs))
    return dict(study.best_params), ask.open_test(study.best_params)


def tpe_pruned(ask: Any, space: Space, budget: int, seed: int) -> tuple[dict[str, Any], float]:
    """Optuna's sampler with the median pruner, looked at after each tenth of the epochs."""
    study = _study(seed)
    step = math.ceil(ask.max_epochs / 10)
    while ask.remaining >= ask.max_epochs:
        trial = study.ask()
        config = {name: trial.suggest_categorical(name, c) for name, c in space.items()}
        value, pruned = math.nan, False
        for epoch in range(step, ask.max_epochs + 1, step):
            value = ask(config, epoch)
            trial.report(value, epoch)
            if pruned := epoch < ask.max_epochs and trial.should_prune():
                break
        state = _state("PRUNED") if pruned else None
        study.tell(trial, None if pruned else value, state=state)
    return dict(study.best_params), ask.open_test(study.best_params)


def start(ask: Any, space: Space, budget: int, seed: int) -> tuple[dict[str, Any], float]:
    """Nothing is tuned."""
    config = {name: choices[0] for name, choices in space.items()}
    return config, ask.open_test(config)


def blind(ask: Any, space: Space, budget: int, seed: int) -> tuple[dict[str, Any], float]:
    """One configuration drawn, none trained."""
    config = drawn(space, np.random.default_rng(seed))
    return config, ask.open_test(config)


def worst(ask: Any, space: Space, budget: int, seed: int) -> tuple[dict[str, Any], float]:
    """Random search that keeps the lowest accuracy."""
    rng = np.random.default_rng(seed)
    trials = []
    for _ in range(budget // ask.max_epochs):
        config = drawn(space, rng)
        trials.append((ask(config, ask.max_epochs), config))
    chosen = min(trials, key=lambda trial: trial[0])[1]
    return chosen, ask.open_test(chosen)


def measure(strategy: Strategy, name: str, n: int) -> Measured:
    """Tune `n` problems drawn from a landscape."""
    rng = np.random.default_rng(7)
    over_start, over_random = np.empty(n), np.empty(n)
    for i in range(n):
        problem = recorded.draw(rng, name)
        ask = objective(problem.train, problem.remaining, problem.open_test, problem.max_epochs)
        space = {key: list(choices) for key, choices in problem.space.items()}
        _, score = strategy(ask, space, problem.budget, i)
        over_start[i] = score - problem.test_score(problem.start)
        over_random[i] = score - problem.by_random_search()
    return Measured(over_start, over_random)


def failures(parts: list[np.ndarray[Any, Any]], problems: int, slack: float) -> float:
    """Share of checks that fail, each on that many problems of every landscape."""
    rng = np.random.default_rng(1)
    sums = np.zeros(_CHECKS)
    for part in parts:
        for _ in range(problems):
            sums += rng.choice(part, size=_CHECKS)
    return float(np.mean(sums / (problems * len(parts)) < -slack))


def lines(n: int) -> Iterator[str]:
    """Measure strategies, right ones and others; yield a line for each.

    Args:
        n: Problems of each landscape.
    """
    reference = load_module(solutions_dir() / "ex07_practical_guidelines.py", "tuning.reference")
    strategies: dict[str, Strategy] = {
        "halving": reference.tune,
        "random search": random_search,
        "TPE": tpe,
        "TPE, pruned": tpe_pruned,
        "start": start,
        "blind": blind,
        "worst": worst,
    }
    yield f"{2 * n} problems each; mean test accuracy over the start and over random search"
    for label, strategy in strategies.items():
        began = time.perf_counter()
        parts = [measure(strategy, name, n) for name in recorded.LANDSCAPES]
        each = 1e3 * (time.perf_counter() - began) / (2 * n)
        by_start, by_random = ([part[i] for part in parts] for i in (0, 1))
        yield (
            f"{label:14}{np.mean(by_start):+8.3f}{np.mean(by_random):+8.3f}"
            f"  fails: start {failures(by_start, START_PROBLEMS, START_SLACK):.5f},"
            f" random {failures(by_random, RANDOM_PROBLEMS, RANDOM_SLACK):.5f}"
            f"  {each:.0f} ms"
        )


def _study(seed: int) -> Any:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    sampler = optuna.samplers.TPESampler(seed=seed)
    return optuna.create_study(direction="maximize", sampler=sampler)


def _state(name: str) -> Any:
    import optuna

    return optuna.trial.TrialState[name]
