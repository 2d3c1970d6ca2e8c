"""Topic 7: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

EARLY_STOPPING = Task(
    "EarlyStopping",
    "Stop in time, and bring the best weights back",
    (
        "Three things have to be remembered between two calls of update. Which are they, and which "
        "of them change when a value improves nothing?",
        "An improvement is value < best - min_delta, or value > best + min_delta in mode max; it "
        "moves best, copies the state and sets the count back to 0. Anything else adds 1 to the "
        "count. Ask for NaN and infinity first: a comparison with NaN is False. What has to run "
        "however a block ends stands in a `finally`.",
        "In __init__, check the arguments, and start with best = inf for min or -inf for max, "
        "best_state = None and a count of 0. In update: not math.isfinite(value) returns True; an "
        "improvement sets best, best_state = copy.deepcopy(state) and the count to 0, and returns "
        "False; else add 1 to the count and return count >= patience. In restoring: try, yield, "
        "finally, and there load(self.best_state) unless it is None.",
    ),
    section="Stop in time, and go back",
)

ONE_STANDARD_ERROR = Task(
    "one_standard_error",
    "Take the simplest model that is as good as the best",
    (
        "The mean of k folds is itself uncertain. By how much, and for which of the models do you "
        "need to know?",
        "Take the means of the rows, and the row with the highest one. Its standard error is its "
        "standard deviation (ddof=1) over sqrt(k). Any model whose mean reaches the best mean "
        "minus that will do: which of them stands first?",
        "Check that the array has two axes, one row and two columns at least, and only finite "
        "numbers. means = scores.mean(axis=1), best = means.argmax(), error = "
        "scores[best].std(ddof=1) / sqrt(k). Return the first index with means >= "
        "means[best] - error.",
    ),
    section="Prefer the simple model",
)

LINT_PLAN = Task(
    "lint_plan",
    "Read a tuning plan for the usual mistakes",
    (
        "Six questions, each with yes or no. Write them one below the other in the order of the "
        "codes, and let each append its pair. Which two need a loop?",
        "Most are one comparison. The number of trials that is enough is 59 or 20, or the number "
        "of points if every entry is a list and that is smaller. For the interactions, look at "
        "every stage by itself. For the order, write down the first stage of every name, and its "
        "place in the list of groups.",
        "Check the words and that the names in the stages are those of the space. For the order: "
        "group = {'lr': 0, 'width': 1, 'depth': 1, 'activation': 1, 'batch_size': 2, 'dropout': "
        "3, 'weight_decay': 3}, with 4 for any other name; first[name] is the lowest index of a "
        "stage that holds it. It is a mistake if some pair has group[a] < group[b] and first[a] > "
        "first[b]. A linear range is a tuple whose last item is 'linear'.",
    ),
    section="Tune in this order",
)

TUNE = Task(
    "tune",
    "Tune under a budget, and open the test set once",
    (
        "How many configurations can you train in full with this budget? And how many could you "
        "look at if most of them got a few epochs only?",
        "Start with random search: draw configurations with a generator made from seed, train each "
        "for max_epochs as long as objective.remaining allows, and keep the best that is not NaN. "
        "Then save epochs: give many configurations a ninth of them, the best third of these a "
        "third, and the best third of those all. Going on costs only the difference.",
        "Let rungs be max_epochs / 9, / 3 and max_epochs, rounded up. Begin with the start and as "
        "many random configurations as the budget allows: n * rungs[0] + n / 3 * (rungs[1] - "
        "rungs[0]) + n / 9 * (rungs[2] - rungs[1]), each share rounded up. On each rung, ask "
        "objective(config, epochs) of all that are left, drop NaN, sort, keep the upper third. "
        "At the end return the best, with objective.open_test(best), called only there.",
    ),
    section="Spend a budget where it counts",
)

PRACTICAL_GUIDELINES = Topic(
    number=7,
    slug="practical-guidelines",
    module="ex07_practical_guidelines",
    title="Practical guidelines",
    summary="Stop in time, prefer the simple model, plan without mistakes, and tune on a budget.",
    lesson="07-Practical-Guidelines.md",
    tasks=(EARLY_STOPPING, ONE_STANDARD_ERROR, LINT_PLAN, TUNE),
)
