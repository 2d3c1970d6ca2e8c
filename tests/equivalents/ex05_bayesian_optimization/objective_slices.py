"""Shuffled copies cut by hand, evaluation in batches, and a generator of epochs."""

from __future__ import annotations


def objective(trial):
    import torch
    from optuna import TrialPruned
    from torch import nn

    data = digits_split()  # noqa: F821
    torch.manual_seed(0)
    width = trial.suggest_int("width", 16, 128, step=1)
    layers = [nn.Linear(64, width), nn.ReLU()]
    layers += [nn.Dropout(trial.suggest_float("dropout", 0.0, 0.5)), nn.Linear(width, 10)]
    net = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(
        [{"params": layer.parameters()} for layer in (net[0], net[3])],
        lr=trial.suggest_float("lr", 1e-4, 1e-1, log=True),
    )

    def epochs():
        for epoch in range(EPOCHS):  # noqa: F821
            net.train(True)
            order = torch.randperm(len(data[0]))
            x, y = data[0][order], data[1][order]
            for start in range(0, len(x), BATCH_SIZE):  # noqa: F821
                net.zero_grad(set_to_none=True)
                stop = start + BATCH_SIZE  # noqa: F821
                log_chances = net(x[start:stop]).log_softmax(dim=1)
                nn.functional.nll_loss(log_chances, y[start:stop]).backward()
                optimizer.step()
            net.train(False)
            with torch.inference_mode():
                hits = sum(
                    int((net(part).argmax(dim=1) == truth).sum())
                    for part, truth in zip(data[2].split(16), data[3].split(16), strict=True)
                )
            yield epoch, hits / len(data[3])

    value = 0.0
    for epoch, value in epochs():
        trial.report(value, epoch)
        if trial.should_prune():
            raise TrialPruned()
    return value
