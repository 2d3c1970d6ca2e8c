"""Torch computes on one thread while someone trains, and on as many as before afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from engine import TrainConfig, data, train
from engine.batched.threads import one_thread


@pytest.fixture(autouse=True)
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_there_is_one_thread_inside_and_the_old_number_after():
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3


def test_nested_uses_end_with_the_outermost():
    with one_thread():
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3


def test_an_error_inside_brings_the_old_number_back():
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert torch.get_num_threads() == 3
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize("first_to_end", [0, 1])
def test_two_sessions_that_overlap_do_not_leave_each_other_at_one(first_to_end):
    """The second begins when torch stands at the first one's 1, which is not to be kept."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as two:
        sessions = (one, two)
        held = (one_thread(), one_thread())

        def count(session):
            return session.submit(torch.get_num_threads).result()

        for session, context in zip(sessions, held, strict=True):
            session.submit(context.__enter__).result()
            assert count(session) == 1
        for ending in (first_to_end, 1 - first_to_end):
            sessions[ending].submit(held[ending].__exit__, None, None, None).result()
            assert count(sessions[ending]) == 3
            if ending == first_to_end:
                assert count(sessions[1 - ending]) == 1
    with ThreadPoolExecutor(1) as later:
        assert count(later) == 3
    assert torch.get_num_threads() == 3


def test_training_leaves_the_number_of_threads_and_the_default_type():
    moons = data.load("moons", n=120)
    inside = []
    config = TrainConfig(width=16, epochs=1)
    train([config, config], moons.astype("float64"), jobs=1)
    train([config], moons, on_epoch=lambda *_: inside.append(torch.get_num_threads()))
    # A callback may compute as it likes.
    assert inside == [3]
    assert torch.get_num_threads() == 3
    assert torch.get_default_dtype() == torch.float32
