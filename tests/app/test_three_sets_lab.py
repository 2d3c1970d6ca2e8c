"""Topic 1's three sets, by hand: sizes, leaks, and what a leak does to the score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.charts.three_sets import strips
from app.labs import three_sets
from app.labs.three_sets import Split, split
from app.showcases.model import WrongShapeError


def test_a_clean_split_deals_every_sample_once_and_shuffled() -> None:
    found = split(60, 0.2, 0.2, leak=0, seed=0)
    assert found.sizes == (36, 12, 12)
    np.testing.assert_array_equal(found.counts, np.ones(60))
    assert found.test_score == pytest.approx(0.8)
    assert not np.array_equal(np.sort(found.sets[0]), np.arange(36))
    assert not np.array_equal(found.sets[0], split(60, 0.2, 0.2, 0, seed=1).sets[0])


def test_a_leak_lifts_the_score_of_who_remembers() -> None:
    found = split(60, 0.2, 0.2, leak=6, seed=0)
    assert found.sizes == (42, 12, 12)
    assert set(found.leaked) == set(found.sets[0]) & set(found.sets[2])
    assert len(found.leaked) == 6
    # Six are known, and 80% of the other six: 6/12 + 0.8 * 6/12.
    assert found.test_score == pytest.approx(0.9)
    assert "6 of 60 samples are in several places, 0 in none" in strips(found).caption
    assert "scores 90% on this test set" in strips(found).caption
    # There are no more test samples than twelve.
    assert split(60, 0.2, 0.2, leak=99, seed=0).test_score == 1


def test_faults_of_a_learners_split_are_found() -> None:
    found = three_sets.read(([0, 1, 1], [2], [3, 1]), n=6)
    assert found.sizes == (3, 1, 2)
    assert found.leaked.tolist() == [1]
    assert found.missing.tolist() == [4, 5]


@pytest.mark.parametrize(
    "wrong", [None, [1, 2, 3], ([0], [1]), ([0], [1], []), ([0], [1], [6]), ([0], [1], [0.5])]
)
def test_what_is_no_split_is_told(wrong: Any) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        three_sets.read(wrong, n=6)


def test_the_call_gives_shares_that_add_up_to_one() -> None:
    n, shares, seed = three_sets.call(60, 0.15, 0.35, 4).args
    assert (n, shares, seed) == (60, (0.5, 0.15, 0.35), 4)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((5, 0.2, 0.2, 0, 0), "got n=5"),
        ((60, 0.05, 0.2, 0, 0), "got val_share=0.05"),
        ((60, 0.2, 0.5, 0, 0), "got test_share=0.5"),
        ((60, 0.2, 0.2, -1, 0), "got leak=-1"),
    ],
)
def test_splits_out_of_range_are_refused(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split(*values)


def test_the_strips_cross_out_what_leaks() -> None:
    yours = Split(4, (np.array([0, 1]), np.array([1]), np.array([2])))
    rows = strips(split(20, 0.2, 0.2, leak=2, seed=0), yours).rows
    assert (rows["kind"] == "leak").sum() == 3
    assert "Yours: 2 train, 1 validate and 1 test. 1 of 4" in strips(yours, yours).caption
