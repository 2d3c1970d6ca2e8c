"""One thread for the products: more would only wait for each other, and could round otherwise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_users = 0
_before = 1
_here = threading.local()


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold torch to one thread in the calling thread; the old number is back afterwards.

    Torch keeps a number for each calling thread, and one for the process, which a new thread takes
    over when it first asks. Several sessions of the app train at once, so the number to go back to
    is that of before the first of them: a session begun meanwhile would find another's 1.
    """
    import torch

    global _users, _before
    if getattr(_here, "held", False):
        yield
        return
    with _lock:
        # Asked even if not needed: else torch would look at the process's number at some later
        # moment, when another thread has put it back, and train on with that.
        now = torch.get_num_threads()
        if _users == 0:
            _before = now
        torch.set_num_threads(1)
        _users += 1
    _here.held = True
    try:
        yield
    finally:
        _here.held = False
        with _lock:
            _users -= 1
            torch.set_num_threads(_before)
