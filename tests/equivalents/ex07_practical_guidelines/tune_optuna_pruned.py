"""Optuna's TPE with the median pruner, for as long as the budget lasts."""

from __future__ import annotations

import math


def tune(objective, space, budget, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
    )
    step = max(1, objective.max_epochs // 4)
    rungs = [*range(step, objective.max_epochs, step), objective.max_epochs]
    best, best_value = None, -math.inf
    while objective.remaining >= objective.max_epochs:
        trial = study.ask()
        config = {name: trial.suggest_categorical(name, c) for name, c in space.items()}
        best = best or config
        for epochs in rungs:
            accuracy = objective(config, epochs)
            if math.isnan(accuracy):
                break
            trial.report(accuracy, epochs)
            if epochs < objective.max_epochs and trial.should_prune():
                break
        done = epochs == objective.max_epochs and not math.isnan(accuracy)
        if done and accuracy > best_value:
            best, best_value = config, accuracy
        study.tell(
            trial,
            accuracy if done else None,
            state=None if done else optuna.trial.TrialState.PRUNED,
        )
    return best, objective.open_test(best)
