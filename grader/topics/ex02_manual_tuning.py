"""Topic 2: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

_LR_SCHEDULE = Task(
    "lr_schedule",
    "Space learning rates evenly on a log scale",
    (
        "Write down the rates from 0.001 to 1 in four steps: 0.001, 0.01, 0.1, 1. What do you do "
        "to each one to get the next? And how many times do you do it?",
        "Between n rates there are n - 1 gaps, so one gap is the factor (high / low) to the power "
        "1 / (n - 1). For linear spacing it is the summand (high - low) / (n - 1).",
        "First check the arguments: raise ValueError unless 0 < low < high and n >= 2. Then, for i "
        'from 0 to n - 1, collect low * (high / low) ** (i / (n - 1)) for "exp", or low + (high - '
        'low) * i / (n - 1) for "linear". Any other mode is a ValueError.',
    ),
    section="The range test",
)

_SMOOTH = Task(
    "smooth",
    "Smooth a noisy loss curve",
    (
        "Try it on paper with losses 2, 2, 2 and beta = 0.9. The average v starts at 0: what is it "
        "after one step, and by what must you divide to get 2?",
        "Keep two things apart: v, which goes on to the next step as it is, and v / (1 - beta ** "
        "t), which you report. Steps count from t = 1.",
        "Check 0 <= beta < 1. Start with v = 0 and an empty list. For t, loss in "
        "enumerate(losses, start=1): set v to beta * v + (1 - beta) * loss, then append v / (1 - "
        "beta ** t) to the list. Return the list.",
    ),
    section="Smooth without lying",
)

_RANGE_TEST = Task(
    "range_test",
    "Run a learning-rate range test",
    (
        "Write the training loop first, as you would write any: zero_grad, loss, backward, step. "
        "Then add the rate, then the record, then the rule for stopping, then the restoring. Run "
        "the checks after each.",
        "Save copy.deepcopy of model.state_dict() and of optimizer.state_dict(), and the training "
        "flag of each of model.modules(). Put the loop into `try` and the restoring into "
        "`finally`. For the stopping rule, smooth the losses recorded so far and look at the last "
        "value.",
        'In the loop: set group["lr"] in every group of optimizer.param_groups; take the next '
        "batch, with a new iter(batches) when the old one is exhausted; zero_grad; compute the "
        "loss; break if math.isfinite(loss.item()) is false; append rate and loss; compare "
        "smooth(losses, beta)[-1] with `stop` times the lowest one so far (which starts at "
        "math.inf) and break if it is above; backward; step. In `finally`: load both state dicts, "
        "set each module.training. Return after it.",
    ),
    needs=("lr_schedule", "smooth"),
    section="The range test",
)

_SUGGEST_LR = Task(
    "suggest_lr",
    "Suggest a learning rate from the curve",
    (
        "First cut both lists, then treat the three methods one by one; each has a check of its "
        "own. What does losses[2:-0] give?",
        "Cut with [skip_start : len(lrs) - skip_end], and make sure that 2 points remain. The "
        "slopes are np.diff(losses) / np.diff(np.log(lrs)). For the valley, let longest[i] be the "
        "number of points in the longest falling subsequence that ends at point i: one more than "
        "the largest longest[j] of an earlier, higher point j.",
        '"steep": lrs[argmin of the slopes]. "minimum": lrs[argmin of the losses] / 10. "valley": '
        "for each i, longest[i] = 1 + max(longest[j] for j < i with losses[j] > losses[i]), or 1 "
        "if there is none. length = max(longest), end = longest.index(length), start = end - "
        "length, and the index is start + int(length / 3) + int(length / 6), or 0 if that is "
        "negative.",
    ),
    section="The range test",
)

_SCALE_LR = Task(
    "scale_lr",
    "Scale the learning rate with the batch size",
    (
        "From batch 32 to batch 128, an epoch has a quarter of the steps. Should each be longer or "
        "shorter?",
        "Everything depends on one number, new_batch / old_batch. The linear rule multiplies by "
        "it, the other one by its square root.",
        "Raise ValueError if lr <= 0, if a batch size is below 1, or if the rule is unknown. Then "
        'return lr * ratio for "linear" and lr * math.sqrt(ratio) for "sqrt".',
    ),
    section="Learning rate and batch size belong together",
)

_COORDINATE_SEARCH = Task(
    "coordinate_search",
    "Tune one hyperparameter at a time",
    (
        "Play it by hand: start at a = 0, b = 0, try every a, keep the best, then try every b with "
        "that a. Which configurations have you evaluated, and which one twice?",
        "Keep the best configuration and its value, and a set of all that you have evaluated. "
        "{**best, name: value} makes a changed copy; frozenset(config.items()) can go into a set.",
        "Check the arguments. Evaluate a copy of start. Then three loops: rounds, the items of "
        "candidates, their values. Make the changed copy; if it is in the set, go on to the next; "
        "otherwise add it and call the objective. Keep it if its value is strictly lower, or if "
        "the best value is NaN and this one is not. Return the best, its value, and the size of "
        "the set.",
    ),
    section="Start well, then go in order",
)

MANUAL_TUNING = Topic(
    number=2,
    slug="manual-tuning",
    module="ex02_manual_tuning",
    title="Manual tuning",
    summary="Find a learning rate with a range test, scale it with the batch, and tune one setting "
    "at a time.",
    lesson="02-Manual-Tuning.md",
    tasks=(
        _LR_SCHEDULE,
        _SMOOTH,
        _RANGE_TEST,
        _SUGGEST_LR,
        _SCALE_LR,
        _COORDINATE_SEARCH,
    ),
)
