"""Topic 1's mistakes as learners write them, without checks of arguments."""

from __future__ import annotations

import math

import numpy as np

from tests.mistakes import mistake


@mistake("count_parameters", "frozen-counted-as-trainable")
def _(model):
    n = sum(p.numel() for p in model.parameters())
    return n, n


@mistake("count_parameters", "buffers-counted")
def _(model):
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return trainable, sum(t.numel() for t in model.state_dict().values())


@mistake("count_parameters", "shared-tensor-counted-twice")
def _(model):
    trainable = total = 0
    for layer in model.children():
        for p in layer.parameters():
            total += p.numel()
            trainable += p.numel() if p.requires_grad else 0
    return trainable, total


@mistake("count_parameters", "tensors-counted")
def _(model):
    parameters = list(model.parameters())
    return len([p for p in parameters if p.requires_grad]), len(parameters)


@mistake("count_parameters", "linear-layers-only")
def _(model):
    import torch

    seen, trainable = set(), 0
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            seen.update(module.parameters())
    for p in seen:
        trainable += p.numel() if p.requires_grad else 0
    return trainable, sum(p.numel() for p in seen)


@mistake("split_settings", "defaults-taken-for-the-values")
def _(model, optimizer):
    return optimizer.defaults, {name: tuple(p.shape) for name, p in model.named_parameters()}


@mistake("split_settings", "first-group-only")
def _(model, optimizer):
    moved = {id(p) for group in optimizer.param_groups for p in group["params"]}
    return (
        {name: optimizer.param_groups[0][name] for name in optimizer.defaults},
        {
            name: p.shape
            for name, p in model.named_parameters()
            if p.requires_grad and id(p) in moved
        },
    )


@mistake("split_settings", "state-dict-taken-for-parameters")
def _(model, optimizer):
    hyperparameters = {}
    for name in optimizer.defaults:
        values = [group[name] for group in optimizer.param_groups]
        same = all(value == values[0] for value in values)
        hyperparameters[name] = values[0] if same else values
    return hyperparameters, {name: tuple(t.shape) for name, t in model.state_dict().items()}


@mistake("three_way_split", "sets-drawn-independently")
def _(n, fractions, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.choice(n, int(n * fraction), replace=False) for fraction in fractions)


@mistake("three_way_split", "samples-lost-to-rounding")
def _(n, fractions, seed):
    order = np.random.default_rng(seed).permutation(n)
    a, b, c = (int(n * fraction) for fraction in fractions)
    return order[:a], order[a : a + b], order[a + b : a + b + c]


@mistake("three_way_split", "cut-without-shuffling")
def _(n, fractions, seed):
    first = int(n * fractions[0])
    return np.split(np.arange(n), [first, first + int(n * fractions[1])])


@mistake("three_way_split", "global-state-seeded")
def _(n, fractions, seed):
    np.random.seed(seed)
    order = np.random.permutation(n)
    first = int(n * fractions[0])
    second = first + int(n * fractions[1])
    return order[:first], order[first:second], order[second:]


@mistake("expected_best", "drawn-with-replacement-too")
def _(scores, n):
    x = np.sort(scores)
    share = np.arange(len(x) + 1) / len(x)
    return np.sum(np.diff(share**n) * x)


@mistake("expected_best", "best-of-the-first-n")
def _(scores, n):
    return max(scores[:n])


@mistake("expected_best", "mean-of-the-scores")
def _(scores, n):
    return np.mean(scores)


@mistake("expected_best", "always-the-maximum")
def _(scores, n):
    return max(scores)


@mistake("expected_best", "scores-not-sorted")
def _(scores, n):
    size = len(scores)
    return sum(
        math.comb(i - 1, n - 1) / math.comb(size, n) * scores[i - 1] for i in range(n, size + 1)
    )
