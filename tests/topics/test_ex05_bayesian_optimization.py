"""The reference of topic 5 against oracles and hand-computed values, and its lab."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import optuna
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import simpson
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel

from grader import labs
from grader.paths import load_module, solutions_dir

NAN = math.nan
MODULE = "ex05_bayesian_optimization"
LAB = f"{MODULE}:objective_lab"


def load() -> ModuleType:
    return load_module(solutions_dir() / f"{MODULE}.py", f"topic_tests.{MODULE}")


SOLUTION = load()


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(autouse=True)
def quiet_optuna() -> Iterator[None]:
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(verbosity)


@contextmanager
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


# expected_improvement


def test_expected_improvement_by_hand() -> None:
    # d = -0.2, z = -0.4: -0.2 * 0.3445783 + 0.5 * 0.3682701.
    assert SOLUTION.expected_improvement(0.3, 0.5, 0.1) == pytest.approx(0.115219418, abs=1e-9)
    assert SOLUTION.expected_improvement(0.0, 1.0, 0.0) == pytest.approx(1 / math.sqrt(2 * math.pi))


@settings(max_examples=300, deadline=None)
@given(
    mu=st.floats(-3, 3),
    sigma=st.floats(0.05, 3),
    gap=st.floats(-4, 4),
    xi=st.floats(-1, 1),
)
def test_expected_improvement_is_the_integral_of_the_gain(
    mu: float, sigma: float, gap: float, xi: float
) -> None:
    target = mu + gap * sigma
    values = np.linspace(min(mu - 10 * sigma, target), target, 4001)
    integral = simpson((target - values) * stats.norm.pdf(values, mu, sigma), x=values)
    got = SOLUTION.expected_improvement(mu, sigma, target + xi, xi)
    assert got == pytest.approx(integral, rel=1e-6, abs=1e-9)


def test_expected_improvement_is_the_mean_of_sampled_gains() -> None:
    values = rng().normal(0.4, 0.7, size=1_000_000)
    sampled = np.maximum(0.5 - 0.1 - values, 0)
    error = sampled.std() / math.sqrt(sampled.size)
    got = SOLUTION.expected_improvement(0.4, 0.7, 0.5, 0.1)
    assert abs(got - sampled.mean()) < 5 * error


@given(mu=st.floats(-1e6, 1e6), best=st.floats(-1e6, 1e6))
def test_expected_improvement_is_steady_as_doubt_vanishes(mu: float, best: float) -> None:
    certain = SOLUTION.expected_improvement(mu, 0.0, best)
    assert certain == max(best - mu, 0.0)
    assert SOLUTION.expected_improvement(mu, 1e-9, best) == pytest.approx(certain, abs=1e-8)


def test_expected_improvement_takes_each_pair_of_shapes() -> None:
    mu, sigma = np.linspace(-1, 1, 6).reshape(2, 3), np.abs(np.linspace(-1, 1, 6)).reshape(2, 3)
    whole = SOLUTION.expected_improvement(mu, sigma, 0.2, 0.05)
    assert whole.shape == (2, 3)
    single = [
        float(SOLUTION.expected_improvement(m, s, 0.2, 0.05))
        for m, s in zip(mu.flat, sigma.flat, strict=True)
    ]
    np.testing.assert_array_equal(whole.ravel(), single)
    assert SOLUTION.expected_improvement(mu, 0.5, 0.2).shape == (2, 3)


@pytest.mark.parametrize("sigma", [-1.0, NAN, np.array([1.0, -0.1])])
def test_expected_improvement_names_the_sigma_that_it_refuses(sigma: Any) -> None:
    with pytest.raises(ValueError, match="`sigma` must be at least 0, but got sigma="):
        SOLUTION.expected_improvement(0.0, sigma, 0.0)


# gp_posterior


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 12),
    d=st.integers(1, 4),
    length=st.floats(0.2, 4),
    variance=st.floats(0.1, 10),
    noise=st.floats(1e-3, 2),
)
def test_gp_posterior_is_that_of_sklearn(
    seed: int, n: int, d: int, length: float, variance: float, noise: float
) -> None:
    source = rng(seed)
    X, Xs, y = source.normal(size=(n, d)), source.normal(size=(7, d)), source.normal(size=n)
    X[n // 2] = X[0]  # a row that comes twice, but for n = 1
    model = GaussianProcessRegressor(
        ConstantKernel(variance) * RBF(length), alpha=noise, optimizer=None
    ).fit(X, y)
    mean, std = model.predict(Xs, return_std=True)
    got_mean, got_std = SOLUTION.gp_posterior(X, y, Xs, length, variance, noise)
    np.testing.assert_allclose(got_mean, mean, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(got_std, std, rtol=1e-7, atol=1e-10)


def test_gp_posterior_of_two_measurements_by_hand() -> None:
    # K = [[3.5, 3], [3, 3.5]] and Ks = [3, 3], so K^-1 Ks^T = [3, 3] / 6.5.
    X, y = np.array([[1.0], [1.0]]), np.array([1.0, 3.0])
    mean, std = SOLUTION.gp_posterior(X, y, X[:1], 2.0, 3.0, 0.5)
    assert mean == pytest.approx([12 / 6.5])
    assert std**2 == pytest.approx([3 - 18 / 6.5])


def test_gp_posterior_is_never_nan_though_rounding_makes_variances_negative() -> None:
    X = 2.0 * np.arange(40)[:, None]
    _, std = SOLUTION.gp_posterior(X, np.sin(X[:, 0]), X, 1.0, 3.0, 1e-15)
    assert np.isfinite(std).all()
    assert (std == 0).any(), "no variance was clipped: the case tests nothing"
    assert std.max() < 1e-6


@pytest.mark.parametrize("name", ["length", "variance", "noise"])
@pytest.mark.parametrize("value", [0.0, -1.0, NAN])
def test_gp_posterior_names_the_setting_that_it_refuses(name: str, value: float) -> None:
    good = {"length": 1.0, "variance": 1.0, "noise": 1.0}
    with pytest.raises(ValueError, match=f"must be positive, but got .*{name}={value}"):
        SOLUTION.gp_posterior(
            np.zeros((1, 1)), np.zeros(1), np.zeros((1, 1)), **good | {name: value}
        )


def test_gp_posterior_wants_a_measurement_for_each_row() -> None:
    with pytest.raises(ValueError, match="of one length, but got 2 and 1"):
        SOLUTION.gp_posterior(np.zeros((2, 1)), np.zeros(1), np.zeros((1, 1)), 1.0, 1.0, 1.0)


# should_prune


class Study:
    """What a pruner asks of a study, without a storage: thousands are made."""

    def __init__(self, trials: list[optuna.trial.FrozenTrial], direction: str) -> None:
        self._trials = trials
        self.direction = optuna.study.StudyDirection[direction.upper()]

    def get_trials(self, deepcopy: bool, states: tuple[Any, ...]) -> list[Any]:
        return [trial for trial in self._trials if trial.state in states]


def frozen(state: str, values: dict[int, float]) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        state=optuna.trial.TrialState[state],
        value=0.0 if state == "COMPLETE" else None,
        intermediate_values=values,
    )


def random_question(source: np.random.Generator) -> tuple[Any, dict[int, float], dict[str, Any]]:
    """Curves on a coarse grid with gaps, NaN and ties, in any order of steps."""

    def curve(length: int) -> dict[int, float]:
        steps = source.permutation(length)[: source.choice([0, 1, 2, 4, 6, 6])].tolist()
        values = source.choice([0.0, 0.25, 0.5, 0.75, 1.0, NAN], size=len(steps)).tolist()
        return dict(zip(steps, values, strict=True))

    states = ["COMPLETE", "COMPLETE", "COMPLETE", "PRUNED", "FAIL", "RUNNING"]
    history = [
        {"state": str(source.choice(states)), "values": curve(6)}
        for _ in range(source.integers(0, 12))
    ]
    options = {
        "n_startup": int(source.integers(0, 4)),
        "n_warmup": int(source.integers(0, 3)),
        "interval": int(source.integers(1, 4)),
        "n_min_trials": int(source.integers(1, 4)),
        "direction": str(source.choice(["minimize", "maximize"])),
    }
    return history, curve(6), options


@pytest.mark.filterwarnings("ignore:All-NaN slice")  # Optuna's, where a trial is all NaN
def test_should_prune_decides_as_optunas_median_pruner_does() -> None:
    source, answers = rng(1), {True: 0, False: 0}
    for _ in range(4000):
        history, current, options = random_question(source)
        got = SOLUTION.should_prune(history, current, **options)
        pruner = optuna.pruners.MedianPruner(
            options["n_startup"],
            options["n_warmup"],
            options["interval"],
            n_min_trials=options["n_min_trials"],
        )
        study: Any = Study([frozen(**trial) for trial in history], options["direction"])
        wanted = pruner.prune(study, frozen("RUNNING", current))
        assert got == wanted, (history, current, options)
        assert type(got) is bool
        answers[got] += 1
    assert min(answers.values()) > 200, "the cases are too much alike"


def test_should_prune_in_a_real_study() -> None:
    study = optuna.create_study(pruner=optuna.pruners.MedianPruner(n_startup_trials=3))
    source, said = rng(2), []
    for _ in range(25):
        history = [
            {"state": trial.state.name, "values": dict(trial.intermediate_values)}
            for trial in study.trials
        ]
        trial, level, pruned = study.ask(), source.uniform(), False
        current: dict[int, float] = {}
        for step in range(6):
            current[step] = float(level + source.normal(scale=0.3))
            trial.report(current[step], step)
            said.append((SOLUTION.should_prune(history, current, 3), trial.should_prune()))
            if pruned := said[-1][1]:
                break
        state = optuna.trial.TrialState.PRUNED if pruned else optuna.trial.TrialState.COMPLETE
        study.tell(trial, None if pruned else level, state)
    assert [ours for ours, _ in said] == [theirs for _, theirs in said]
    assert len({theirs for _, theirs in said}) == 2


def test_should_prune_by_hand() -> None:
    history = [{"state": "COMPLETE", "values": {0: 1.0, 1: v}} for v in (0.2, 0.4, 0.6, 0.8)]
    # The median at step 1 is (0.4 + 0.6) / 2.
    assert SOLUTION.should_prune(history, {0: 0.9, 1: 0.51}, n_startup=4)
    assert not SOLUTION.should_prune(history, {0: 0.9, 1: 0.5}, n_startup=4)
    assert not SOLUTION.should_prune(history, {0: 0.9, 1: 0.51}, n_startup=5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_startup": -1}, "n_startup=-1"),
        ({"n_warmup": -2}, "n_warmup=-2"),
        ({"interval": 0}, "interval=0"),
        ({"n_min_trials": 0}, "n_min_trials=0"),
        ({"direction": "max"}, "direction='max'"),
    ],
)
def test_should_prune_names_the_setting_that_it_refuses(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        SOLUTION.should_prune([], {}, **options)


# hyperband_brackets


def test_hyperband_brackets_by_hand() -> None:
    assert SOLUTION.hyperband_brackets(81, 3) == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],  # 5 * 27 / 4 = 33.75
        [(15, 9), (5, 27), (1, 81)],  # 5 * 9 / 3
        [(8, 27), (2, 81)],  # 5 * 3 / 2 = 7.5
        [(5, 81)],
    ]
    assert [bracket[0] for bracket in SOLUTION.hyperband_brackets(243, 3)] == [
        (243, 1),
        (98, 3),  # 6 * 81 / 5 = 97.2
        (41, 9),  # 6 * 27 / 4 = 40.5
        (18, 27),
        (9, 81),
        (6, 243),
    ]
    assert SOLUTION.hyperband_brackets(1000, 10)[0] == [(1000, 1), (100, 10), (10, 100), (1, 1000)]


@given(R=st.integers(1, 10**6), eta=st.integers(2, 12))
def test_hyperband_brackets_hold_what_the_paper_says(R: int, eta: int) -> None:
    brackets = SOLUTION.hyperband_brackets(R, eta)
    s_max = len(brackets) - 1
    assert eta**s_max <= R < eta ** (s_max + 1)
    for s, bracket in zip(range(s_max, -1, -1), brackets, strict=True):
        assert len(bracket) == s + 1
        n = bracket[0][0]
        assert (n - 1) * (s + 1) < (s_max + 1) * eta**s <= n * (s + 1)  # rounded up
        assert bracket[-1][1] == R
        for (n, r), (fewer, more) in pairwise(bracket):
            assert fewer * eta <= n < (fewer + 1) * eta
            assert r * eta <= more < (r + 1) * eta
        assert min(min(rung) for rung in bracket) >= 1


def test_hyperband_brackets_count_powers_exactly() -> None:
    for eta in range(2, 13):
        for power in range(13):
            assert len(SOLUTION.hyperband_brackets(eta**power, eta)) == power + 1


@pytest.mark.parametrize(("R", "eta"), [(0, 3), (-1, 3), (9, 1), (9, 0)])
def test_hyperband_brackets_name_what_they_refuse(R: int, eta: int) -> None:
    with pytest.raises(ValueError, match=f"but got R={R}, eta={eta}"):
        SOLUTION.hyperband_brackets(R, eta)


# objective, and the data that it is given


def test_digits_split_is_stratified_and_leaves_450_images_out() -> None:
    train_x, train_y, val_x, val_y = SOLUTION.digits_split()
    assert (train_x.shape, val_x.shape) == ((1010, 64), (337, 64))
    assert (train_x.dtype, train_y.dtype) == (torch.float32, torch.int64)
    assert (float(train_x.min()), float(train_x.max())) == (0.0, 1.0)
    shares = [torch.bincount(y, minlength=10) / len(y) for y in (train_y, val_y)]
    assert torch.allclose(shares[0], shares[1], atol=0.004)
    rows = {tuple(row.tolist()) for row in torch.cat([train_x, val_x])}
    assert len(rows) == 1010 + 337, "an image is in both splits"


def test_objective_learns_the_digits_and_settings_matter() -> None:
    good, slow = ({"lr": lr, "width": 32, "dropout": 0.1} for lr in (1e-2, 1e-4))
    with one_thread():
        assert SOLUTION.objective(optuna.trial.FixedTrial(good)) > 0.93
        assert SOLUTION.objective(optuna.trial.FixedTrial(slow)) < 0.8


def small_data(n: int = 40) -> dict[str, Any]:
    source = rng(3)
    y = source.integers(0, 10, size=n)
    x = np.clip(
        np.eye(10)[y] @ source.uniform(size=(10, 64)) + 0.2 * source.normal(size=(n, 64)), 0, 1
    )
    return {"train_x": x, "train_y": y, "val_x": x[:20], "val_y": y[:20]}


def lab() -> Any:
    return labs.build(LAB, **small_data())


PARAMS = {"lr": 0.01, "width": 20, "dropout": 0.3}


def test_objective_trains_as_a_loop_written_anew_does() -> None:
    data = small_data(32)  # one batch: the order of rows makes no difference but in rounding
    seen = labs.build(LAB, **data).run(SOLUTION.objective, PARAMS | {"dropout": 0.0})  # type: ignore[attr-defined]
    model = torch.nn.Sequential(torch.nn.Linear(64, 20), torch.nn.ReLU(), torch.nn.Linear(20, 10))
    start = [torch.tensor(w) for w in seen["steps"][0]["weights"]]
    model.double().load_state_dict(dict(zip(model.state_dict(), start, strict=True)))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x = torch.tensor(data["train_x"], dtype=torch.float32).double()
    y = torch.tensor(data["train_y"])
    for _ in range(10):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    for got, wanted in zip(seen["epochs"][-1]["weights"], model.parameters(), strict=True):
        np.testing.assert_allclose(got, wanted.detach().numpy(), rtol=1e-2, atol=1e-3)


def test_objective_in_a_study_prunes_bad_trials() -> None:
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.RandomSampler(seed=0),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
    )
    module = load()
    data = [torch.tensor(part) for part in small_data().values()]
    module.digits_split = lambda: (data[0].float(), data[1], data[2].float(), data[3])  # type: ignore[attr-defined]
    with one_thread():
        study.optimize(module.objective, n_trials=12)
    states = {trial.state.name for trial in study.trials}
    assert states == {"COMPLETE", "PRUNED"}
    for trial in study.trials:
        reports = trial.intermediate_values
        assert sorted(reports) == list(range(len(reports)))
        assert trial.value == reports[max(reports)]
        assert (len(reports) == 10) or trial.state.name == "PRUNED"


# The lab


def test_objective_lab_tells_what_the_reference_does() -> None:
    seen = lab().run(SOLUTION.objective, PARAMS)
    assert [question["name"] for question in seen["asked"]] == ["lr", "width", "dropout"]
    assert seen["asked"][1] == {
        "name": "width", "kind": "int", "low": 16, "high": 128, "log": False, "step": 1
    }  # fmt: skip
    assert (seen["dropout"], seen["questions"], seen["pruned"]) == ([0.3], 10, False)
    assert (seen["dropped_from"], seen["seed"]) == ([PARAMS["width"]], "0")
    assert (seen["optimizer"]["class"], seen["optimizer"]["lr"]) == ("Adam", 0.01)
    assert [epoch["steps"] for epoch in seen["epochs"]] == [2] * 10
    sums = np.float32(small_data()["train_x"]).sum(axis=1, dtype=np.float64)
    for epoch in seen["epochs"]:
        np.testing.assert_allclose(sorted(epoch["images"]), sorted(sums))
        assert epoch["training"]
        assert epoch["evaluating"]
    assert seen["result"] == seen["epochs"][-1]["value"]


def test_objective_lab_notices_what_goes_on_after_the_order_to_stop() -> None:
    def deaf(trial: Any) -> float:
        weight = torch.nn.Parameter(torch.ones(1))
        optimizer = torch.optim.SGD([weight], lr=0.1)
        for epoch in range(4):
            (weight**2).sum().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            trial.report(0.5, epoch)
            trial.should_prune()
        return 0.5

    seen = lab().run(deaf, {}, prune_at=1)
    assert (seen["pruned"], seen["steps_too_many"], seen["questions"]) == (False, 2, 4)
    assert seen["optimizer"]["class"] == "SGD"
    # Nothing clears the gradients: 2, then 2 + 2 * 0.8, then with weight 0.44 what was and 0.88.
    got = [float(step["gradients"][0][0]) for step in seen["steps"]]
    assert got == pytest.approx([2.0, 3.6, 4.48])


def test_objective_lab_asks_as_optuna_does() -> None:
    def odd(trial: Any) -> float:
        trial.suggest_categorical("kind", ["a", "b"])
        assert trial.suggest_int("layers", 1, 3) == 1, "the low end, for a name without a value"
        assert trial.params == {"kind": "a", "layers": 1}
        with pytest.raises(ValueError, match="must hold for `log=True`"):
            trial.suggest_float("lr", 0.0, 1.0, log=True)
        return float(trial.number)

    seen = lab().run(odd, {}, number=7)
    assert seen["result"] == 7
    assert [question["kind"] for question in seen["asked"]] == ["categorical", "int"]


def test_objective_lab_puts_everything_back() -> None:
    module = load()
    own, threads, verbosity = module.digits_split, torch.get_num_threads(), optuna.logging.INFO
    optuna.logging.set_verbosity(verbosity)

    def failing(trial: Any) -> float:
        raise RuntimeError("out of memory")

    built = lab()
    assert built.study(module.objective, 2, 0) == ["PRUNED after 0"] * 2
    with pytest.raises(RuntimeError, match="out of memory"):
        built.run(failing, {})
    assert "digits_split" not in globals()
    assert module.digits_split is own
    assert torch.get_num_threads() == threads
    assert optuna.logging.get_verbosity() == verbosity
    assert not torch.nn.modules.module._global_forward_pre_hooks


def test_patience_ends_what_does_not_and_nothing_else() -> None:
    def endless(step: int) -> None:
        while step:
            step += 1

    patience: Any = labs.build("common:patience")
    before = sys.gettrace()
    with pytest.raises(RuntimeError, match="endless was still running after 50 lines"):
        patience.wait_for(endless, 1, lines=50)
    assert patience.wait_for(endless, 0, lines=50) is None
    assert patience.wait_for(SOLUTION.hyperband_brackets, 3, 3) == [[(3, 1), (1, 3)], [(2, 3)]]
    with pytest.raises(ValueError, match="`eta` at least 2"):
        patience.wait_for(SOLUTION.hyperband_brackets, 3, 1)
    assert sys.gettrace() is before
