"""Topic 5: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

EXPECTED_IMPROVEMENT = Task(
    "expected_improvement",
    "Score a point by the improvement to expect",
    (
        "If you were certain of the value at a point, how much would trying it gain you? And what "
        "does a little doubt add to that, even where the mean is no better than the best?",
        "Let d = best - mu - xi be the gain if the mean came true. With doubt, the expected gain "
        "is d times the chance of a gain, plus sigma times a density, both at d / sigma. Without "
        "doubt it is d, or nothing where d is negative. Which of the two must not divide by sigma?",
        "Raise a ValueError if any sigma is negative. Let z = d / sigma, with 1 in place of a "
        "sigma of 0 (np.where), so that nothing divides by zero. Then return "
        "np.where(sigma > 0, d * ndtr(z) + sigma * np.exp(-z**2 / 2) / np.sqrt(2 * np.pi), "
        "np.maximum(d, 0)), where ndtr is from scipy.special.",
    ),
    section="What to try next",
)

GP_POSTERIOR = Task(
    "gp_posterior",
    "Predict with a Gaussian process",
    (
        "You need three tables of covariances: data with data, new points with data, and new "
        "points with themselves. Of the last one, which entries matter for a standard deviation?",
        "Write the kernel as a small function of two arrays of points. Noise sits on the diagonal "
        "of the data's own table only. The mean is Ks (K + noise I)^-1 y; the variance is what "
        "the kernel says, less the diagonal of Ks (K + noise I)^-1 Ks^T. Rounding can push it "
        "below zero.",
        "L = np.linalg.cholesky(kernel(X, X) + noise * np.eye(len(X))), Ks = kernel(Xs, X). With "
        "alpha = cho_solve((L, True), y) from scipy.linalg the mean is Ks @ alpha. With v = "
        "solve_triangular(L, Ks.T, lower=True) the variance is variance - (v**2).sum(axis=0): "
        "np.maximum(…, 0), and then the square root.",
    ),
    section="A belief with a band",
)

SHOULD_PRUNE = Task(
    "should_prune",
    "Stop a trial that lags behind",
    (
        "Go through the rules in the order of the docstring: most of them end with False. Which "
        "trials may the current one be compared with, and at which step?",
        "The step is the largest one in current. Keep the COMPLETE trials of history; the trial's "
        "best value so far (not its latest) is held against the median of what they had at that "
        "very step. Is this report the first one since the last check was due?",
        "due = n_warmup + (step - n_warmup) // interval * interval; if another step of current is "
        "at least due, return False. best = np.nanmin of current's values (np.nanmax to "
        "maximize), or True at once if all are NaN. peers = the values at step of the COMPLETE "
        "trials that have one: fewer than n_min_trials, or all NaN, is False. Otherwise compare "
        "best with np.nanmedian(peers), strictly.",
    ),
    section="Stop what lags behind",
)

HYPERBAND_BRACKETS = Task(
    "hyperband_brackets",
    "Lay out the brackets of Hyperband",
    (
        "How often can you divide R by eta before less than 1 is left? Count it in a loop: for "
        "243 and 3, a logarithm is off by one.",
        "Find s_max first. There is a bracket for each s from s_max down to 0, and it has s + 1 "
        "rungs, i = 0 … s. From rung to rung the trials shrink by eta, and the resource grows by "
        "eta. Only its first n is rounded up.",
        "s_max = 0, and while eta ** (s_max + 1) <= R, add 1. For s in range(s_max, -1, -1): "
        "n = -(-(s_max + 1) * eta**s // (s + 1)), which rounds up, and the rungs are "
        "(n // eta**i, R // eta ** (s - i)) for i in range(s + 1).",
    ),
    section="Stop what lags behind",
)

OBJECTIVE = Task(
    "objective",
    "Write an objective for Optuna that can be pruned",
    (
        "Write the training loop for fixed settings first. Which lines depend on the trial? What "
        "must be built anew in every call?",
        "Ask for lr, width and dropout at the top, seed torch, then build the network and its "
        "Adam. At the end of each epoch switch to evaluation, measure the accuracy on the "
        "validation split, report it, and ask whether to go on. What does Optuna expect of you "
        "if the answer is to stop?",
        'lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True), width = trial.suggest_int("width", '
        '16, 128), dropout = trial.suggest_float("dropout", 0.0, 0.5). An epoch: model.train(), '
        "then for rows in torch.randperm(len(train_x)).split(BATCH_SIZE) zero the gradients, "
        "cross_entropy, backward, step; then model.eval() and, under torch.no_grad(), the share "
        "of model(val_x).argmax(dim=1) == val_y. trial.report(accuracy, epoch), and if "
        "trial.should_prune(): raise optuna.TrialPruned().",
    ),
    section="What Optuna does",
)

BAYESIAN_OPTIMIZATION = Topic(
    number=5,
    slug="bayesian-optimization",
    module="ex05_bayesian_optimization",
    title="Bayesian optimization",
    summary="Let the trials so far choose the next one, and stop early those that lag behind.",
    lesson="05-Bayesian-Optimization.md",
    tasks=(
        EXPECTED_IMPROVEMENT,
        GP_POSTERIOR,
        SHOULD_PRUNE,
        HYPERBAND_BRACKETS,
        OBJECTIVE,
    ),
)
