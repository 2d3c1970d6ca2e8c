"""What a right `ex01_what_is_tuning.py` does. Run one task's checks with `pytest -k its_name`.

Networks are described layer by layer: `("Linear", 4, 3)` is `torch.nn.Linear(4, 3)`, and a list of
layers is a block of them, a `torch.nn.Sequential`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from grader.chance import assert_seed_decides
from grader.checks import (
    assert_equal,
    assert_refused,
    assert_returns,
    assert_true,
    check,
)
from grader.values import to_plain

NETWORK = "ex01_what_is_tuning:network"
TWO_LAYERS = [("Linear", 4, 3), ("ReLU",), ("Linear", 3, 2)]
NORMED = [("Linear", 4, 3), ("BatchNorm1d", 3)]
# Ten words as four numbers each, and the way back to ten scores with the same 10 * 4 numbers.
TIED = [("Embedding", 10, 4), ("Linear", 4, 10)]


@pytest.fixture(scope="module")
def torch_loaded() -> None:
    """Import torch and make an optimizer before a check's time starts: the first is a slow one."""
    import torch

    torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=0.1)


# --- count_parameters ---------------------------------------------------------------------------


def counted(submission: Any, **network: Any) -> Any:
    return submission.build(NETWORK, **network).count(submission.count_parameters)


@pytest.mark.usefixtures("torch_loaded")
@check(task="count_parameters")
def test_every_number_of_two_layers_counts(submission: Any) -> None:
    assert_equal(
        counted(submission, layers=TWO_LAYERS),
        # weights 4 * 3 and 3 * 2, biases 3 and 2: 12 + 6 + 3 + 2; ReLU has none
        (23, 23),
        what="count_parameters(a network of Linear(4, 3), ReLU and Linear(3, 2))",
        why="Count numbers, not tensors, biases included, and return (trainable, total).",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="count_parameters")
def test_a_frozen_layer_counts_in_the_total_only(submission: Any) -> None:
    assert_equal(
        counted(submission, layers=TWO_LAYERS, frozen=["0.weight", "0.bias"]),
        # 6 + 2 are left to train
        (8, 23),
        what="count_parameters(the same, its first layer frozen)",
        why="A frozen tensor has requires_grad = False: it is there, but training leaves it alone.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="count_parameters")
def test_running_statistics_do_not_count(submission: Any) -> None:
    assert_equal(
        counted(submission, layers=NORMED),
        # Linear 12 + 3; BatchNorm1d has a weight and a bias of 3 each. Its running mean, its
        # running variance and its counter of batches are buffers.
        (21, 21),
        what="count_parameters(a network of Linear(4, 3) and BatchNorm1d(3))",
        why="model.parameters() holds what is learned; model.state_dict() holds buffers as well.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="count_parameters")
def test_a_tensor_that_two_layers_share_counts_once(submission: Any) -> None:
    assert_equal(
        counted(submission, layers=TIED, ties=[(1, 0)]),
        # the shared 10 * 4, and the second layer's 10 biases
        (50, 50),
        what="count_parameters(Embedding(10, 4) and Linear(4, 10) with one weight for both)",
        why="The weight is stored once and learned once: model.parameters() lists it once.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="count_parameters")
def test_layers_of_any_kind_and_depth_count(submission: Any) -> None:
    layers = [[("Conv2d", 1, 2, 3), [("PReLU",), ("Linear", 5, 2)]], ("LayerNorm", 4)]
    assert_equal(
        counted(submission, layers=layers),
        # Conv2d 2 * 1 * 3 * 3 + 2 = 20, PReLU 1, Linear 10 + 2 = 12, LayerNorm 4 + 4 = 8
        (41, 41),
        what="count_parameters(blocks with Conv2d(1, 2, 3), PReLU, Linear(5, 2), LayerNorm(4))",
        why="model.parameters() goes into every block, and knows every kind of layer.",
    )


# --- split_settings -----------------------------------------------------------------------------


def split(submission: Any, **network: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a network's settings, and return both dictionaries as plain values."""
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


@pytest.mark.usefixtures("torch_loaded")
@check(task="split_settings")
def test_the_settings_of_an_optimizer_are_hyperparameters(submission: Any) -> None:
    options = {"lr": 0.25, "momentum": 0.5, "nesterov": True}
    hyperparameters, _ = split(submission, layers=TWO_LAYERS, kind="SGD", defaults=options)
    wanted = {**options, "weight_decay": 0, "dampening": 0}
    what = "split_settings(model, SGD(model.parameters(), lr=0.25, momentum=0.5, nesterov=True))"
    assert_equal(
        {name: hyperparameters.get(name, "missing") for name in wanted},
        wanted,
        what=f"five hyperparameters of {what}",
        why="All names in optimizer.defaults are settings, those that you did not give included.",
    )
    assert_true(
        "params" not in hyperparameters,
        what=f"hyperparameters of {what}",
        expected="no name 'params'",
        got="one",
        why="The tensors in a group are what is learned. Take the names from optimizer.defaults.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="split_settings")
def test_the_value_in_use_is_the_one_that_counts(submission: Any) -> None:
    # As a scheduler leaves it: it writes into the groups, and adds a note of its own there.
    later = [{"lr": 0.0625, "initial_lr": 0.25}]
    hyperparameters, _ = split(submission, layers=TWO_LAYERS, defaults={"lr": 0.25}, later=later)
    assert_equal(
        hyperparameters,
        {"lr": 0.0625},
        what="hyperparameters, once a scheduler has lowered lr from 0.25 to 0.0625",
        why="Values come from the groups, where they change; optimizer.defaults stays behind. "
        "Names come from optimizer.defaults: a scheduler's notes are none.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="split_settings")
def test_groups_that_differ_give_a_list(submission: Any) -> None:
    groups = [
        {"params": ["0.weight", "0.bias"], "lr": 0.5},
        {"params": ["2.weight"], "betas": (0.5, 0.75)},
        {"params": ["2.bias"], "lr": 0.5},
    ]
    defaults = {"lr": 0.25, "betas": (0.5, 0.75), "decay": 0.0}
    hyperparameters, _ = split(submission, layers=TWO_LAYERS, defaults=defaults, groups=groups)
    assert_equal(
        hyperparameters,
        {"lr": [0.5, 0.25, 0.5], "betas": [0.5, 0.75], "decay": 0.0},
        what="hyperparameters, with lr=0.5 in the first and third group and 0.25 in the second",
        why="Where the groups agree, give the one value that all have; where they differ, a list "
        "with the value of each group, in their order.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="split_settings")
def test_what_is_learned_is_listed_with_its_shape(submission: Any) -> None:
    _, parameters = split(submission, layers=NORMED)
    shapes = {"0.weight": [3, 4], "0.bias": [3], "1.weight": [3], "1.bias": [3]}
    assert_equal(
        parameters,
        shapes,
        what="parameters of Linear(4, 3) and BatchNorm1d(3)",
        why="model.named_parameters() gives names and tensors; buffers are not learned. A shape "
        "is a tuple of integers.",
    )
    _, parameters = split(submission, layers=TIED, ties=[(1, 0)])
    assert_equal(
        parameters,
        {"0.weight": [10, 4], "1.bias": [10]},
        what="parameters of Embedding(10, 4) and Linear(4, 10) with one weight for both",
        why="A shared tensor comes once, under its first name.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="split_settings")
def test_what_the_optimizer_cannot_move_is_not_learned(submission: Any) -> None:
    _, parameters = split(submission, layers=TWO_LAYERS, frozen=["0.weight"])
    assert_equal(
        sorted(parameters),
        ["0.bias", "2.bias", "2.weight"],
        what="names of the parameters, 0.weight frozen",
        why="Without a gradient the optimizer passes a tensor by: ask requires_grad.",
    )
    groups = [{"params": ["2.weight"]}, {"params": ["2.bias"]}]
    _, parameters = split(submission, layers=TWO_LAYERS, groups=groups)
    assert_equal(
        sorted(parameters),
        ["2.bias", "2.weight"],
        what="names of the parameters, where the optimizer was given the last layer only",
        why="The optimizer moves what stands in its groups, and nothing else.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="split_settings")
def test_model_and_optimizer_are_left_as_they_were(submission: Any) -> None:
    lab = submission.build(NETWORK, layers=TWO_LAYERS, kind="SGD", defaults={"lr": 0.25})
    before = lab.state()
    lab.split(submission.split_settings)
    assert_equal(
        lab.state(),
        before,
        what="model and optimizer after split_settings",
        why="Only look. The groups are the optimizer's own dictionaries: pop nothing out of them.",
    )


# --- three_way_split ----------------------------------------------------------------------------


def parts_of(submission: Any, n: int, fractions: Any, seed: int = 0) -> list[list[int]]:
    """Split, and return the three sets as lists of integers."""
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
    return result  # type: ignore[no-any-return]


@check(task="three_way_split")
def test_every_sample_is_in_exactly_one_set(submission: Any) -> None:
    for n, fractions in ((10, (0.6, 0.2, 0.2)), (101, (0.5, 0.25, 0.25)), (7, [0.4, 0.3, 0.3])):
        parts = parts_of(submission, n, fractions)
        assert_equal(
            sorted(index for part in parts for index in part),
            list(range(n)),
            what=f"all indices of three_way_split({n}, {fractions}, 0), sorted",
            why="Deal all of 0 … n-1 out, none of them twice: shuffle once, and cut. What rounding "
            "leaves over belongs to one of the sets.",
        )


@check(task="three_way_split")
def test_the_fractions_are_for_training_validation_and_test(submission: Any) -> None:
    sizes = [len(part) for part in parts_of(submission, 1000, (0.7, 0.2, 0.1))]
    for size, wanted in zip(sizes, (700, 200, 100), strict=True):
        assert_true(
            abs(size - wanted) <= 2,
            what="sizes of three_way_split(1000, (0.7, 0.2, 0.1), 0)",
            expected="700, 200 and 100, give or take two",
            got=sizes,
            why="The sets come in the order of the fractions: training, validation, test.",
        )


@check(task="three_way_split")
def test_no_set_is_empty(submission: Any) -> None:
    for n, fractions in ((4, (0.5, 0.25, 0.25)), (4, (0.25, 0.375, 0.375))):
        sizes = [len(part) for part in parts_of(submission, n, fractions)]
        assert_true(
            min(sizes) >= 1,
            what=f"sizes of three_way_split({n}, {fractions}, 0)",
            expected="at least 1 each",
            got=sizes,
            why="Each fraction is worth a sample. Rounding two of the sizes up can leave nothing "
            "for the third; rounding down cannot.",
        )


@check(task="three_way_split")
def test_the_samples_are_shuffled(submission: Any) -> None:
    train, _, _ = parts_of(submission, 1000, (0.5, 0.3, 0.2))
    early = sum(index < 500 for index in train)
    # About 250 of the training set's 500; a standard deviation is 11.
    assert_true(
        150 < early < 350,
        what="samples below 500 in the training set of three_way_split(1000, (0.5, 0.3, 0.2), 0)",
        expected="about 250",
        got=early,
        why="Data often comes sorted, by class or by date of collection: shuffle before you cut.",
    )


@check(task="three_way_split")
def test_the_seed_decides_the_split(submission: Any) -> None:
    assert_seed_decides(
        submission,
        lambda seed: submission.three_way_split(200, (0.6, 0.2, 0.2), seed),
        seeds=(0, 1),
        why="Make a generator of the seed, np.random.default_rng(seed), and shuffle with that.",
    )


@check(task="three_way_split")
def test_fractions_that_make_no_split_are_refused(submission: Any) -> None:
    for n, fractions, why in (
        (100, (0.6, 0.2, 0.1), "They add up to 0.9: a tenth of the data would go missing."),
        (100, (60, 20, 20), "These are percentages: the fractions must add up to 1."),
        (100, (0.8, 0.2), "There are three sets, so three fractions."),
        (100, (0.8, 0.2, 0.0), "A set without samples judges nothing."),
        (7, (0.75, 0.125, 0.125), "An eighth of 7 is less than one sample."),
    ):
        assert_refused(submission.three_way_split, n, fractions, 0, why=why)


# --- expected_best ------------------------------------------------------------------------------


@check(task="expected_best")
def test_the_best_of_two_by_hand(submission: Any) -> None:
    assert_returns(
        submission.expected_best,
        [0.5, 0.7, 0.9],
        2,
        # The pairs (0.5, 0.7), (0.5, 0.9) and (0.7, 0.9) have the best scores 0.7, 0.9 and 0.9.
        expected=(0.7 + 0.9 + 0.9) / 3,
        why="Average the best score over all ways to draw n of the scores, none of them twice.",
    )


@check(task="expected_best")
def test_one_trial_gives_the_mean_and_all_of_them_the_maximum(submission: Any) -> None:
    scores = [0.5, 0.7, 0.9]
    for n, expected, why in (
        (1, 0.7, "The best of one trial is that trial: on average, the mean."),
        (3, 0.9, "All three drawn, the best of them is the maximum, with certainty."),
    ):
        assert_returns(submission.expected_best, scores, n, expected=expected, why=why)


@check(task="expected_best")
def test_the_best_of_three_by_hand(submission: Any) -> None:
    assert_returns(
        submission.expected_best,
        [-4.0, 2.0, 8.0, -2.0, 3.0],
        3,
        # Of the 10 ways to draw three, 8 is the best in C(4, 2) = 6 (any two beside it), 3 in
        # C(3, 2) = 3 (without the 8), and 2 in C(2, 2) = 1: (6 * 8 + 3 * 3 + 1 * 2) / 10.
        expected=5.9,
        why="Sort the scores, lowest first. The one of rank i is the best of C(i-1, n-1) of all "
        "C(B, n) draws.",
    )


@check(task="expected_best")
def test_the_order_and_the_kind_of_sequence_do_not_matter(submission: Any) -> None:
    expected = (0.7 + 0.9 + 0.9) / 3
    for scores in ([0.9, 0.5, 0.7], (0.7, 0.9, 0.5), np.array([0.5, 0.9, 0.7])):
        assert_returns(
            submission.expected_best,
            scores,
            2,
            expected=expected,
            why="The order in which trials were run says nothing: sort the scores first.",
        )


@check(task="expected_best")
def test_the_scores_you_are_given_stay_in_their_order(submission: Any) -> None:
    scores = [0.9, 0.5, 0.7]
    lab = submission.build("ex02_manual_tuning:arguments", scores=scores, n=2)
    assert_equal(
        lab.after(submission.expected_best)["scores"],
        scores,
        what="`scores` after expected_best(scores, 2)",
        why="Sort a copy, with sorted(scores): the list is the caller's.",
    )


@check(task="expected_best")
def test_numbers_of_trials_that_cannot_be_drawn_are_refused(submission: Any) -> None:
    for scores, n, why in (
        ([0.5, 0.7], 0, "Without a trial there is no best one."),
        ([0.5, 0.7], 3, "Three scores cannot be drawn from two."),
        ([], 1, "There is nothing to draw from."),
        ([0.5, math.nan, 0.7], 2, "NaN has no rank: sorted() would leave the others unsorted."),
    ):
        assert_refused(submission.expected_best, scores, n, why=why)
