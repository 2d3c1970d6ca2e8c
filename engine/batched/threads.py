"""One thread for the products: more would only wait for each other, and could round otherwise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_users = 0
_before = 1


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold torch to one thread; the last of several users gives the others back.

    The number belongs to the whole process, and several sessions of the app train at once.
    """
    import torch

    global _users, _before
    with _lock:
        if _users == 0:
            _before = torch.get_num_threads()
        torch.set_num_threads(1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                torch.set_num_threads(_before)
