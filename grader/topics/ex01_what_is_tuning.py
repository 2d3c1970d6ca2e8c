"""Topic 1: titles, tasks and hints."""

from __future__ import annotations

from grader.topics.model import Task, Topic

COUNT_PARAMETERS = Task(
    "count_parameters",
    "Count what a network learns",
    (
        "Every module can list its parameters, those of its layers included. Does that list hold "
        "a tensor twice where two layers share it? Try it on a small network.",
        "model.parameters() gives each tensor once and leaves buffers out; tensor.numel() counts "
        "its numbers. Which attribute of a tensor tells that training must not move it?",
        "Add up parameter.numel() over model.parameters() for the total, and once more over those "
        "whose requires_grad is true. Return both as (trainable, total).",
    ),
    section="Parameters and hyperparameters",
)

SPLIT_SETTINGS = Task(
    "split_settings",
    "Tell settings from parameters",
    (
        "Print optimizer.defaults, and then optimizer.param_groups with its 'params' left out. "
        "Which of the two still tells the truth after somebody has changed the learning rate?",
        "Take the names from optimizer.defaults and the values from the groups. For the "
        "parameters, go through model.named_parameters(), and keep what requires a gradient and "
        "stands in one of the groups' 'params'. Compare tensors by identity: == compares numbers.",
        "For each name in optimizer.defaults: values = [group[name] for group in "
        "optimizer.param_groups]; take values[0] if all of them equal it, and otherwise the list. "
        "Then collect id(p) of every p in every group['params'] in a set, and keep "
        "name: tuple(p.shape) for each named parameter that requires a gradient and whose id is "
        "in the set.",
    ),
    section="The categories",
)

THREE_WAY_SPLIT = Task(
    "three_way_split",
    "Split samples in three",
    (
        "Think of a deck with the numbers 0 to n - 1. How do you deal it to three players so that "
        "every card goes to exactly one of them?",
        "Shuffle all the indices once, with a generator made of the seed, and cut them in two "
        "places. Round down two of the sizes and give the third part what is left: then nothing "
        "is lost.",
        "Raise a ValueError unless there are three fractions, abs(sum(fractions) - 1) is at most "
        "1e-6, and n times the smallest is at least 1. Then order = "
        "np.random.default_rng(seed).permutation(n), n_val = int(n * fractions[1]), n_test = "
        "int(n * fractions[2]). Train is what comes before n - n_val - n_test, validation the "
        "next n_val, test the last n_test.",
    ),
    section="Why three sets",
)

EXPECTED_BEST = Task(
    "expected_best",
    "Find what the best of n trials would be",
    (
        "Take the scores 0.5, 0.7 and 0.9, and n = 2. Write down all pairs and the higher score of "
        "each. What is their mean, and how often does each score turn up?",
        "Sort the scores. The one of rank i, counted from 1 at the lowest, is the best of a choice "
        "of n if the other n - 1 come from the i - 1 scores below it. How many such choices are "
        "there, and how many choices in all? math.comb counts them.",
        "Raise a ValueError unless 1 <= n <= len(scores), and if a score is NaN. Then go through "
        "enumerate(sorted(scores), start=1), and add up math.comb(rank - 1, n - 1) / "
        "math.comb(len(scores), n) * score.",
    ),
    section="What the best score is worth",
)

WHAT_IS_TUNING = Topic(
    number=1,
    slug="what-is-tuning",
    module="ex01_what_is_tuning",
    title="What is hyperparameter tuning?",
    menu="What is tuning?",
    summary="Tell what you set from what training learns, keep three sets apart, and know why the "
    "best score flatters.",
    lesson="01-What-is-Hyperparameter-Tuning.md",
    tasks=(COUNT_PARAMETERS, SPLIT_SETTINGS, THREE_WAY_SPLIT, EXPECTED_BEST),
)
