"""Wrong versions of topic 5's functions, most of them edits of the references."""

from __future__ import annotations

from grader.misconceptions import Misconception

_GAIN = "gain = best - mu - xi"
_SUM = "gain * ndtr(z) + sigma * density"
_SAFE_SIGMA = "np.where(sigma > 0, sigma, 1.0)"
_CERTAIN = "np.where(sigma > 0, improvement, np.maximum(gain, 0.0))"
EXPECTED_IMPROVEMENT = (
    Misconception(
        "sign-turned-round",
        "expected_improvement",
        "You took mu - best for the gain, which rewards the worst points. Here lower is better: "
        "the gain is d = best - mu - xi. (Formulas for maximizing have it the other way round.)",
        {_GAIN: "gain = mu - best - xi"},
    ),
    Misconception(
        "nan-where-nothing-is-in-doubt",
        "expected_improvement",
        "Where sigma is 0 you divide by zero: 0 / 0 is NaN, and a NaN wins or loses every "
        "comparison by accident. Take these points apart: max(d, 0).",
        {
            f"z = gain / {_SAFE_SIGMA}": (
                'with np.errstate(all="ignore"):\n        z = gain / sigma'
            ),
            _CERTAIN: "improvement",
        },
    ),
    Misconception(
        "sigma-taken-for-a-variance",
        "expected_improvement",
        "You took the square root of sigma, but it is a standard deviation already.",
        {"np.asarray(sigma, dtype=np.float64)": "np.sign(sigma) * np.abs(sigma) ** 0.5"},
    ),
    Misconception(
        "sigma-squared",
        "expected_improvement",
        "You squared sigma. It is a standard deviation, in the unit of mu, and d / sigma has no "
        "unit: use it as it is.",
        {"np.asarray(sigma, dtype=np.float64)": "np.asarray(sigma) * np.abs(sigma)"},
    ),
    Misconception(
        "margin-added",
        "expected_improvement",
        "You added xi to the gain, so points that are worse than the best count as gains. A point "
        "has to beat best - xi: d = best - mu - xi.",
        {_GAIN: "gain = best - mu + xi"},
    ),
    Misconception(
        "margin-ignored",
        "expected_improvement",
        "xi plays no part in your result. Take it off the gain: d = best - mu - xi.",
        {_GAIN: "gain = best - mu"},
    ),
    Misconception(
        "margin-in-one-place-only",
        "expected_improvement",
        "You take xi off in d / sigma, but not in the d in front of Phi. It is the same d in both "
        "places: best - mu - xi.",
        {_SUM: "(gain + xi) * ndtr(z) + sigma * density"},
    ),
    Misconception(
        "density-without-sigma",
        "expected_improvement",
        "The density stands alone in your sum. It is sigma * phi(d / sigma): the wider the doubt, "
        "the more there is to gain.",
        {_SUM: "gain * ndtr(z) + density"},
    ),
    Misconception(
        "density-not-normalized",
        "expected_improvement",
        "Your density lacks its constant: phi(z) = exp(-z^2 / 2) / sqrt(2 pi). "
        "scipy.stats.norm.pdf has it.",
        {" / math.sqrt(2 * math.pi)": ""},
    ),
    Misconception(
        "probability-of-improvement",
        "expected_improvement",
        "Phi(d / sigma) is how likely an improvement is, whatever its size. Expected improvement "
        "weighs each with its size: d * Phi(d / sigma) + sigma * phi(d / sigma).",
        {_SUM: "ndtr(z)"},
    ),
    Misconception(
        "phi-and-density-swapped",
        "expected_improvement",
        "You have Phi and phi the wrong way round: d goes with the cumulative function Phi, and "
        "sigma with the density phi.",
        {_SUM: "gain * density + sigma * ndtr(z)"},
    ),
    Misconception(
        "doubt-ignored",
        "expected_improvement",
        "You score by the mean alone, max(d, 0). Then nothing draws a search to where it knows "
        "little: the doubt adds to the gain, by the formula with Phi and phi.",
        {_SUM: "np.maximum(gain, 0.0)"},
    ),
    Misconception(
        "certain-gain-scored-zero",
        "expected_improvement",
        "You score 0 wherever sigma is 0. Such a point holds no surprise, but it may still be "
        "better than the best: max(d, 0).",
        {_CERTAIN: "np.where(sigma > 0, improvement, 0.0)"},
    ),
    Misconception(
        "certain-loss-counted",
        "expected_improvement",
        "Where sigma is 0 you return d even if it is negative. A point that is no better than the "
        "best improves nothing: max(d, 0).",
        {_CERTAIN: "np.where(sigma > 0, improvement, gain)"},
    ),
    Misconception(
        "one-certain-point-decides-for-all",
        "expected_improvement",
        "A single sigma of 0 switches your whole array to max(d, 0). Choose point by point, with "
        "np.where.",
        {_CERTAIN: "np.where(np.all(sigma > 0), improvement, np.maximum(gain, 0.0))"},
    ),
    Misconception(
        "negative-sigma-accepted",
        "expected_improvement",
        "Your formula is right, but it also answers for a negative sigma, with a number that means "
        "nothing. Check, and raise a ValueError.",
        {"not np.all(sigma >= 0)": "False"},
    ),
)

_NOISY = "kernel(X, X) + noise * np.eye(len(X))"
_STD = "np.sqrt(np.maximum(variance - explained, 0.0))"
_SQUARES = "squares / (2 * length**2)"
_SCALED = "variance * np.exp("
GP_POSTERIOR = (
    Misconception(
        "variance-returned",
        "gp_posterior",
        "Your second result is the variance. Return its square root, the standard deviation: it "
        "has the unit of y, and expected improvement is made of it.",
        {_STD: "np.maximum(variance - explained, 0.0)"},
    ),
    Misconception(
        "noise-left-out",
        "gp_posterior",
        "You left the noise out of K. Then every measurement counts as exact, and a row that comes "
        "twice makes K singular: add noise to its diagonal.",
        {_NOISY: "kernel(X, X)"},
    ),
    Misconception(
        "noise-squared",
        "gp_posterior",
        "You squared the noise. It is a variance already: add it to the diagonal as it is.",
        {_NOISY: "kernel(X, X) + noise**2 * np.eye(len(X))"},
    ),
    Misconception(
        "noise-of-a-new-measurement-added",
        "gp_posterior",
        "Your deviation holds the noise of a new measurement. What is asked for is the doubt "
        "about the function itself: noise belongs on the diagonal of k(X, X) only.",
        {_STD: "np.sqrt(np.maximum(variance - explained, 0.0) + noise)"},
    ),
    Misconception(
        "length-not-squared",
        "gp_posterior",
        "You divide the squared distance by 2 * length. Both have to be squared, or the result "
        "depends on the unit of X: |a - b|^2 / (2 * length^2).",
        {_SQUARES: "squares / (2 * length)"},
    ),
    Misconception(
        "two-left-out",
        "gp_posterior",
        "The 2 is missing in your kernel: |a - b|^2 / (2 * length^2).",
        {_SQUARES: "squares / length**2"},
    ),
    Misconception(
        "distance-not-squared",
        "gp_posterior",
        "You have the distance in the kernel where its square belongs: |a - b|^2 / (2 * length^2). "
        "Without the square, the function is as rough as a coastline.",
        {_SQUARES: "np.sqrt(squares) / (2 * length**2)"},
    ),
    Misconception(
        "prior-variance-left-out",
        "gp_posterior",
        "Your kernel is 1 at distance 0. It is `variance` there: put it in front of the "
        "exponential, and take it for k(x, x) too.",
        {_SCALED: "np.exp(", _STD: "np.sqrt(np.maximum(1.0 - explained, 0.0))"},
    ),
    Misconception(
        "prior-variance-one-at-new-points",
        "gp_posterior",
        "You took 1 for k(x, x) at the new points. It is what the kernel says at distance 0: "
        "`variance`.",
        {_STD: "np.sqrt(np.maximum(1.0 - explained, 0.0))"},
    ),
    Misconception(
        "prior-variance-squared",
        "gp_posterior",
        "You squared `variance`. It is a variance already: it stands in front of the exponential "
        "as it is.",
        {
            _SCALED: "variance**2 * np.exp(",
            _STD: "np.sqrt(np.maximum(variance**2 - explained, 0.0))",
        },
    ),
    Misconception(
        "measurements-centered",
        "gp_posterior",
        "You took the mean off y and added it again. That is a useful habit, but another model: "
        "here the prior's mean is 0, and far from all data the prediction goes back to it.",
        {
            "cross @ cho_solve((lower, True), y)": (
                "np.mean(y) + cross @ cho_solve((lower, True), y - np.mean(y))"
            )
        },
    ),
    Misconception(
        "root-of-a-negative-variance",
        "gp_posterior",
        "Rounding makes some of your variances a little negative, and their square root is NaN. "
        "Put np.maximum(variance, 0) in between.",
        {
            f"return mean, {_STD}": (
                'with np.errstate(all="ignore"):\n'
                "        return mean, np.sqrt(variance - explained)"
            )
        },
    ),
    Misconception(
        "whole-covariance-returned",
        "gp_posterior",
        "Your second result is a matrix, the covariance of all new points with each other. Only "
        "its diagonal is asked for, as standard deviations, of shape (m,).",
        {_STD: ("kernel(Xs, Xs) - cross @ cho_solve((lower, True), cross.T)")},
    ),
    Misconception(
        "first-coordinate-only",
        "gp_posterior",
        "Your distance looks at the first coordinate only. Sum the squared differences over all d "
        "of them.",
        {
            "np.sum((a[:, None, :] - b[None, :, :]) ** 2, axis=2)": (
                "(a[:, None, 0] - b[None, :, 0]) ** 2"
            )
        },
    ),
    Misconception(
        "settings-not-checked",
        "gp_posterior",
        "Your sums are right, but you also accept a length, a variance or a noise that is not "
        "positive. Check all three, and raise a ValueError.",
        {"not (length > 0 and variance > 0 and noise > 0)": "False"},
    ),
)

_BEST = "min(known)"
_PEERS = "sign * values[step] for values in complete if step in values"
_DUE = "n_warmup + (step - n_warmup) // interval * interval"
_WAITS = "any(due <= earlier < step for earlier in current)"
SHOULD_PRUNE = (
    Misconception(
        "latest-value-compared",
        "should_prune",
        "You compare the latest value. Take the best one that the trial has had so far: a single "
        "bad epoch is noise.",
        {"for value in current.values()": "for value in [current[step]]"},
    ),
    Misconception(
        "equal-is-pruned",
        "should_prune",
        "You prune a trial that is as good as the median. Only a strictly worse one ends: > "
        "rather than >=.",
        {f"{_BEST} > np": f"{_BEST} >= np"},
    ),
    Misconception(
        "pruned-trials-in-the-median",
        "should_prune",
        "You compare with PRUNED trials too. They were the bad ones, so the median gets worse and "
        "worse, and fewer and fewer are pruned: keep COMPLETE trials only.",
        {'== "COMPLETE"': 'in ("COMPLETE", "PRUNED")'},
    ),
    Misconception(
        "every-trial-in-the-median",
        "should_prune",
        "You compare with every trial of the history. Keep those in state COMPLETE only.",
        {'== "COMPLETE"': "is not None"},
    ),
    Misconception(
        "maximizing-not-turned-round",
        "should_prune",
        'You prune what is high also when direction is "maximize": that ends the best trials. '
        "There the best value is the highest, and lower than the median is worse.",
        {'1 if direction == "minimize" else -1': "1"},
    ),
    Misconception(
        "best-not-turned-round",
        "should_prune",
        'With direction="maximize" you compare the lowest value so far. The best one is the '
        "highest there.",
        {_BEST: '(min(known) if direction == "minimize" else max(known))'},
    ),
    Misconception(
        "mean-for-median",
        "should_prune",
        "You compare with the mean, which a single trial that diverged drags along. Take the "
        "median.",
        {"np.nanmedian(there)": "np.nanmean(there)"},
    ),
    Misconception(
        "best-of-the-others-compared",
        "should_prune",
        "You take the median of the other trials' best values. Take what they had at this very "
        "step: later on, they had more training.",
        {
            _PEERS: (
                "min((sign * v for v in values.values() if v == v), default=math.nan) "
                "for values in complete"
            )
        },
    ),
    Misconception(
        "startup-counts-every-trial",
        "should_prune",
        "You count all trials of the history against n_startup. Only COMPLETE ones count.",
        {"len(complete) < n_startup": "len(history) < n_startup"},
    ),
    Misconception(
        "one-more-startup-trial",
        "should_prune",
        "You wait for one trial more than n_startup. With exactly n_startup COMPLETE trials, the "
        "rule is in force: < rather than <=.",
        {"len(complete) < n_startup": "len(complete) <= n_startup"},
    ),
    Misconception(
        "one-more-warmup-step",
        "should_prune",
        "You spare the step n_warmup itself. It is the first one that may be judged: < rather than "
        "<=.",
        {"step < n_warmup": "step <= n_warmup"},
    ),
    Misconception(
        "warmup-ignored",
        "should_prune",
        "You judge steps below n_warmup. Until then every trial goes on.",
        {"step < n_warmup": "False"},
    ),
    Misconception(
        "interval-ignored",
        "should_prune",
        "You judge every report. With interval, only the first one at or after each due step "
        "(n_warmup, n_warmup + interval, …) is judged.",
        {_WAITS: "False"},
    ),
    Misconception(
        "late-report-not-judged",
        "should_prune",
        "You judge at the due steps only. Where a trial skips one of them, its first report after "
        "that is judged in its place.",
        {_WAITS: "(step - n_warmup) % interval"},
    ),
    Misconception(
        "intervals-counted-from-zero",
        "should_prune",
        "You count the intervals from step 0. They start at n_warmup: n_warmup + interval, and so "
        "on.",
        {_DUE: "step // interval * interval"},
    ),
    Misconception(
        "few-values-are-enough",
        "should_prune",
        "You judge although fewer than n_min_trials of the COMPLETE trials have a value at this "
        "step. Count them first.",
        {"len(there) < n_min_trials": "len(there) < 1"},
    ),
    Misconception(
        "nan-trial-kept",
        "should_prune",
        "You let a trial go on that has reported nothing but NaN. It will not recover: rule 5 "
        "prunes it.",
        {"if not known:\n        return True": "if not known:\n        return False"},
    ),
    Misconception(
        "nan-hides-the-best",
        "should_prune",
        "One NaN makes your best value NaN, and a comparison with NaN is never true. Leave NaN "
        "out: np.nanmin, or np.nanmax to maximize.",
        {_BEST: "np.min([sign * value for value in current.values()])"},
    ),
    Misconception(
        "nan-in-the-median",
        "should_prune",
        "One NaN among the others makes your median NaN, and a comparison with NaN is never true. "
        "Leave NaN out: np.nanmedian.",
        {"np.nanmedian(there)": "np.median(there)"},
    ),
    Misconception(
        "last-key-taken-for-the-step",
        "should_prune",
        "You take the last key of `current` for the step. A dict keeps the order in which it was "
        "filled: take the largest key.",
        {"max(current)": "list(current)[-1]"},
    ),
    Misconception(
        "nothing-reported-fails",
        "should_prune",
        "Your function fails where `current` is empty. Nothing reported yet is no reason to prune: "
        "return False.",
        {"not current or not complete": "not complete"},
    ),
    Misconception(
        "settings-not-refused",
        "should_prune",
        "You decide well, but also with settings that make no rule, such as an interval of 0 or an "
        "unknown direction. Check them first, and raise a ValueError.",
        {
            "n_startup < 0 or n_warmup < 0": "False",
            "interval < 1 or n_min_trials < 1": "False",
            'direction not in ("minimize", "maximize")': "False",
            "    step = max(current)": "    interval = max(interval, 1)\n    step = max(current)",
        },
    ),
)

_S_MAX = "while eta ** (s_max + 1) <= R:\n        s_max += 1"
_N = "-(-(s_max + 1) * eta**s // (s + 1))"
_RUNGS = "[(n // eta**i, R // eta ** (s - i)) for i in range(s + 1)]"
HYPERBAND_BRACKETS = (
    Misconception(
        "logarithm-rounded-down",
        "hyperband_brackets",
        "You found s_max with a logarithm. math.log(243, 3) is a little below 5, so a whole "
        "bracket is missing there: multiply by eta in a loop instead.",
        {_S_MAX: "s_max = int(math.log(R, eta))"},
    ),
    Misconception(
        "power-itself-left-out",
        "hyperband_brackets",
        "You stop before eta^s reaches R. It may be equal to R: <= rather than <.",
        {"(s_max + 1) <= R": "(s_max + 1) < R"},
    ),
    Misconception(
        "table-of-the-paper",
        "hyperband_brackets",
        "You round (s_max + 1) / (s + 1) down before you multiply by eta^s, which gives the "
        "numbers of the paper's table. Here the whole product is divided, and rounded up, as in "
        "the paper's algorithm.",
        {_N: "(s_max + 1) // (s + 1) * eta**s"},
    ),
    Misconception(
        "rounded-before-multiplying",
        "hyperband_brackets",
        "You round (s_max + 1) / (s + 1) up before you multiply by eta^s. Divide the whole product "
        "by s + 1, and round at the end only.",
        {_N: "-(-(s_max + 1) // (s + 1)) * eta**s"},
    ),
    Misconception(
        "first-number-rounded-down",
        "hyperband_brackets",
        "You round the first n of a bracket down. Round it up: for whole numbers, -(-a // b).",
        {_N: "(s_max + 1) * eta**s // (s + 1)"},
    ),
    Misconception(
        "brackets-not-balanced",
        "hyperband_brackets",
        "You start eta^s trials in bracket s. The factor (s_max + 1) / (s + 1) is missing, which "
        "gives every bracket about the same total budget.",
        {_N: "eta**s"},
    ),
    Misconception(
        "brackets-in-reverse",
        "hyperband_brackets",
        "Your brackets come in the reverse order. The one with the most trials, s = s_max, comes "
        "first.",
        {"range(s_max, -1, -1)": "range(s_max + 1)"},
    ),
    Misconception(
        "last-bracket-left-out",
        "hyperband_brackets",
        "The bracket s = 0 is missing, which gives all of R to each of its trials: "
        "range(s_max, -1, -1) goes down to 0.",
        {"range(s_max, -1, -1)": "range(s_max, 0, -1)"},
    ),
    Misconception(
        "last-rung-left-out",
        "hyperband_brackets",
        "The last rung of each bracket is missing, on which the survivors get all of R. Bracket s "
        "has s + 1 rungs, i = 0 … s.",
        {"for i in range(s + 1)": "for i in range(s)"},
    ),
    Misconception(
        "resource-multiplied-up",
        "hyperband_brackets",
        "You round the first rung's resource and multiply it by eta from rung to rung, so the last "
        "one does not reach R where R is no power of eta. Divide R itself by eta^(s - i), on every "
        "rung.",
        {_RUNGS: "[(n // eta**i, R // eta**s * eta**i) for i in range(s + 1)]"},
    ),
    Misconception(
        "resource-not-rounded",
        "hyperband_brackets",
        "Your resources are fractions. Epochs are whole: round them down with //.",
        {_RUNGS: "[(n // eta**i, R / eta ** (s - i)) for i in range(s + 1)]"},
    ),
    Misconception(
        "survivors-rounded-up",
        "hyperband_brackets",
        "You round the number of survivors up. Only the first n of a bracket is rounded up; from "
        "then on, n / eta^i is rounded down.",
        {_RUNGS: "[(-(-n // eta**i), R // eta ** (s - i)) for i in range(s + 1)]"},
    ),
    Misconception(
        "resource-of-the-rung-alone",
        "hyperband_brackets",
        "Your r counts only what is trained on that rung. Training goes on from where it was: r is "
        "what a trial has had in all by the end of the rung.",
        {
            _RUNGS: (
                "[(n // eta**i, R // eta ** (s - i) - (R // eta ** (s - i + 1) if i else 0)) "
                "for i in range(s + 1)]"
            )
        },
    ),
    Misconception(
        "no-resource-accepted",
        "hyperband_brackets",
        "You make a bracket even for R = 0, with nothing to train on. Raise a ValueError where R "
        "is below 1.",
        {"R < 1 or eta < 2": "eta < 2"},
    ),
)

_LR = 'trial.suggest_float("lr", 1e-4, 1e-1, log=True)'
_DROPOUT = 'trial.suggest_float("dropout", 0.0, 0.5)'
_RAISE = 'raise optuna.TrialPruned(f"accuracy {accuracy:.3f} after epoch {epoch}")'
_REPORT = "trial.report(accuracy, epoch)"
_ACCURACY = "accuracy = float(right.double().mean())"
_ADAM = "optimizer = torch.optim.Adam(model.parameters(), lr=lr)"
_BATCHES = "torch.randperm(len(train_x)).split(BATCH_SIZE)"
OBJECTIVE = (
    Misconception(
        "never-asks-whether-to-go-on",
        "objective",
        "You report, but never ask trial.should_prune(), so nothing is ever pruned. Ask after each "
        "report, and raise optuna.TrialPruned if it says yes.",
        {"if trial.should_prune():": "if False:"},
    ),
    Misconception(
        "answer-not-heeded",
        "objective",
        "You ask trial.should_prune(), but training goes on whatever it says. Optuna cannot stop "
        "your loop: raise optuna.TrialPruned(), and let no `except` around it swallow that.",
        {_RAISE: "pass"},
    ),
    Misconception(
        "returns-instead-of-raising",
        "objective",
        "When the trial should be pruned, you leave the loop and return a value, so Optuna takes "
        "the trial for a complete one. Raise optuna.TrialPruned(), and let no `except` around it "
        "swallow that.",
        {_RAISE: "break"},
    ),
    Misconception(
        "rate-on-a-linear-scale",
        "objective",
        "You ask for lr without log=True: nine in ten of the first suggestions lie above 0.01. Its "
        "logarithm should be spread evenly.",
        {_LR: 'trial.suggest_float("lr", 1e-4, 1e-1)'},
    ),
    Misconception(
        "rate-from-a-list",
        "objective",
        "You let Optuna choose lr from a list. To it, choices have no order, and nothing lies "
        "between them: ask for a float on a log scale.",
        {_LR: 'trial.suggest_categorical("lr", [1e-4, 1e-3, 1e-2, 1e-1])'},
    ),
    Misconception(
        "log-scale-from-zero",
        "objective",
        "You asked for dropout with log=True, but its range starts at 0, and 0 has no logarithm. "
        "Its scale is the plain one.",
        {_DROPOUT: 'trial.suggest_float("dropout", 0.0, 0.5, log=True)'},
    ),
    Misconception(
        "range-changes-from-trial-to-trial",
        "objective",
        "The range of dropout depends on the trial. Optuna takes that without a word, but what its "
        "sampler learned from earlier trials no longer fits: keep one name to one range.",
        {_DROPOUT: 'trial.suggest_float("dropout", 0.0, 0.5 / (1 + trial.number))'},
    ),
    Misconception(
        "one-name-for-two-settings",
        "objective",
        "You ask for two settings by the name lr. The second question gets the first one's answer: "
        "give each setting a name of its own.",
        {_DROPOUT: 'trial.suggest_float("lr", 0.0, 0.5)'},
    ),
    Misconception(
        "rate-not-used",
        "objective",
        "You ask for lr, but your optimizer never gets it, and the search tunes a setting that "
        "does nothing. Pass it on: lr=lr.",
        {_ADAM: "optimizer = torch.optim.Adam(model.parameters())"},
    ),
    Misconception(
        "dropout-not-used",
        "objective",
        "You ask for dropout, but your network has another rate, and the search tunes a setting "
        "that does nothing. Pass it on: Dropout(dropout).",
        {"torch.nn.Dropout(dropout)": "torch.nn.Dropout()"},
    ),
    Misconception(
        "network-kept-between-trials",
        "objective",
        "Your network outlives its trial, so the next one starts where this one ended, and looks "
        "better than its settings are. Build the network inside objective.",
        {_ADAM: f'model = vars(objective).setdefault("model", model)\n    {_ADAM}'},
    ),
    Misconception(
        "not-seeded",
        "objective",
        "The same settings get another score each time. Call torch.manual_seed(0) before you build "
        "the network, so that trials differ by their settings only.",
        {"torch.manual_seed(0)": "torch.initial_seed()"},  # only reads it
    ),
    Misconception(
        "training-accuracy-reported",
        "objective",
        "You measure the accuracy on the training split, which the network has seen: the search "
        "will favor whatever learns it by heart. Measure on the validation split.",
        {"model(val_x).argmax(dim=1) == val_y": "model(train_x).argmax(dim=1) == train_y"},
    ),
    Misconception(
        "loss-instead-of-accuracy",
        "objective",
        "You report and return a loss, where lower is better. The study maximizes: report the "
        "accuracy, the share of validation images that are right.",
        {_ACCURACY: "accuracy = float(torch.nn.functional.cross_entropy(model(val_x), val_y))"},
    ),
    Misconception(
        "training-loss-returned",
        "objective",
        "You return the last training loss. The study maximizes what you return: it has to be the "
        "validation accuracy.",
        {"return accuracy": "return float(loss.detach())"},
    ),
    Misconception(
        "best-accuracy-returned",
        "objective",
        "You return the best accuracy of all epochs. Asked for is the one after the last epoch: "
        "the best of ten noisy numbers flatters a network that you no longer have.",
        {
            "accuracy = 0.0": "accuracy = best = 0.0",
            _REPORT: f"best = max(best, accuracy)\n        {_REPORT}",
            "return accuracy": "return best",
        },
    ),
    Misconception(
        "percentage-reported",
        "objective",
        "Your accuracy is a percentage. Report a number between 0 and 1.",
        {_ACCURACY: "accuracy = 100 * float(right.double().mean())"},
    ),
    Misconception(
        "dropout-in-evaluation",
        "objective",
        "You measure the accuracy while dropout is still at work, so it is too low and jumps "
        "about. Call model.eval() first.",
        {"model.eval()": "pass"},
    ),
    Misconception(
        "never-back-to-training-mode",
        "objective",
        "After the first evaluation your network stays in evaluation mode, and dropout rests for "
        "the remaining epochs. Call model.train() at the start of every epoch.",
        {"model.train()": "model.train(epoch == 0)"},
    ),
    Misconception(
        "gradients-not-cleared",
        "objective",
        "Your gradients pile up from step to step, since backward() adds to what is there. Call "
        "optimizer.zero_grad() before it.",
        {"optimizer.zero_grad()": "pass"},
    ),
    Misconception(
        "softmax-before-cross-entropy",
        "objective",
        "You apply a softmax before cross_entropy, which has one built in. Give it the network's "
        "plain outputs.",
        {"(model(train_x[rows])": "(model(train_x[rows]).softmax(dim=1)"},
    ),
    Misconception(
        "one-batch-an-epoch",
        "objective",
        "You make one step an epoch, with all images at once: ten steps in all teach little. Go "
        "through them in batches of BATCH_SIZE.",
        {_BATCHES: "torch.randperm(len(train_x)).split(len(train_x))"},
    ),
    Misconception(
        "never-shuffled",
        "objective",
        "Your batches are the same in every epoch. Draw a new order each time: "
        "torch.randperm(len(train_x)).",
        {_BATCHES: "torch.arange(len(train_x)).split(BATCH_SIZE)"},
    ),
    Misconception(
        "reported-once-at-the-end",
        "objective",
        "You report after the last epoch only, when there is nothing left to save. Report after "
        "every epoch.",
        {_REPORT: f"if epoch == EPOCHS - 1:\n            {_REPORT}"},
    ),
    Misconception(
        "every-report-at-one-step",
        "objective",
        "You report every epoch under the same step, and Optuna keeps only the first of them. Give "
        "the epoch: trial.report(accuracy, epoch).",
        {_REPORT: "trial.report(accuracy, 0)"},
    ),
    Misconception(
        "epochs-counted-from-one",
        "objective",
        "You count the epochs from 1. Optuna's pruners count steps from 0.",
        {_REPORT: "trial.report(accuracy, epoch + 1)"},
    ),
)
