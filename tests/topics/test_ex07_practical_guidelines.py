"""The reference of topic 7 against oracles and hand-computed values, and its labs."""

from __future__ import annotations

import copy
import itertools
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grader import labs, recorded
from grader.labs.ex07_practical_guidelines import TrainingFailed, objective, training
from grader.paths import load_module, solutions_dir
from grader.recorded import LANDSCAPES, Problem, draw, made

NAN, INF = math.nan, math.inf
MODULE = "ex07_practical_guidelines"


def load() -> ModuleType:
    return load_module(solutions_dir() / f"{MODULE}.py", f"topic_tests.{MODULE}")


SOLUTION = load()


# EarlyStopping


def by_definition(
    values: list[float], patience: int, min_delta: float, mode: str
) -> tuple[list[bool], int | None]:
    """What update says, and the epoch of the best: each epoch judged afresh from all before it."""
    sign = 1 if mode == "min" else -1
    improvements: list[int] = []
    says: list[bool] = []
    for epoch, value in enumerate(values):
        if not math.isfinite(value):
            return [*says, True], improvements[-1] if improvements else None
        if not improvements or sign * (values[improvements[-1]] - value) > min_delta:
            improvements.append(epoch)
        says.append(epoch - improvements[-1] >= patience)
        if says[-1]:
            break
    return says, improvements[-1] if improvements else None


EIGHTHS = st.integers(-24, 24).map(lambda n: n / 8)


@settings(max_examples=300)
@given(
    values=st.lists(EIGHTHS | st.sampled_from([NAN, INF, -INF]), max_size=30),
    patience=st.integers(1, 6),
    min_delta=st.integers(0, 12).map(lambda n: n / 8),
    mode=st.sampled_from(["min", "max"]),
    fails_at=st.none() | st.integers(0, 12),
)
def test_EarlyStopping_agrees_with_its_definition(
    values: list[float], patience: int, min_delta: float, mode: str, fails_at: int | None
) -> None:
    reached = values if fails_at is None else values[:fails_at]
    says, best = by_definition(reached, patience, min_delta, mode)
    lab = training(patience=patience, min_delta=min_delta, mode=mode)
    got = lab.run(SOLUTION.EarlyStopping, values, fails_at)
    assert got["says"] == says
    assert got["best"] == (None if best is None else values[best])
    assert got["state"] == (None if best is None else [best, 10 * best, best, best])
    assert got["loaded"] == ([] if best is None else [got["state"]])
    stopped = bool(says) and says[-1]
    assert got["raised"] == (
        fails_at is not None and len(says) == fails_at < len(values) and not stopped
    )


def test_EarlyStopping_counts_as_Keras_and_Lightning_do() -> None:
    # patience 3: 0.5 is the best; 0.6, 0.7 and 0.5 (equal) improve nothing, and the third stops.
    stopper = SOLUTION.EarlyStopping(3)
    assert [stopper.update(v, i) for i, v in enumerate([0.9, 0.5, 0.6, 0.7, 0.5])] == [
        False,
        False,
        False,
        False,
        True,
    ]
    assert (stopper.best, stopper.best_state) == (0.5, 1)


def test_EarlyStopping_restores_the_model_that_torch_trained() -> None:
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.randn(16, 3)
    stopper, kept = SOLUTION.EarlyStopping(9), {}

    def train() -> None:
        nonlocal kept
        for epoch, loss in enumerate([3.0, 1.0, 2.0, 2.0]):
            optimizer.zero_grad()
            (model(x) ** 2).mean().backward()
            optimizer.step()
            if epoch == 1:
                kept = copy.deepcopy(model.state_dict())
            stopper.update(loss, model.state_dict())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), stopper.restoring(model.load_state_dict):
        train()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, kept[name]), name


def test_the_lab_tells_a_reference_from_a_copy_and_a_shallow_copy() -> None:
    class Reference(SOLUTION.EarlyStopping):  # type: ignore[misc, name-defined]
        def update(self, value: float, state: Any) -> bool:
            said: bool = super().update(value, state)
            self.best_state = state
            return said

    class Shallow(Reference):
        def update(self, value: float, state: Any) -> bool:
            return super().update(value, dict(state))

    lab = training(patience=2)
    assert lab.run(SOLUTION.EarlyStopping, [2.0, 1.0, 3.0, 3.0])["state"] == [1, 10, 1, 1]
    assert lab.run(Reference, [2.0, 1.0, 3.0, 3.0])["state"] == [99, 990, 99, 99]
    assert lab.run(Shallow, [2.0, 1.0, 3.0, 3.0])["state"] == [99, 990, 99, 3]


def test_the_lab_lets_other_errors_through() -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        training(patience=2).run(broken, [1.0])
    assert issubclass(TrainingFailed, Exception)


# one_standard_error


@settings(max_examples=300)
@given(
    st.integers(1, 7).flatmap(
        lambda n: st.integers(2, 10).flatmap(
            lambda k: st.lists(
                st.lists(st.floats(0, 1), min_size=k, max_size=k), min_size=n, max_size=n
            )
        )
    )
)
def test_one_standard_error_agrees_with_scipys_error_of_the_mean(scores: list[list[float]]) -> None:
    means = [math.fsum(row) / len(row) for row in scores]
    best = max(means)
    error = float(stats.sem(scores[means.index(best)]))
    got = SOLUTION.one_standard_error(scores)
    assert SOLUTION.one_standard_error(np.array(scores)) == got
    assert means[got] >= best - error - 1e-9
    assert all(mean < best - error + 1e-9 for mean in means[:got])


def test_one_standard_error_by_hand() -> None:
    # Means 0.72, 0.87, 0.89; the last row's deviations are 0.03 each: std = sqrt(2 * 0.03**2), over
    # sqrt(2) makes 0.03. 0.87 is within 0.89 - 0.03 = 0.86, 0.72 is not.
    assert SOLUTION.one_standard_error([[0.70, 0.74], [0.86, 0.88], [0.86, 0.92]]) == 1
    # An error of exactly 1: std([3, -1, -1, -1]) = sqrt(12 / 3) = 2, over sqrt(4).
    assert SOLUTION.one_standard_error([[-1.0] * 4, [3.0, -1.0, -1.0, -1.0]]) == 0
    assert SOLUTION.one_standard_error([[-1.125] * 4, [3.0, -1.0, -1.0, -1.0]]) == 1


@pytest.mark.parametrize("scores", [[], [[]], [[0.5]], [0.5, 0.6], [[[0.5, 0.6]]], [[NAN, 1.0]]])
def test_one_standard_error_refuses(scores: Any) -> None:
    with pytest.raises(ValueError, match="`scores` must be"):
        SOLUTION.one_standard_error(scores)


# lint_plan

NAMES = ["lr", "width", "depth", "activation", "batch_size", "dropout", "weight_decay", "momentum"]
RANK = dict(zip(NAMES, [0, 1, 1, 1, 2, 3, 3, 4], strict=True))


@st.composite
def plans(draw_: st.DrawFn) -> dict[str, Any]:
    names = draw_(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    stages = draw_(st.lists(st.lists(st.sampled_from(names), max_size=3), max_size=4))
    left = [name for name in names if not any(name in stage for stage in stages)]
    choices = st.lists(st.integers(), min_size=1, max_size=9) | st.sampled_from(
        [(0.1, 0.2, "log"), (0.1, 0.2, "linear")]
    )
    return {
        "select_on": draw_(st.sampled_from(["validation", "cross-validation", "test"])),
        "method": draw_(st.sampled_from(["random", "bayesian"])),
        "trials": draw_(st.integers(1, 80)),
        "space": {name: draw_(choices) for name in names},
        "stages": [*stages, left] if left else stages,
        **draw_(st.sampled_from([{}, {"patience": None}, {"patience": 3}])),
    }


@settings(max_examples=300)
@given(plans())
def test_lint_plan_agrees_with_the_rules_one_by_one(plan: dict[str, Any]) -> None:
    before = copy.deepcopy(plan)
    codes = [code for code, remedy in SOLUTION.lint_plan(plan) if remedy]
    assert plan == before
    space, stages = plan["space"], plan["stages"]
    least = 59 if plan["method"] == "random" else 20
    sizes = [len(v) if isinstance(v, list) else INF for v in space.values()]
    # Names in the order in which they first come; those of one stage sorted by rank, so that only
    # an order between stages can be wrong.
    seen: list[str] = []
    for stage in stages:
        seen += sorted(set(stage) - set(seen), key=RANK.__getitem__)
    out_of_order = any(RANK[a] > RANK[b] for a, b in itertools.pairwise(seen))
    wanted = {
        "test-data": plan["select_on"] == "test",
        "too-few-trials": plan["trials"] < min(least, math.prod(sizes)),
        "ignored-interactions": ["batch_size"]
        in [[n for n in s if n in ("lr", "batch_size")][:1] for s in stages if "lr" not in s],
        "no-early-stopping": "patience" not in plan or plan["patience"] is None,
        "linear-lr": space.get("lr", 0) == (0.1, 0.2, "linear"),
        "tuning-order": out_of_order,
    }
    assert codes == [code for code, made_ in wanted.items() if made_]


# The problems that `tune` is judged by


def asked(problem: Problem) -> Any:
    return objective(problem.train, problem.remaining, problem.open_test, problem.max_epochs)


def brute_force_random_search(problem: Problem) -> float:
    """The same expectation from all draws, each choosing by validation, first of equals."""
    val, test = (table.ravel() for table in problem.tables())
    n = problem.budget // problem.max_epochs
    order = np.argsort(-val, kind="stable").tolist()
    draws = itertools.combinations(range(val.size), n)
    return float(np.mean([test[min(drawn, key=order.index)] for drawn in draws]))


@pytest.mark.parametrize("whole", [1, 2, 3, 12])
def test_the_expectation_of_random_search_is_that_over_all_draws(whole: int) -> None:
    rng = np.random.default_rng(4)
    table = {(d, w): rng.random() for d in (1, 2, 3) for w in (8, 16, 32, 64)}
    problem = made(
        {"depth": (1, 2, 3), "width": (8, 16, 32, 64)},
        lambda c: table[c["depth"], c["width"]],  # type: ignore[index]
        max_epochs=3,
        budget=3 * whole,
    )
    # Of a made landscape validation and test agree; a recorded one is checked by simulation below.
    assert problem.by_random_search() == pytest.approx(brute_force_random_search(problem))


def test_the_expectation_of_random_search_is_what_random_searches_reach() -> None:
    problem = draw(np.random.default_rng(8), "spirals")
    val, test = (table.ravel() for table in problem.tables())
    rng = np.random.default_rng(0)
    reached = []
    for _ in range(4000):
        drawn = rng.choice(val.size, size=recorded.WHOLE_TRAININGS, replace=False)
        reached.append(test[drawn[np.argmax(val[drawn])]])
    error = np.std(reached) / math.sqrt(len(reached))
    assert problem.by_random_search() == pytest.approx(np.mean(reached), abs=5 * error)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_drawn_problem_reads_off_the_landscape(name: str) -> None:
    from engine.landscape import load as load_landscape

    landscape = load_landscape(name)
    for seed in range(20):
        problem = draw(np.random.default_rng(seed), name)
        rng = np.random.default_rng(seed)
        point = [int(rng.integers(len(choices))) for choices in problem.space.values()]
        config = {n: c[i] for (n, c), i in zip(problem.space.items(), point, strict=True)}
        val, test = problem.tables()
        own = {**config, "seed": problem.seed}
        assert problem.train(config, 3) == landscape.score(own, 3)
        assert problem.train(config, problem.max_epochs) == val[tuple(point)]
        others = [landscape.score({**config, "seed": s}, problem.max_epochs) for s in range(3)]
        del others[problem.seed]
        assert problem.open_test(config) == pytest.approx(np.mean(others))
        assert test[tuple(point)] == pytest.approx(np.mean(others))
        rank = float(np.mean(test < problem.test_score(problem.start)))
        assert rank <= 0.5
        assert problem.remaining() == problem.budget - problem.max_epochs


def test_a_problem_keeps_its_accounts_and_its_seal() -> None:
    problem = made({"depth": (1, 2)}, lambda c: 0.5, max_epochs=4, budget=7)
    ask = asked(problem)
    assert ask.max_epochs == 4
    assert ask({"depth": 1}, 4) == pytest.approx(0.5 * (1 - 0.5 / 4))
    assert ask.remaining == 3
    assert ask({"depth": 1}, 2) == pytest.approx(0.5 * (1 - 0.5 / 2))  # paid for already
    assert ask.remaining == 2  # for the call
    with pytest.raises(ValueError, match="3 more epochs were asked for"):
        ask({"depth": 2}, 3)
    with pytest.raises(ValueError, match="must be one of"):
        ask({"depth": 3}, 1)
    with pytest.raises(ValueError, match="with the names"):
        ask.open_test({"width": 3})
    assert problem.opened == []
    ask.open_test({"depth": 2})
    with pytest.raises(ValueError, match="open already"):
        ask.open_test({"depth": 2})
    with pytest.raises(ValueError, match="ends the search"):
        ask({"depth": 1}, 1)
    assert len(problem.opened) == 2


# tune


def tuned(problem: Problem, seed: int = 0) -> tuple[dict[str, Any], float]:
    space = {name: list(choices) for name, choices in problem.space.items()}
    before = copy.deepcopy(space)
    config, score = SOLUTION.tune(asked(problem), space, problem.budget, seed)
    assert space == before
    return config, score


@settings(max_examples=300, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    max_epochs=st.integers(1, 30),
    share=st.floats(0, 1),
    bad=st.floats(0, 1),
    seed=st.integers(0, 2**32),
)
def test_tune_keeps_the_budget_and_chooses_the_best_that_it_trained(
    sizes: list[int], max_epochs: int, share: float, bad: float, seed: int
) -> None:
    names = ["depth", "width", "batch_size"]
    space = {name: tuple(range(1, n + 1)) for name, n in zip(names, sizes, strict=False)}
    points = math.prod(sizes)
    rng = np.random.default_rng(seed)
    values = np.where(rng.random(points) < bad, NAN, rng.permutation(points) / points)
    table = dict(zip(itertools.product(*space.values()), values.tolist(), strict=True))
    budget = max_epochs + int(share * (points - 1) * max_epochs)
    problem = made(space, lambda c: table[tuple(c.values())], max_epochs=max_epochs, budget=budget)
    config, score = tuned(problem, seed)
    assert problem.opened == [config]
    value = table[tuple(config.values())]
    assert score == pytest.approx(value * (1 - 0.5 / max_epochs), nan_ok=True)
    # On a made landscape the order never changes, so that halving loses nothing that it has seen.
    seen = [table[tuple(c.values())] for c, _ in problem.asked]
    assert not (math.isnan(value) and not all(map(math.isnan, seen)))
    assert math.isnan(value) or value == np.nanmax(seen)
    assert problem.asked[0][0] == problem.start


def test_tune_falls_back_on_what_has_not_diverged() -> None:
    # All three that survive the first rung diverge on the second: one of the others is chosen.
    class Late:
        max_epochs, remaining = 9, 10_000

        def __call__(self, config: dict[str, int], epochs: int) -> float:
            if config["depth"] >= 6:
                return NAN if epochs > 1 else 0.9
            return 0.1 * config["depth"]

        def open_test(self, config: dict[str, int]) -> float:
            return float(config["depth"])

    config, score = SOLUTION.tune(Late(), {"depth": list(range(1, 9))}, 72, 0)
    assert (config, score) == ({"depth": 5}, 5.0)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_tune_beats_random_search_on_average(name: str) -> None:
    rng = np.random.default_rng(11)
    over = []
    for seed in range(100):
        problem = draw(rng, name)
        over.append(tuned(problem, seed)[1] - problem.by_random_search())
    assert np.mean(over) > 2 * np.std(over) / math.sqrt(len(over))


def test_the_lab_is_built_by_name() -> None:
    built: Any = labs.build(
        f"{MODULE}:objective",
        train=lambda config, epochs: float(epochs),
        remaining=lambda: 7,
        open_test=lambda config: 0.5,
        max_epochs=3,
    )
    assert (built({"depth": 1}, epochs=2), built.remaining, built.max_epochs) == (2.0, 7, 3)
    assert built.open_test({"depth": 1}) == 0.5
