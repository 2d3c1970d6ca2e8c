"""Optuna's own pruner on a study made of the history."""

from __future__ import annotations


def should_prune(
    history, current, n_startup=5, n_warmup=0, interval=1, n_min_trials=1, direction="minimize"
):
    import optuna

    if direction not in {"minimize", "maximize"}:
        raise ValueError("direction")
    pruner = optuna.pruners.MedianPruner(
        n_startup, n_warmup, interval, n_min_trials=n_min_trials
    )  # refuses the rest
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction=direction)
    optuna.logging.set_verbosity(verbosity)
    for trial in history:
        state = optuna.trial.TrialState[trial["state"]]
        study.add_trial(
            optuna.trial.create_trial(
                state=state,
                value=0.0 if trial["state"] == "COMPLETE" else None,
                intermediate_values=dict(trial["values"]),
            )
        )
    running = optuna.trial.create_trial(
        state=optuna.trial.TrialState.RUNNING, intermediate_values=dict(current)
    )
    return pruner.prune(study, running)
