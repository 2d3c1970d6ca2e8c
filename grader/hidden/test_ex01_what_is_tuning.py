"""Hidden checks of topic 1, on fresh inputs.

False alarms: one check is statistical (that the samples are shuffled), in three counts that each
reject a right submission with probability at most 1e-7: 3e-7 a submission. That two of its splits
agree by chance has a probability of no account (below 1e-50). All others are exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from types import ModuleType
from typing import Any

import numpy as np

from grader.chance import assert_likely, assert_seed_decides
from grader.checks import (
    assert_equal,
    assert_refused,
    assert_returns,
    assert_true,
    check,
)
from grader.subject import Subject
from grader.values import to_plain

NETWORK = "ex01_what_is_tuning:network"
ARGUMENTS = "ex02_manual_tuning:arguments"

Shapes = dict[str, list[int]]


# --- Networks -----------------------------------------------------------------------------------


def sizes(rng: np.random.Generator, n: int) -> list[int]:
    """Different widths, so that no two layers have as many numbers by chance."""
    return [int(size) for size in rng.choice(np.arange(3, 40), size=n, replace=False)]


def shapes_of(layers: Sequence[Any], prefix: str = "") -> Shapes:
    """Shapes of all parameters, by the definitions of the layers, without torch."""
    shapes: Shapes = {}
    for number, layer in enumerate(layers):
        name = f"{prefix}{number}."
        if isinstance(layer, list):
            shapes |= shapes_of(layer, name)
            continue
        kind, *arguments = layer
        if kind == "Linear":
            wide, tall = arguments
            shapes |= {f"{name}weight": [tall, wide], f"{name}bias": [tall]}
        elif kind == "Conv2d":
            before, after, side = arguments
            shapes |= {f"{name}weight": [after, before, side, side], f"{name}bias": [after]}
        elif kind in ("BatchNorm1d", "LayerNorm"):
            shapes |= {f"{name}weight": arguments, f"{name}bias": arguments}
        elif kind == "Embedding":
            shapes |= {f"{name}weight": arguments}
        elif kind == "PReLU":
            shapes |= {f"{name}weight": [1]}
    return shapes


def numbers(shapes: Mapping[str, Sequence[int]]) -> int:
    return sum(math.prod(shape) for shape in shapes.values())


def plain_layers(rng: np.random.Generator) -> list[Any]:
    a, b, c, d = sizes(rng, 4)
    return [("Linear", a, b), ("ReLU",), ("Linear", b, c), ("Dropout", 0.5), ("Linear", c, d)]


def varied_layers(rng: np.random.Generator) -> list[Any]:
    """Blocks in blocks, and layers of many kinds."""
    a, b, c, d, e = sizes(rng, 5)
    inner = [("Linear", a, b), ("PReLU",), [("LayerNorm", b), ("Linear", b, c)]]
    return [("Conv2d", 2, d, 3), inner, ("BatchNorm1d", c), ("Embedding", e, 5), ("Linear", c, e)]


def counted(submission: Subject, device: str, **network: Any) -> object:
    lab = submission.build(NETWORK, device=device, **network)
    return lab.count(submission.count_parameters)


# --- count_parameters: 10 points ----------------------------------------------------------------


@check(task="count_parameters", points=3)
def test_all_numbers_of_linear_layers_count(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    layers = plain_layers(rng)
    total = numbers(shapes_of(layers))
    assert_equal(
        counted(submission, device, layers=layers),
        (total, total),
        what=f"count_parameters(a network of {layers})",
        why="Add up the numbers in every tensor, biases included, as (trainable, total).",
    )


@check(task="count_parameters", points=2)
def test_frozen_parameters_count_in_the_total_only(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    layers = plain_layers(rng)
    shapes = shapes_of(layers)
    for frozen in (["0.weight", "0.bias"], ["2.weight", "4.bias"], list(shapes)):
        left = {name: shape for name, shape in shapes.items() if name not in frozen}
        assert_equal(
            counted(submission, device, layers=layers, frozen=frozen),
            (numbers(left), numbers(shapes)),
            what=f"count_parameters(a network of {layers}, {frozen} frozen)",
            why="What has requires_grad = False is there, but training does not move it.",
        )


@check(task="count_parameters", points=2)
def test_layers_of_every_kind_and_depth_count_and_buffers_do_not(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    layers = varied_layers(rng)
    shapes = shapes_of(layers)
    frozen = ["1.0.weight", "2.bias"]
    left = {name: shape for name, shape in shapes.items() if name not in frozen}
    assert_equal(
        counted(submission, device, layers=layers, frozen=frozen),
        (numbers(left), numbers(shapes)),
        what=f"count_parameters(a network of {layers}, {frozen} frozen)",
        why="model.parameters() goes into every block; running statistics are buffers, and not "
        "among them.",
    )


@check(task="count_parameters", points=2)
def test_a_shared_tensor_counts_once(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    words, width, hidden = sizes(rng, 3)
    layers = [("Embedding", words, width), ("Linear", width, hidden), ("Linear", width, words)]
    shapes = shapes_of(layers)
    del shapes["2.weight"]
    for frozen in ([], ["0.weight"]):
        left = {name: shape for name, shape in shapes.items() if name not in frozen}
        assert_equal(
            counted(submission, device, layers=layers, ties=[(2, 0)], frozen=frozen),
            (numbers(left), numbers(shapes)),
            what=f"count_parameters({layers} with one weight for the first and the last)",
            why="Two layers that share a tensor store it once and learn it once.",
        )


@check(task="count_parameters", points=1)
def test_a_network_without_parameters_has_none(submission: Subject, device: str) -> None:
    for layers in ([("ReLU",)], []):
        assert_equal(
            counted(submission, device, layers=layers),
            (0, 0),
            what=f"count_parameters(a network of {layers})",
            why="Nothing to learn is 0 numbers of 0.",
        )


# --- split_settings: 13 points ------------------------------------------------------------------


def split(submission: Subject, **network: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    result = to_plain(submission.build(NETWORK, **network).split(submission.split_settings))
    assert_true(
        isinstance(result, list)
        and len(result) == 2
        and all(isinstance(part, dict) for part in result),
        what="split_settings(model, optimizer)",
        expected="two dictionaries",
        got=result,
        why="Return (hyperparameters, parameters), each a dictionary by name.",
    )
    return result[0], result[1]


@check(task="split_settings", points=2)
def test_every_default_is_a_setting_and_nothing_else_is(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    lr, decay = (float(value) for value in rng.uniform(0.01, 0.5, size=2))
    settings = {"lr": lr, "decay": decay, "rule": "cosine", "steps": int(rng.integers(2, 9))}
    settings |= {"betas": (0.5, lr), "floor": None, "nesterov": True}
    hyperparameters, _ = split(
        submission, layers=plain_layers(rng), defaults=settings, device=device
    )
    assert_equal(
        hyperparameters,
        settings,
        what=f"hyperparameters of an optimizer with the defaults {settings}",
        why="One entry for each name in optimizer.defaults, whatever its value is.",
    )


@check(task="split_settings", points=1)
def test_the_settings_of_real_optimizers(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    lr, beta, decay = (float(value) for value in rng.uniform(0.1, 0.9, size=3))
    for kind, given, untouched in (
        ("SGD", {"lr": lr, "momentum": beta, "weight_decay": decay}, {"nesterov": False}),
        ("AdamW", {"lr": lr, "betas": (beta, 0.99), "eps": 1e-7}, {"amsgrad": False}),
    ):
        hyperparameters, _ = split(
            submission, layers=plain_layers(rng), kind=kind, defaults=given, device=device
        )
        wanted = {**given, **untouched}
        assert_equal(
            {name: hyperparameters.get(name, "missing") for name in wanted},
            wanted,
            what=f"some hyperparameters of {kind}(model.parameters(), **{given})",
            why="The settings given are hyperparameters, and so are those left at their defaults.",
        )
        strays = sorted(set(hyperparameters) & {"params", "param_names"})
        assert_equal(
            strays,
            [],
            what=f"hyperparameters of {kind} that are none",
            why="A group's list of tensors is what is learned: take the names from the defaults.",
        )


@check(task="split_settings", points=2)
def test_values_are_those_in_use(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    first, given, now = (float(value) for value in rng.uniform(0.01, 0.5, size=3))
    layers = plain_layers(rng)
    groups = [{"params": list(shapes_of(layers)), "lr": given}]
    for later, value in (([], given), ([{"lr": now, "initial_lr": given}], now)):
        hyperparameters, _ = split(
            submission,
            layers=layers,
            defaults={"lr": first, "momentum": 0.5},
            groups=groups,
            later=later,
            device=device,
        )
        assert_equal(
            hyperparameters,
            {"lr": value, "momentum": 0.5},
            what=f"hyperparameters with lr={first} by default, {given} in the group, then {later}",
            why="The groups hold the values in use. The names are those of the defaults: what a "
            "scheduler notes down in a group is no setting of the optimizer.",
        )


@check(task="split_settings", points=2)
def test_groups_that_agree_give_a_value_and_others_a_list(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    a, b, c, d = (float(value) for value in rng.uniform(0.01, 0.5, size=4))
    groups = [
        {"params": ["0.weight", "4.bias"], "lr": a, "decay": d},
        {"params": ["0.bias"], "betas": (0.5, 0.75), "decay": d},
        {"params": ["2.weight", "2.bias", "4.weight"], "lr": a},
    ]
    defaults = {"lr": b, "betas": (0.5, c), "decay": d, "rule": "cosine"}
    hyperparameters, _ = split(
        submission, layers=plain_layers(rng), defaults=defaults, groups=groups, device=device
    )
    betas = [[0.5, c], [0.5, 0.75], [0.5, c]]
    assert_equal(
        hyperparameters,
        {"lr": [a, b, a], "betas": betas, "decay": d, "rule": "cosine"},
        what="hyperparameters of an optimizer with three groups",
        why="Compare the groups' values: one value if all agree, a list in their order if not.",
    )


@check(task="split_settings", points=2)
def test_parameters_come_with_names_and_shapes(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    layers = varied_layers(rng)
    _, parameters = split(submission, layers=layers, device=device)
    assert_equal(
        parameters,
        shapes_of(layers),
        what=f"parameters of a network of {layers}",
        why="From every name in model.named_parameters() to the tensor's shape, without buffers.",
    )


@check(task="split_settings", points=2)
def test_only_what_the_optimizer_can_move_is_learned(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    layers = plain_layers(rng)
    shapes = shapes_of(layers)
    frozen, absent = ["2.weight", "4.bias"], ["0.weight", "2.bias"]
    given = [{"params": [name for name in shapes if name not in absent]}]
    # Two tensors of the same shape and the same numbers are still two.
    twins = [("BatchNorm1d", 4), ("BatchNorm1d", 4)]
    second = [{"params": ["1.bias"]}, {"params": ["1.weight"]}]
    for network, wanted in (
        (
            {"layers": layers, "frozen": frozen},
            {name: shape for name, shape in shapes.items() if name not in frozen},
        ),
        (
            {"layers": layers, "frozen": frozen, "groups": given},
            {name: shape for name, shape in shapes.items() if name not in frozen + absent},
        ),
        ({"layers": twins, "groups": second}, {"1.weight": [4], "1.bias": [4]}),
    ):
        _, parameters = split(submission, **network, device=device)
        assert_equal(
            parameters,
            wanted,
            what="parameters where some are frozen or not given to the optimizer",
            why="Learned is what requires a gradient and stands in one of the groups: the very "
            "tensor, not one with the same numbers.",
        )


@check(task="split_settings", points=1)
def test_a_shared_tensor_comes_once_under_its_first_name(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    words, width = sizes(rng, 2)
    layers = [("Embedding", words, width), ("Linear", width, words)]
    _, parameters = split(submission, layers=layers, ties=[(1, 0)], device=device)
    assert_equal(
        parameters,
        {"0.weight": [words, width], "1.bias": [words]},
        what=f"parameters of a network of {layers} with one weight for both",
        why="The two layers have one tensor: it is learned once.",
    )


@check(task="split_settings", points=1)
def test_model_and_optimizer_stay_as_they_were(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    lab = submission.build(
        NETWORK,
        layers=plain_layers(rng),
        frozen=["0.bias"],
        defaults={"lr": 0.1, "decay": 0.0},
        groups=[{"params": ["2.weight"], "lr": 0.3}, {"params": ["2.bias", "4.weight"]}],
        device=device,
    )
    before = lab.state()
    lab.split(submission.split_settings)
    assert_equal(
        lab.state(),
        before,
        what="the state of model and optimizer after split_settings",
        why="Look at the groups without changing them: they belong to the optimizer.",
    )


# --- three_way_split: 12 points -----------------------------------------------------------------


def fresh_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def parts_of(submission: Subject, n: int, fractions: Sequence[float], seed: int) -> list[list[int]]:
    result = to_plain(submission.three_way_split(n, fractions, seed))
    right = (
        isinstance(result, list)
        and len(result) == 3
        and all(isinstance(part, list) for part in result)
        and all(type(index) is int for part in result for index in part)
    )
    assert_true(
        right,
        what=f"three_way_split({n}, {fractions}, {seed})",
        expected="three arrays of integers",
        got=result,
        why="Return the indices of the training, the validation and the test set.",
    )
    parts: list[list[int]] = result
    return parts


def problems(rng: np.random.Generator) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Numbers of samples and fractions, most of which leave something over."""
    yield 101, (0.5, 0.25, 0.25)
    yield 1000, (0.7, 0.2, 0.1)
    for _ in range(8):
        train, val, test = (float(share) for share in rng.dirichlet([6.0, 3.0, 3.0]))
        n = int(rng.integers(30, 400))
        if n * min(train, val, test) > 1.001:
            yield n, (train, val, test)


@check(task="three_way_split", points=4)
def test_every_sample_is_in_exactly_one_set(submission: Subject, rng: np.random.Generator) -> None:
    for n, fractions in problems(rng):
        parts = parts_of(submission, n, fractions, fresh_seed(rng))
        assert_equal(
            sorted(index for part in parts for index in part),
            list(range(n)),
            what=f"all indices of three_way_split({n}, {fractions}, …), sorted",
            why="The sets must not overlap, and rounding must not lose a sample: shuffle 0 … n-1 "
            "once, and cut in two places.",
        )


@check(task="three_way_split", points=2)
def test_the_sizes_follow_the_fractions(submission: Subject, rng: np.random.Generator) -> None:
    for n, fractions in problems(rng):
        parts = parts_of(submission, n, fractions, fresh_seed(rng))
        for part, fraction in zip(parts, fractions, strict=True):
            assert_true(
                abs(len(part) - n * fraction) <= 2 + 1e-6,
                what=f"sizes of three_way_split({n}, {fractions}, …)",
                expected=f"{[round(n * fraction, 2) for fraction in fractions]}, rounded",
                got=[len(part) for part in parts],
                why="Training, validation and test, in the order of the fractions, each within 2 "
                "of n times its fraction.",
            )


@check(task="three_way_split", points=1)
def test_no_set_is_empty_where_each_fraction_is_worth_a_sample(
    submission: Subject, rng: np.random.Generator
) -> None:
    for n, fractions in (
        (4, (0.25, 0.375, 0.375)),
        (4, (0.375, 0.25, 0.375)),
        (4, (0.375, 0.375, 0.25)),
        (4, [0.5, 0.25, 0.25]),
        (8, (0.125, 0.75, 0.125)),
    ):
        parts = parts_of(submission, n, fractions, fresh_seed(rng))
        assert_true(
            min(len(part) for part in parts) >= 1,
            what=f"sizes of three_way_split({n}, {fractions}, …)",
            expected="at least 1 each",
            got=[len(part) for part in parts],
            why="Rounding two sizes up can leave nothing for the third set.",
        )


@check(task="three_way_split", points=1)
def test_the_place_of_a_sample_says_nothing_about_its_set(
    submission: Subject, rng: np.random.Generator
) -> None:
    parts = parts_of(submission, 3000, (0.4, 0.3, 0.3), fresh_seed(rng))
    for part, name in zip(parts, ("training", "validation", "test"), strict=True):
        assert_likely(
            sum(index < 1500 for index in part),
            len(part),
            0.5,  # without replacement the count varies even less than a binomial one
            what=f"samples from the first half in the {name} set",
            why="Sorted data must leave no trace: shuffle before you cut.",
        )


@check(task="three_way_split", points=2)
def test_the_seed_alone_decides_the_split(submission: Subject, rng: np.random.Generator) -> None:
    first = fresh_seed(rng)
    assert_seed_decides(
        submission,
        lambda seed: submission.three_way_split(300, (0.5, 0.3, 0.2), seed),
        seeds=(first, first + 1),
        why="Shuffle with a generator made of the seed, and leave the global one alone.",
    )


@check(task="three_way_split", points=2)
def test_fractions_that_make_no_split_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    off = float(10 ** rng.uniform(-5, -1))
    seed = fresh_seed(rng)
    for n, fractions, why in (
        (200, (0.6, 0.2, 0.2 - off), "The fractions must add up to 1."),
        (200, (0.6, 0.2, 0.2 + off), "The fractions must add up to 1."),
        (200, (60, 20, 20), "The fractions must add up to 1; these are percentages."),
        (200, (1.0,), "There must be three fractions."),
        (200, (0.75, 0.25), "There must be three fractions."),
        (200, (0.25, 0.25, 0.25, 0.25), "There must be three fractions."),
        (200, (0.75, 0.25, 0.0), "Each set needs a sample at least."),
        (200, (0.75, 0.0, 0.25), "Each set needs a sample at least."),
        (200, (1.25, -0.5, 0.25), "Each set needs a sample at least."),
        (7, (0.125, 0.75, 0.125), "Each set needs a sample at least."),
        (0, (0.5, 0.25, 0.25), "Each set needs a sample at least."),
    ):
        assert_refused(submission.three_way_split, n, fractions, seed, why=why)


# --- expected_best: 12 points -------------------------------------------------------------------


def brute_force(scores: Sequence[float], n: int) -> float:
    """The mean of the highest score over all ways to draw n of them."""
    return float(np.mean([max(drawn) for drawn in combinations(scores, n)]))


@check(task="expected_best", points=5)
def test_it_is_the_mean_of_the_best_over_all_draws(
    submission: Subject, rng: np.random.Generator
) -> None:
    for n in range(2, 8):
        scores = rng.uniform(-1, 1, size=8).round(3).tolist()
        assert_returns(
            submission.expected_best,
            scores,
            n,
            expected=brute_force(scores, n),
            why="Average the highest of n scores over all draws without replacement.",
        )


@check(task="expected_best", points=2)
def test_one_trial_gives_the_mean_and_all_the_maximum(
    submission: Subject, rng: np.random.Generator
) -> None:
    scores = rng.uniform(0.2, 0.9, size=int(rng.integers(5, 20))).tolist()
    for n, expected in ((1, float(np.mean(scores))), (len(scores), max(scores))):
        assert_returns(
            submission.expected_best,
            scores,
            n,
            expected=expected,
            why="The best of one is on average the mean, and the best of all is the maximum.",
        )
    only = float(rng.uniform())
    why = "With a single score there is nothing else to expect."
    assert_returns(submission.expected_best, [only], 1, expected=only, why=why)


@check(task="expected_best", points=1)
def test_lists_tuples_and_arrays_with_equal_scores(
    submission: Subject, rng: np.random.Generator
) -> None:
    scores = rng.integers(0, 4, size=9) / 4.0  # some of them come more than once
    n = int(rng.integers(2, 8))
    for given in (scores.tolist(), tuple(scores.tolist()), scores):
        assert_returns(
            submission.expected_best,
            given,
            n,
            expected=brute_force(scores, n),
            why="Equal scores are still several trials, and any sequence will do.",
        )


@check(task="expected_best", points=1)
def test_hundreds_of_scores_are_no_problem(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    size, n = int(rng.integers(300, 500)), int(rng.integers(100, 200))
    scores = rng.normal(size=size).tolist()
    assert_returns(
        submission.expected_best,
        scores,
        n,
        expected=reference.expected_best(scores, n),
        why="The numbers of draws are huge. Python's whole numbers (math.comb) never overflow.",
    )


@check(task="expected_best", points=1)
def test_the_scores_given_are_left_as_they_were(
    submission: Subject, rng: np.random.Generator
) -> None:
    scores = np.sort(rng.uniform(size=7))[::-1].tolist()
    lab = submission.build(ARGUMENTS, scores=scores, n=3)
    assert_equal(
        lab.after(submission.expected_best)["scores"],
        scores,
        what="`scores` after expected_best",
        why="The list belongs to the caller: sort a copy.",
    )


@check(task="expected_best", points=2)
def test_draws_that_cannot_be_made_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    scores = rng.uniform(size=int(rng.integers(4, 9))).tolist()
    broken = list(scores)
    broken[int(rng.integers(len(scores)))] = math.nan
    for given, n, why in (
        (scores, 0, "n must be at least 1."),
        (scores, -int(rng.integers(1, 5)), "n must be at least 1."),
        (scores, len(scores) + 1, "No more can be drawn than there are."),
        ([], 1, "No more can be drawn than there are."),
        (broken, 2, "NaN has no rank among the scores: refuse it."),
        (broken, len(scores), "NaN has no rank among the scores: refuse it."),
    ):
        assert_refused(submission.expected_best, given, n, why=why)
