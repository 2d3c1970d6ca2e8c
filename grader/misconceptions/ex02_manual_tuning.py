"""Topic 2: wrong versions of its tasks, most of them the reference with one thing changed."""

from __future__ import annotations

import math

from grader.misconceptions import Misconception, misconception

_IS_BETTER = "value < best_value or (math.isnan(best_value) and not math.isnan(value))"

SCHEDULE = (
    Misconception(
        "linear-spacing",
        "lr_schedule",
        "You spaced the rates evenly on a linear scale, so nearly all of them lie in the top "
        "decade. Multiply by a constant ratio instead: low * (high / low) ** (i / (n - 1)).",
        {"low * (high / low) ** (i / (n - 1))": "low + (high - low) * (i / (n - 1))"},
    ),
    Misconception(
        "stops-before-high",
        "lr_schedule",
        "Your schedule stops one step short of `high`: n rates have n - 1 gaps between them, so "
        "divide i by n - 1, not by n.",
        {
            "** (i / (n - 1))": "** (i / n)",
            "(high - low) * (i / (n - 1))": "(high - low) * (i / n)",
        },
    ),
    Misconception(
        "starts-after-low",
        "lr_schedule",
        "Your schedule starts one step above `low`: count i from 0, and divide by n - 1, so that "
        "the first rate is `low` itself.",
        {
            "** (i / (n - 1))": "** ((i + 1) / n)",
            "(high - low) * (i / (n - 1))": "(high - low) * ((i + 1) / n)",
        },
    ),
    Misconception(
        "bounds-taken-for-exponents",
        "lr_schedule",
        "You passed the rates themselves to np.logspace, which takes powers of ten: 0.001 became "
        "10 ** 0.001. Use np.geomspace, or take np.log10 of both ends first.",
        {"[low * (high / low) ** (i / (n - 1)) for i in range(n)]": "np.logspace(low, high, n)"},
    ),
    Misconception(
        "ten-to-natural-logs",
        "lr_schedule",
        "Your bounds are natural logarithms, but np.logspace raises 10 to them. Take np.log10 "
        "instead of np.log, or use np.geomspace.",
        {
            "[low * (high / low) ** (i / (n - 1)) for i in range(n)]": (
                "np.logspace(np.log(low), np.log(high), n)"
            )
        },
    ),
    Misconception(
        "mode-ignored",
        "lr_schedule",
        'You ignore `mode`: with mode="linear" the rates have a constant difference, and a mode '
        "that is neither of the two is a ValueError.",
        {'if mode == "exp":': "if True:"},
    ),
    Misconception(
        "any-schedule-accepted",
        "lr_schedule",
        "The rates are right, but impossible arguments get through. Raise a ValueError unless "
        "0 < low < high, n >= 2, and `mode` is one of the two.",
        {
            "not low > 0": "False",
            "not high > low": "False",
            "n < 2": "False",
            'if mode == "linear":': "if True:",
        },
    ),
)

SMOOTH = (
    Misconception(
        "no-bias-correction",
        "smooth",
        "Your average starts at zero and is never corrected for it, so the curve seems to rise at "
        "first. Report v / (1 - beta ** t), with t counted from 1.",
        {"average / (1 - beta**t)": "average"},
    ),
    Misconception(
        "starts-at-first-loss",
        "smooth",
        "You start the average at the first loss, which then weighs more than any other for many "
        "steps. Start at zero, and divide by 1 - beta ** t.",
        {
            "average = beta * average": "average = float(loss) if t == 1 else beta * average",
            "average / (1 - beta**t)": "average",
        },
    ),
    Misconception(
        "steps-counted-from-zero",
        "smooth",
        "You count steps from 0, and 1 - beta ** 0 is zero. The first loss is step 1: "
        "enumerate(losses, start=1).",
        {"start=1": "start=0"},
    ),
    Misconception(
        "corrected-value-carried-on",
        "smooth",
        "You carry the corrected average into the next step, so it is corrected again and again. "
        "Keep v as it is, and divide only what you report.",
        {
            "smoothed.append(average / (1 - beta**t))": (
                "average /= 1 - beta**t\n        smoothed.append(average)"
            )
        },
    ),
    Misconception(
        "weights-swapped",
        "smooth",
        "You gave `beta` to the new loss and 1 - beta to the past. It is the other way round: "
        "v = beta * v + (1 - beta) * loss.",
        {"beta * average + (1 - beta) * float(loss)": "(1 - beta) * average + beta * float(loss)"},
    ),
    Misconception(
        "correction-never-fades",
        "smooth",
        "You divide every step by 1 - beta, which is right for the first one only. The correction "
        "fades: divide step t by 1 - beta ** t.",
        {"beta**t": "beta"},
    ),
    Misconception(
        "any-beta-accepted",
        "smooth",
        "The averages are right, but a `beta` outside [0, 1) gets through. Raise a ValueError "
        "unless 0 <= beta < 1.",
        {"not 0 <= beta < 1": "False", "/ (1 - beta**t)": "/ ((1 - beta**t) or 1.0)"},
    ),
    Misconception(
        "losses-overwritten",
        "smooth",
        "You write the averages into the list that you were given, so its owner loses the raw "
        "losses. Collect them in a new list.",
        {
            "smoothed.append(average / (1 - beta**t))": "losses[t - 1] = average / (1 - beta**t)",
            "return smoothed": "return losses",
        },
    ),
)

RANGE_TEST = (
    Misconception(
        "model-state-kept-by-reference",
        "range_test",
        "The model keeps the weights that the test has trained. Load the old ones back at the end, "
        "from a deep copy: model.state_dict() by itself refers to the live tensors.",
        {"copy.deepcopy(model.state_dict())": "model.state_dict()"},
    ),
    Misconception(
        "optimizer-state-kept-by-reference",
        "range_test",
        "Adam's moments do not come back: optimizer.state_dict() refers to the live tensors, and "
        "training writes into those. Take copy.deepcopy of it, and load that.",
        {"copy.deepcopy(optimizer.state_dict())": "optimizer.state_dict()"},
    ),
    Misconception(
        "optimizer-not-restored",
        "range_test",
        "You restore the model but not the optimizer, which keeps the last rate of the test and "
        "moments from its worst steps. Copy optimizer.state_dict() deeply, and load it at the end.",
        {"optimizer.load_state_dict(optimizer_state)": "pass"},
    ),
    Misconception(
        "buffers-not-restored",
        "range_test",
        "You restore the parameters but not the buffers, such as BatchNorm's running averages. "
        "model.state_dict() holds both: copy it deeply, and load it at the end.",
        {
            "model.load_state_dict(model_state)": (
                "for name, parameter in model.named_parameters():\n"
                "            parameter.data.copy_(model_state[name])"
            ),
        },
    ),
    Misconception(
        "mode-left-in-training",
        "range_test",
        "You leave the model in training mode. Remember module.training of each of "
        "model.modules(), and set it back at the end.",
        {"module.training = training": "pass"},
    ),
    Misconception(
        "one-mode-for-all-modules",
        "range_test",
        "model.train(mode) sets every module inside the model alike, and wakes up a layer that was "
        "frozen on its own. Remember module.training of each of model.modules().",
        {
            "[(module, module.training) for module in model.modules()]": (
                "[(module, model.training) for module in model.modules()]"
            ),
        },
    ),
    Misconception(
        "never-in-training-mode",
        "range_test",
        "You test in whatever mode the model is in, so BatchNorm and Dropout may behave as in "
        "evaluation. Call model.train() before the first batch.",
        {"model.train()": "pass"},
    ),
    Misconception(
        "no-restore-after-an-exception",
        "range_test",
        "When loss_fn raises, your function ends before it restores anything. Put the restoring "
        "into a `finally` block.",
        {"    try:": "    if True:", "    finally:": "    if True:"},
    ),
    Misconception(
        "return-in-finally",
        "range_test",
        "A `return` inside `finally` swallows the exception, so nobody learns that loss_fn failed. "
        "Restore in `finally`, and return after it.",
        {"    return lrs, losses": "        return lrs, losses"},
    ),
    Misconception(
        "next-rate-recorded",
        "range_test",
        "You record the rate after moving on to the next one, so every loss stands one place too "
        "far left. Record the rate that the batch was trained with.",
        {"lrs.append(lr)": "lrs.append(rates[min(len(lrs) + 1, n - 1)])"},
    ),
    Misconception(
        "only-the-first-group-set",
        "range_test",
        "You set the rate in the first parameter group only, and the others go on at their own. "
        "Loop over all of optimizer.param_groups.",
        {"for group in optimizer.param_groups:": "for group in optimizer.param_groups[:1]:"},
    ),
    Misconception(
        "lowest-loss-starts-at-zero",
        "range_test",
        "Your lowest loss starts at 0, below every real loss, so the test ends at once. Start it "
        "at infinity, or at the first smoothed loss.",
        {"lowest = math.inf": "lowest = 0.0"},
    ),
    Misconception(
        "nan-never-stops",
        "range_test",
        "A loss of NaN or infinity goes on: comparisons with NaN are never true. Ask math.isfinite "
        "before you record the loss.",
        {"not math.isfinite(value)": "False"},
    ),
    Misconception(
        "nan-recorded",
        "range_test",
        "You end the test at a loss that is not finite, but record it first. Check before you "
        "record, so that the curve holds numbers only.",
        {
            "if not math.isfinite(value):\n                break\n            ": "",
            "smoothed > stop * lowest": "not math.isfinite(value) or smoothed > stop * lowest",
        },
    ),
    Misconception(
        "raw-loss-stops",
        "range_test",
        "You compare the raw loss with the lowest one, so a single unlucky batch ends the test. "
        "Compare smoothed losses with one another.",
        {"smoothed = smooth(losses, beta)[-1]": "smoothed = value"},
    ),
    Misconception(
        "never-stops-early",
        "range_test",
        "Your test goes on after the loss has exploded. End it once the smoothed loss is above "
        "`stop` times the lowest smoothed loss so far.",
        {"smoothed > stop * lowest": "False"},
    ),
    Misconception(
        "exploded-loss-not-recorded",
        "range_test",
        "You drop the batch at which the loss explodes. Record the rate and the loss before you "
        "decide whether to stop, so that the curve shows the explosion.",
        {
            "if smoothed > stop * lowest:\n": (
                "if smoothed > stop * lowest:\n                del lrs[-1], losses[-1]\n"
            )
        },
    ),
    Misconception(
        "smoothed-losses-returned",
        "range_test",
        "You return smoothed losses. Record the raw ones: smoothing serves the stopping rule only, "
        "and whoever draws the curve can smooth it.",
        {"return lrs, losses": "return lrs, smooth(losses, beta)"},
    ),
    Misconception(
        "loader-not-restarted",
        "range_test",
        "Your test ends with the loader, however few batches it has. When the batches are "
        "exhausted, iterate over them again.",
        {"endless(), strict": "batches, strict"},
    ),
    Misconception(
        "same-batch-every-time",
        "range_test",
        "next(iter(batches)) is the first batch each time, so you train on that one only. Make one "
        "iterator before the loop, and start over when it is exhausted.",
        {"zip(rates, endless(), strict=False)": "((lr, next(iter(batches))) for lr in rates)"},
    ),
    Misconception(
        "gradients-not-cleared",
        "range_test",
        "Gradients add up over batches, since backward() adds to what is there. Call "
        "optimizer.zero_grad() before each backward pass.",
        {"            optimizer.zero_grad()\n": ""},
    ),
)

SUGGEST = (
    Misconception(
        "slope-over-linear-lr",
        "suggest_lr",
        "You divide by differences of the rate itself, so the smallest rates always look steepest. "
        "Take slopes over the logarithm: np.diff(np.log(lrs)).",
        {"np.diff(np.log(rates))": "np.diff(rates)"},
    ),
    Misconception(
        "slope-without-spacing",
        "suggest_lr",
        "You compare differences of the loss without dividing by the gaps between the rates, which "
        "need not be even. Divide by np.diff(np.log(lrs)).",
        {" / np.diff(np.log(rates))": ""},
    ),
    Misconception(
        "central-differences",
        "suggest_lr",
        "np.gradient averages the slopes on both sides of a point. Here a slope leads from one "
        "point to the next: np.diff(losses) / np.diff(np.log(lrs)).",
        {"np.diff(curve) / np.diff(np.log(rates))": "np.gradient(curve, np.log(rates))"},
    ),
    Misconception(
        "steepest-ascent",
        "suggest_lr",
        "You took the steepest rise. The loss falls where the slope is negative, so take the "
        "lowest slope: argmin, not argmax.",
        {"np.argmin(slopes)": "np.argmax(slopes)"},
    ),
    Misconception(
        "steepest-in-size",
        "suggest_lr",
        "You took the largest slope in size, which may be the explosion at the end. Keep the sign, "
        "and take the lowest slope.",
        {"np.argmin(slopes)": "np.argmax(np.abs(slopes))"},
    ),
    Misconception(
        "right-end-of-the-fall",
        "suggest_lr",
        "You return the right end of the steepest fall. Slope i leads from point i to point i + 1, "
        "and the suggestion is the left one, lrs[i].",
        {"int(np.argmin(slopes))": "int(np.argmin(slopes)) + 1"},
    ),
    Misconception(
        "minimum-not-divided",
        "suggest_lr",
        'With "minimum" you return the rate at the lowest loss, on the brink of divergence. Divide '
        "it by 10.",
        {"] / 10": "]"},
    ),
    Misconception(
        "loss-instead-of-rate",
        "suggest_lr",
        'With "minimum" you return a tenth of the lowest loss, but the answer is a learning rate: '
        "find where the loss is lowest, and take the rate there.",
        {"rates[int(np.argmin(curve))]": "min(curve)"},
    ),
    Misconception(
        "slice-to-minus-zero",
        "suggest_lr",
        "Your cut [skip_start:-skip_end] is empty when skip_end is 0, since -0 is 0. Cut at "
        "len(lrs) - skip_end instead.",
        {"max(skip_start, len(lrs) - skip_end)": "-skip_end"},
    ),
    Misconception(
        "skips-ignored",
        "suggest_lr",
        "You ignore `skip_start` and `skip_end`. Cut those points off both lists before anything "
        "else.",
        {"slice(skip_start, max(skip_start, len(lrs) - skip_end))": "slice(None)"},
    ),
    Misconception(
        "only-losses-skipped",
        "suggest_lr",
        "You find the place on the shortened curve, but look it up in the full list of rates, so "
        "the answer is `skip_start` places off. Cut both lists alike.",
        {
            '    if method == "steep":': "    log_rates = np.log(rates)\n    rates = list(lrs)\n"
            '    if method == "steep":',
            "np.diff(np.log(rates))": "np.diff(log_rates)",
        },
    ),
    Misconception(
        "valley-without-gaps",
        "suggest_lr",
        "Your valley is the longest unbroken fall, so one noisy point cuts it in two. Look for the "
        "longest decreasing subsequence: it may step over points.",
        {"for j in range(i) if": "for j in range(max(0, i - 1), i) if"},
    ),
    Misconception(
        "valley-counts-plateaus",
        "suggest_lr",
        "Your valley lets equal losses count as a fall, so a flat line looks like a long one. "
        "Decreasing is meant strictly: use >, not >=.",
        {"curve[j] > loss": "curve[j] >= loss"},
    ),
    Misconception(
        "bottom-of-the-valley",
        "suggest_lr",
        'With "valley" you return the rate at the bottom of the fall, close to divergence. Go from '
        "its start: a third of its length, then half a third more.",
        {"max(0, start + int(third) + int(third / 2))": "end"},
    ),
    Misconception(
        "any-curve-accepted",
        "suggest_lr",
        "The suggestions are right, but curves that cannot be read get through. Raise a ValueError "
        "for lengths that differ, fewer than 2 points left, and negative skips.",
        {
            "len(lrs) != len(losses)": "False",
            "skip_start < 0 or skip_end < 0": "False",
            "len(rates) < 2": "False",
        },
    ),
)

SCALE = (
    Misconception(
        "inverse-ratio",
        "scale_lr",
        "Your ratio is upside down: a larger batch allows a larger rate. Multiply by new_batch / "
        "old_batch.",
        {"new_batch / old_batch": "old_batch / new_batch"},
    ),
    Misconception(
        "root-of-the-rate-too",
        "scale_lr",
        "You took the square root of the rate too. Only the ratio of the batch sizes is under the "
        "root: lr * math.sqrt(new_batch / old_batch).",
        {"lr * math.sqrt(ratio)": "math.sqrt(lr * ratio)"},
    ),
    Misconception(
        "whole-number-ratio",
        "scale_lr",
        "new_batch // old_batch drops the fraction, and is 0 when the batch shrinks. Divide with a "
        "single slash.",
        {"new_batch / old_batch": "new_batch // old_batch"},
    ),
    Misconception(
        "rule-ignored",
        "scale_lr",
        'You use the linear rule whatever `rule` says. With rule="sqrt" multiply by the square '
        "root of the ratio, and refuse any other rule with a ValueError.",
        {'if rule == "linear":': "if True:"},
    ),
    Misconception(
        "rules-swapped",
        "scale_lr",
        "You mixed up the rules: the linear one multiplies by the ratio of the batches, the "
        "square-root one by the root of that ratio.",
        {
            "return lr * ratio": "return lr * math.sqrt(ratio)",
            "return lr * math.sqrt(ratio)": "return lr * ratio",
        },
    ),
    Misconception(
        "any-rate-accepted",
        "scale_lr",
        "The rates are right, but arguments that make no sense get through. Raise a ValueError for "
        "a rate that is not positive, a batch below 1, or an unknown rule.",
        {
            "not lr > 0": "False",
            "old_batch < 1 or new_batch < 1": "False",
            'if rule == "sqrt":': "if True:",
        },
    ),
)

SEARCH = (
    Misconception(
        "every-setting-from-start",
        "coordinate_search",
        "You try every setting from the start configuration, so what you found for one is "
        "forgotten at the next. Change one setting of the best configuration so far.",
        {"best | {": "dict(start) | {"},
    ),
    Misconception(
        "worse-value-left-in",
        "coordinate_search",
        "A value that turns out worse stays in the configuration when you go on to the next "
        "setting. Change a copy, and keep it only if it is better.",
        {
            "    for _ in range(rounds)": "    config = dict(best)\n    for _ in range(rounds)",
            "best | {": "config | {",
        },
    ),
    Misconception(
        "start-changed",
        "coordinate_search",
        "You change the `start` dict that you were given, and its owner loses the starting point. "
        "Begin with a copy: dict(start).",
        {
            "best = dict(start)": "best = start",
            "best, best_value = config, value": "best[name], best_value = candidate, value",
        },
    ),
    Misconception(
        "seen-points-evaluated-again",
        "coordinate_search",
        "You evaluate configurations that you have seen, such as the current value of a setting. "
        "Remember each one, and skip it the second time.",
        {
            "if frozenset(config.items()) in seen:": "if False:",
            "seen = {frozenset(best.items())}": "seen = [frozenset(best.items())]",
            "seen.add(": "seen.append(",
        },
    ),
    Misconception(
        "only-the-current-value-skipped",
        "coordinate_search",
        "You skip a setting's current value, but forget the configurations that you tried and left "
        "behind. Remember every one of them, over all rounds.",
        {
            "if frozenset(config.items()) in seen:": "if config == best:",
            "seen = {frozenset(best.items())}": "seen = [frozenset(best.items())]",
            "seen.add(": "seen.append(",
        },
    ),
    Misconception(
        "skipped-points-counted",
        "coordinate_search",
        "You count the configurations that you skip. Count calls of the objective: the start's, "
        "and one for each new configuration.",
        {
            "len(seen)": "1 + rounds * sum(len(values) for values in candidates.values())",
        },
    ),
    Misconception(
        "start-not-counted",
        "coordinate_search",
        "You leave the start out of the count. Its evaluation is a call of the objective too, and "
        "may cost as much as any other.",
        {"len(seen)": "len(seen) - 1"},
    ),
    Misconception(
        "start-never-evaluated",
        "coordinate_search",
        "You never evaluate `start`, so a worse configuration can replace it. Call the objective "
        "for it first, and count that call.",
        {
            "best_value = objective(dict(best))": "best_value = math.inf",
            "{frozenset(best.items())}": "set()",
        },
    ),
    Misconception(
        "maximizes",
        "coordinate_search",
        "You keep the highest objective, but this search minimizes, as for a loss. Move when the "
        "value is lower.",
        {"value < best_value": "value > best_value"},
    ),
    Misconception(
        "ties-move",
        "coordinate_search",
        "You move to a configuration that is only as good as the current one. Move only if its "
        "objective is strictly lower: <, not <=.",
        {"value < best_value": "value <= best_value"},
    ),
    Misconception(
        "nan-chosen",
        "coordinate_search",
        "A NaN wins, because `not value >= best` is true for it: every comparison with NaN is "
        "false. Move only if value < best, or if the best so far is NaN.",
        {_IS_BETTER: "not value >= best_value"},
    ),
    Misconception(
        "nan-start-never-left",
        "coordinate_search",
        "When the start's objective is NaN you never leave it: value < nan is always false. Let "
        "any number replace a NaN.",
        {_IS_BETTER: "value < best_value"},
    ),
    Misconception(
        "rounds-ignored",
        "coordinate_search",
        "You go through the settings only once, whatever `rounds` says. Repeat the whole pass "
        "`rounds` times, from the best configuration so far.",
        {"range(rounds)": "range(1)"},
    ),
    Misconception(
        "any-search-accepted",
        "coordinate_search",
        "The search is right, but a setting that `start` lacks, or rounds below 1, gets through. "
        "Raise a ValueError for either.",
        {"if unknown:": "if False:", "rounds < 1": "False"},
    ),
)


@misconception(
    task="coordinate_search",
    message="You try every combination, which is grid search. Here one setting changes at a time: "
    "the numbers of values add up, they do not multiply.",
)
def whole_grid_searched(objective, start, candidates, *, rounds=1):
    from itertools import product

    if any(name not in start for name in candidates) or rounds < 1:
        raise ValueError("bad arguments")
    best = dict(start)
    best_value = objective(dict(best))
    seen = {frozenset(best.items())}
    for values in product(*candidates.values()):
        config = dict(start) | dict(zip(candidates, values, strict=True))
        if frozenset(config.items()) in seen:
            continue
        seen.add(frozenset(config.items()))
        value = objective(dict(config))
        if value < best_value or (math.isnan(best_value) and not math.isnan(value)):
            best, best_value = config, value
    return best, best_value, len(seen)


@misconception(
    task="coordinate_search",
    message="You pick each setting's best value with the others at their start, and join them into "
    "a configuration that was never tried. Go on from the best configuration found so far.",
)
def best_values_joined(objective, start, candidates, *, rounds=1):
    if any(name not in start for name in candidates) or rounds < 1:
        raise ValueError("bad arguments")
    first = objective(dict(start))
    joined, calls = dict(start), 1
    for name, values in candidates.items():
        lowest = first
        for candidate in dict.fromkeys(values):
            if candidate == start[name]:
                continue
            value = objective(dict(start) | {name: candidate})
            calls += 1
            if value < lowest or (math.isnan(lowest) and not math.isnan(value)):
                joined[name], lowest = candidate, value
    return joined, objective(dict(joined)), calls + 1
