"""Loads what is slow before anyone needs it, in the background, and then freezes the collector."""

from __future__ import annotations

import gc
import threading
import time

HEAD_START = 2.0
"""Seconds for the page whose visitor began the warm-up: both would want Python's one lock.

As long as a first chart takes that trains; whoever reads the first page does not notice."""


_LOADED = threading.Event()


def is_loaded() -> bool:
    """Whether `load` has been through."""
    return _LOADED.is_set()


def load() -> None:
    """Import torch, or wait for the thread that is about it.

    Nothing of SciPy's or scikit-learn's may be used before: as soon as `torch` is among the
    modules, they ask whether an array is one of its tensors, and fail while another thread has it
    half imported.
    """
    import torch  # noqa: F401

    _LOADED.set()


def start() -> threading.Thread:
    """Begin to warm up, shortly, and return the thread that does it."""
    thread = threading.Thread(target=_warm_later, name="prewarm", daemon=True)
    thread.start()
    return thread


def _warm_later() -> None:
    time.sleep(HEAD_START)
    warm()


def warm() -> None:
    """Import the heavy libraries and take one optimizer step with each optimizer.

    The first step of a process is slow, and so is each full garbage collection once all of this is
    loaded: what exists by now is frozen, that is, left out of later collections.
    """
    load()
    import torch

    from app.labs import gaussian_process, lr_finder, playground, playground_presets

    # The labs' networks are too small to share: a second thread waits more than it works.
    torch.set_num_threads(1)
    lr_finder.run("SGD", batch_size=32, seed=lr_finder.SEED)
    lr_finder.run("Adam", batch_size=32, seed=lr_finder.SEED)
    start = playground_presets.START
    playground.run(start, playground.load(start.source), report=lambda _: None)

    import optuna.importance  # noqa: F401
    import sklearn.model_selection  # noqa: F401

    gaussian_process.losses()

    gc.collect()
    gc.freeze()
