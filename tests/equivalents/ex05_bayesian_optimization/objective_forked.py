"""Leaves torch's global state as it was, measures with NumPy, and passes its own exceptions on."""

from __future__ import annotations

import numpy as np


def objective(trial):
    import optuna
    import torch

    settings = {
        "lr": trial.suggest_float("lr", 0.0001, 0.1, log=True),
        "width": trial.suggest_int("width", 16, 128),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
    }
    train_x, train_y, val_x, val_y = digits_split()  # noqa: F821
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        body = torch.nn.Sequential(torch.nn.Linear(64, settings["width"]), torch.nn.ReLU())
        head = torch.nn.Sequential(
            torch.nn.Dropout(settings["dropout"]), torch.nn.Linear(settings["width"], 10)
        )
        model = torch.nn.Sequential(body, head)
        optimizer = torch.optim.Adam(model.parameters(), lr=settings["lr"], foreach=False)
        history = []
        epoch = 0
        while epoch < EPOCHS:  # noqa: F821
            model.train()
            rows = np.arange(len(train_x))
            np.random.default_rng(epoch).shuffle(rows)
            for batch in np.array_split(rows, range(BATCH_SIZE, len(rows), BATCH_SIZE)):  # noqa: F821
                picked = torch.from_numpy(batch)
                loss = torch.nn.functional.cross_entropy(model(train_x[picked]), train_y[picked])
                optimizer.zero_grad(set_to_none=False)
                loss.backward()
                optimizer.step()
            model.eval()
            guesses = model(val_x).detach().numpy().argmax(axis=1)
            history.append(np.mean(guesses == val_y.numpy()))
            trial.report(history[-1], epoch)
            if trial.should_prune():
                raise optuna.TrialPruned
            epoch += 1
    return history[-1]
