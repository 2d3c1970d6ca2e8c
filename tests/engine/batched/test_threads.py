from __future__ import annotations

import threading

import pytest

from engine.batched.threads import one_thread


@pytest.fixture(autouse=True)
def two_threads():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_torch_has_one_thread_inside_and_the_old_number_afterwards():
    import torch

    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_an_error_inside_gives_the_threads_back():
    import torch

    with pytest.raises(KeyError, match="mine"), one_thread():
        raise KeyError("mine")
    assert torch.get_num_threads() == 2


def test_only_the_outermost_of_nested_uses_gives_the_threads_back():
    import torch

    with one_thread():
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize("first_out", ["this", "other"])
def test_overlapping_uses_in_two_threads_leave_both_as_they_were(first_out):
    import torch

    seen = {}
    inside, leave = threading.Event(), threading.Event()

    def other():
        with one_thread():
            inside.set()
            assert leave.wait(timeout=60)
            seen["inside"] = torch.get_num_threads()
        seen["afterwards"] = torch.get_num_threads()

    def newcomer():
        seen["newcomer"] = torch.get_num_threads()

    thread = threading.Thread(target=other)
    with one_thread():
        # It begins while the process's number is 1, and must not take that for the old one.
        thread.start()
        assert inside.wait(timeout=60)
        if first_out == "other":
            leave.set()
            thread.join()
            assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    leave.set()
    thread.join()
    last = threading.Thread(target=newcomer)
    last.start()
    last.join()
    assert seen == {"inside": 1, "afterwards": 2, "newcomer": 2}
    assert torch.get_num_threads() == 2
