"""Optuna's TPE with whole trainings; a NaN is a failed trial."""

from __future__ import annotations


def tune(objective, space, budget, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def value(trial):
        config = {name: trial.suggest_categorical(name, space[name]) for name in space}
        accuracy = objective(config, objective.max_epochs)
        trial.set_user_attr("config", config)
        return accuracy

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.enqueue_trial({name: choices[0] for name, choices in space.items()})
    study.optimize(value, n_trials=budget // objective.max_epochs)
    try:
        best = study.best_trial.user_attrs["config"]
    except ValueError:  # no trial is complete: everything diverged
        best = {name: choices[0] for name, choices in space.items()}
    return best, objective.open_test(best)
