"""Batches in a list, an index, except/raise instead of finally; returns lists of tensors."""

import copy

import numpy as np


def range_test(model, optimizer, loss_fn, batches, low, high, n, *, beta=0.98, stop=4.0):
    import torch

    rates = np.asarray(lr_schedule(low, high, n))  # noqa: F821
    data = list(batches)
    saved_model = copy.deepcopy(model.state_dict())
    saved_optimizer = copy.deepcopy(optimizer.state_dict())
    saved_modes = [m.training for m in model.modules()]

    def restore():
        with torch.no_grad():
            model.load_state_dict(saved_model)
        optimizer.load_state_dict(saved_optimizer)
        for m, mode in zip(model.modules(), saved_modes, strict=True):
            m.training = mode

    losses = []
    model.train()
    try:
        i = 0
        while i < n:
            x, y = data[i % len(data)]
            for g in optimizer.param_groups:
                g["lr"] = float(rates[i])
            for p in model.parameters():
                p.grad = None
            loss = loss_fn(model(x), y)
            if not torch.isfinite(loss):
                break
            losses.append(loss.detach())
            loss.backward()
            optimizer.step()
            i += 1
            curve = smooth([float(v) for v in losses], beta)  # noqa: F821
            if curve[-1] > stop * min(curve):
                break
    except BaseException:
        restore()
        raise
    restore()
    return rates[: len(losses)], torch.stack(losses) if losses else []
