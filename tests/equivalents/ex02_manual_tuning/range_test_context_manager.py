"""Restoring in a context manager; an iterator restarted by hand; returns a list of two lists."""

import copy
from contextlib import contextmanager

import numpy as np


@contextmanager
def _preserved(model, optimizer):
    state = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        model.load_state_dict(state[0])
        optimizer.load_state_dict(state[1])
        for module, mode in modes:
            module.training = mode


def range_test(model, optimizer, loss_fn, batches, low, high, n, *, beta=0.98, stop=4.0):
    lrs, losses = [], []
    with _preserved(model, optimizer):
        model.train()
        iterator = iter(batches)
        for lr in lr_schedule(low, high, n, "exp"):  # noqa: F821
            batch = next(iterator, None)
            if batch is None:
                iterator = iter(batches)
                batch = next(iterator)
            inputs, targets = batch
            for group in optimizer.param_groups:
                group["lr"] = np.float64(lr)
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            if not np.isfinite(loss.detach().numpy()):
                break
            lrs += [lr]
            losses += [loss.detach().numpy()]
            smoothed = np.asarray(smooth([float(x) for x in losses], beta=beta))  # noqa: F821
            if smoothed[-1] > stop * smoothed.min():
                break
            loss.backward()
            optimizer.step()
    return [lrs, losses]
