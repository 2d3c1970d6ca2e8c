"""Topic 1: wrong versions of its tasks, most of them the reference with one thing changed."""

from __future__ import annotations

from grader.misconceptions import Misconception

_ALL = "for parameter in model.parameters():"
_TOTAL = "total += parameter.numel()"
_TRAINABLE = "trainable += parameter.numel()"
COUNT_PARAMETERS = (
    Misconception(
        "frozen-counted-as-trainable",
        "count_parameters",
        "You counted frozen parameters as trainable. A parameter is trainable where its "
        "requires_grad is true; a frozen one belongs in the total only.",
        {"if parameter.requires_grad:": "if True:"},
    ),
    Misconception(
        "frozen-left-out-of-the-total",
        "count_parameters",
        "You left frozen parameters out of the total. They are part of the network, and take up "
        "memory: only the first of the two numbers passes them by.",
        {_TOTAL: "total += parameter.numel() * parameter.requires_grad"},
    ),
    Misconception(
        "frozen-counted-instead",
        "count_parameters",
        "Your first number counts what is frozen. Count what is not: requires_grad is true where "
        "training may move the tensor.",
        {"if parameter.requires_grad:": "if not parameter.requires_grad:"},
    ),
    Misconception(
        "buffers-counted",
        "count_parameters",
        "You counted buffers, such as the running mean of a batch normalization. They follow the "
        "data, and no gradient moves them: model.parameters() leaves them out.",
        {_ALL: "for parameter in [*model.parameters(), *model.buffers()]:"},
    ),
    Misconception(
        "state-dict-counted",
        "count_parameters",
        "You counted what is in state_dict(). It holds buffers too, lists a shared tensor under "
        "each of its names, and its tensors no longer know whether they are frozen: count "
        "model.parameters() instead.",
        {_ALL: "for parameter in model.state_dict().values():"},
    ),
    Misconception(
        "shared-tensor-counted-twice",
        "count_parameters",
        "You counted a tensor that two layers share twice. It is stored and learned once: "
        "model.parameters() of the whole network lists it once, those of its layers each.",
        {_ALL: "for _, parameter in model.named_parameters(remove_duplicate=False):"},
    ),
    Misconception(
        "tensors-counted",
        "count_parameters",
        "You counted tensors instead of the numbers in them. A weight of shape (3, 4) is 12 "
        "parameters: add up tensor.numel().",
        {_TOTAL: "total += 1", _TRAINABLE: "trainable += 1"},
    ),
    Misconception(
        "rows-counted",
        "count_parameters",
        "You counted the rows of each tensor: len(tensor) is its first dimension only. Add up "
        "tensor.numel(), the product of all its dimensions.",
        {_TOTAL: "total += len(parameter)", _TRAINABLE: "trainable += len(parameter)"},
    ),
    Misconception(
        "biases-left-out",
        "count_parameters",
        "You left tensors with one dimension out: biases, and the weights of normalization "
        "layers. They are learned like all others.",
        {_ALL: "for parameter in [p for p in model.parameters() if p.ndim > 1]:"},
    ),
    Misconception(
        "linear-layers-only",
        "count_parameters",
        "You counted linear layers only. Other layers learn too, such as embeddings, "
        "normalization and PReLU: model.parameters() knows them all.",
        {
            _ALL: "linear = [m for m in model.modules() if type(m).__name__ == 'Linear']\n"
            "    for parameter in {p: 0 for m in linear for p in m.parameters()}:"
        },
    ),
    Misconception(
        "first-level-only",
        "count_parameters",
        "You looked at the network's own layers and not at the layers inside these. "
        "model.parameters() goes into every block, however deep.",
        {
            _ALL: "own = [p for m in model.children() for p in m.parameters(recurse=False)]\n"
            "    for parameter in dict.fromkeys(own):"
        },
    ),
    Misconception(
        "total-returned-first",
        "count_parameters",
        "You returned the total first. The order is (trainable, total).",
        {"return trainable, total": "return total, trainable"},
    ),
)

_NAMES = "for name in optimizer.defaults:"
_VALUES = "values = [group[name] for group in optimizer.param_groups]"
_CHOICE = "values[0] if alike else values"
_NAMED = "in model.named_parameters()"
_LEARNED = "if parameter.requires_grad and id(parameter) in moved"
SPLIT_SETTINGS = (
    Misconception(
        "defaults-taken-for-the-values",
        "split_settings",
        "You read the values off optimizer.defaults. Those were filled in where a group said "
        "nothing when it was made; the values in use stand in optimizer.param_groups.",
        {_VALUES: "values = [optimizer.defaults[name]]"},
    ),
    Misconception(
        "first-group-only",
        "split_settings",
        "You looked at the first parameter group only. Each group has settings of its own: where "
        "they differ, give a list with the value of each.",
        {_CHOICE: "values[0]"},
    ),
    Misconception(
        "last-group-wins",
        "split_settings",
        "You wrote the groups into one dictionary, so that the last one wins. Where groups "
        "differ, give a list with the value of each.",
        {_CHOICE: "values[-1]"},
    ),
    Misconception(
        "a-list-for-everything",
        "split_settings",
        "You return a list for every setting. Where all groups have the same value, return that "
        "value itself, also where there is only one group.",
        {_CHOICE: "values"},
    ),
    Misconception(
        "groups-without-repetition",
        "split_settings",
        "You dropped values that come again. Where groups differ, the list has a value for each "
        "group, in their order: only then does it say which group has which.",
        {"else values": "else [v for i, v in enumerate(values) if v not in values[:i]]"},
    ),
    Misconception(
        "params-among-the-settings",
        "split_settings",
        "You copied a group whole, and its 'params' are the tensors themselves. They are what is "
        "learned: take the names from optimizer.defaults.",
        {
            _NAMES: "for name in optimizer.param_groups[0]:",
            _VALUES: "values = [g[name] for g in optimizer.param_groups if name != 'params']\n"
            "        values = values or [0]",
        },
    ),
    Misconception(
        "notes-of-a-scheduler-among-the-settings",
        "split_settings",
        "You took the names from a group, in which others make notes too: a scheduler leaves "
        "initial_lr there. The optimizer's own settings are those named in optimizer.defaults.",
        {_NAMES: "for name in [n for n in optimizer.param_groups[0] if n != 'params']:"},
    ),
    Misconception(
        "learning-rate-only",
        "split_settings",
        "You listed the learning rate only. Momentum, weight decay and all else that "
        "optimizer.defaults names were set before training, too.",
        {_NAMES: 'for name in ["lr"]:'},
    ),
    Misconception(
        "frozen-among-the-learned",
        "split_settings",
        "You listed frozen tensors among what is learned. Without requires_grad there is no "
        "gradient, and the optimizer passes them by.",
        {_LEARNED: "if id(parameter) in moved"},
    ),
    Misconception(
        "tensors-unknown-to-the-optimizer",
        "split_settings",
        "You listed tensors that the optimizer was never given. It moves those in the 'params' of "
        "its groups; the others keep their initial numbers, however long you train.",
        {_LEARNED: "if parameter.requires_grad"},
    ),
    Misconception(
        "state-dict-taken-for-parameters",
        "split_settings",
        "You took the parameters from state_dict(). It holds buffers as well, and frozen tensors, "
        "and a shared tensor under each of its names: go through model.named_parameters().",
        {_NAMED: "in model.state_dict().items()", _LEARNED: "if True"},
    ),
    Misconception(
        "shared-tensor-listed-twice",
        "split_settings",
        "You listed a tensor that two layers share under both names. It is learned once: "
        "model.named_parameters() gives it once, under its first name.",
        {_NAMED: "in model.named_parameters(remove_duplicate=False)"},
    ),
    Misconception(
        "counts-for-shapes",
        "split_settings",
        "You gave the number of elements of each tensor. A shape says more: (3, 4) is 12 numbers, "
        "and so is (4, 3). Return tuple(parameter.shape).",
        {"tuple(parameter.shape)": "parameter.numel()"},
    ),
    Misconception(
        "settings-returned-second",
        "split_settings",
        "You returned the parameters first. The order is (hyperparameters, parameters).",
        {"return hyperparameters, parameters": "return parameters, hyperparameters"},
    ),
    Misconception(
        "params-taken-out-of-the-groups",
        "split_settings",
        "You took 'params' out of the optimizer's own groups. From now on it has nothing to train: "
        "read group['params'] without pop or del.",
        {'for tensor in group["params"]}': 'for tensor in group.pop("params")}'},
    ),
)

_SUM = "if not abs(sum(fractions) - 1) <= 1e-6:"
_ENOUGH = "if not all(n * fraction >= 1 for fraction in fractions):"
_SIZES = "n_val, n_test = int(n * fractions[1]), int(n * fractions[2])"
_TRAIN_SIZE = "n_train = n - n_val - n_test"
_ORDER = "order = np.random.default_rng(seed).permutation(n)"
_CUT = "return order[:n_train], order[n_train : n_train + n_val], order[n_train + n_val :]"
THREE_WAY_SPLIT = (
    Misconception(
        "sets-drawn-independently",
        "three_way_split",
        "You drew each set from all of the samples, so the sets overlap: the model is judged on "
        "what it has learned by heart. Shuffle once, and cut in two places.",
        {
            _ORDER: "own = np.random.default_rng(seed)",
            _CUT: "return tuple(own.permutation(n)[:size] for size in (n_train, n_val, n_test))",
        },
    ),
    Misconception(
        "test-set-inside-validation",
        "three_way_split",
        "Your validation and test sets overlap. Tuning then sees the test set after all: start the "
        "test set where the validation set ends.",
        {_CUT: "return order[:n_train], order[n_train:], order[n_train + n_val :]"},
    ),
    Misconception(
        "samples-lost-to-rounding",
        "three_way_split",
        "You rounded all three sizes down, so a few samples are in no set. Round two of them, and "
        "give the third all that is left.",
        {
            _TRAIN_SIZE: "n_train = int(n * fractions[0])",
            "order[n_train + n_val :]": "order[n_train + n_val : n_train + n_val + n_test]",
        },
    ),
    Misconception(
        "cut-without-shuffling",
        "three_way_split",
        "You cut the samples in the order in which they came. Data is often sorted, and then whole "
        "classes are missing from the training set: shuffle first.",
        {_ORDER: "order = np.arange(n)"},
    ),
    Misconception(
        "drawn-with-replacement",
        "three_way_split",
        "You drew indices with replacement, so some come twice and others never. A split deals "
        "each sample out once: use permutation.",
        {_ORDER: "order = np.random.default_rng(seed).integers(0, n, n)"},
    ),
    Misconception(
        "each-sample-by-lot",
        "three_way_split",
        "You drew a set for each sample on its own, so the sizes vary from seed to seed. Shuffle "
        "the indices, and cut at n times the fractions.",
        {
            _ORDER: "lots = np.random.default_rng(seed).choice(3, size=n, p=fractions)",
            _CUT: "return tuple(np.flatnonzero(lots == i) for i in range(3))",
        },
    ),
    Misconception(
        "counted-from-one",
        "three_way_split",
        "Your indices go from 1 to n. Python counts from 0: index n is beyond the end, and sample "
        "0 is in no set.",
        {_ORDER: "order = np.random.default_rng(seed).permutation(n) + 1"},
    ),
    Misconception(
        "validation-and-test-exchanged",
        "three_way_split",
        "You exchanged the validation and the test set. The sets come in the order of the "
        "fractions: training, validation, test.",
        {_SIZES: "n_val, n_test = int(n * fractions[2]), int(n * fractions[1])"},
    ),
    Misconception(
        "seed-ignored",
        "three_way_split",
        "You made a generator with a seed of your own, so every seed gives the same split. Pass "
        "the seed that you are given on to np.random.default_rng.",
        {"default_rng(seed)": "default_rng(0)"},
    ),
    Misconception(
        "generator-without-a-seed",
        "three_way_split",
        "You made a generator without a seed, so every call gives another split: a sample that was "
        "tuned on today is in the test set tomorrow. Use np.random.default_rng(seed).",
        {"default_rng(seed)": "default_rng()"},
    ),
    Misconception(
        "global-state-seeded",
        "three_way_split",
        "You seeded the global generator, which resets the random numbers of all other code. Make "
        "one of your own, np.random.default_rng(seed), and shuffle with that.",
        {_ORDER: "np.random.seed(seed)\n    order = np.random.permutation(n)"},
    ),
    Misconception(
        "sizes-rounded-up",
        "three_way_split",
        "You rounded the sizes of two sets up, which can leave nothing for the third. Round them "
        "down: what is left over then goes to the third.",
        {_SIZES: "n_val, n_test = math.ceil(n * fractions[1]), math.ceil(n * fractions[2])"},
    ),
    Misconception(
        "any-sum-accepted",
        "three_way_split",
        "You did not check that the fractions add up to 1. Percentages, or a share forgotten, "
        "would make some other split in silence: raise a ValueError.",
        {_SUM: "if False:"},
    ),
    Misconception(
        "too-much-but-not-too-little",
        "three_way_split",
        "You refuse fractions that add up to more than 1, but not to less: then part of the data "
        "is forgotten, or lands where nobody wanted it. Compare abs(sum - 1).",
        {_SUM: "if sum(fractions) - 1 > 1e-6:"},
    ),
    Misconception(
        "empty-sets-accepted",
        "three_way_split",
        "You let a split pass in which a set has no sample: its score would be NaN, much later. "
        "Raise a ValueError where n times a fraction is below 1.",
        {_ENOUGH: "if False:"},
    ),
)

_REFUSED = "if not 1 <= n <= size:"
_NANS = "if any(math.isnan(score) for score in scores):"
_WEIGHT = "math.comb(rank - 1, n - 1) / draws * score"
_SORTED = "enumerate(sorted(scores), start=1)"
EXPECTED_BEST = (
    Misconception(
        "drawn-with-replacement-too",
        "expected_best",
        "You let a trial be drawn more than once (the plug-in estimate), so even with n = B the "
        "result stays below the maximum. Without replacement, rank i has the weight "
        "C(i-1, n-1) / C(B, n).",
        {_WEIGHT: "((rank / size) ** n - ((rank - 1) / size) ** n) * score"},
    ),
    Misconception(
        "always-the-maximum",
        "expected_best",
        "You returned the maximum whatever n is. That is what all B trials together give; fewer "
        "of them find less, on average.",
        {_WEIGHT: "(rank == size) * score"},
    ),
    Misconception(
        "mean-of-the-scores",
        "expected_best",
        "You returned the mean of the scores, which is what a single trial gives on average. The "
        "best of n is higher: weigh rank i with C(i-1, n-1) / C(B, n).",
        {_WEIGHT: "score / size"},
    ),
    Misconception(
        "mean-of-the-highest",
        "expected_best",
        "You averaged the n highest scores. The question is what the single best of n trials is "
        "worth, over all ways to draw them.",
        {_WEIGHT: "(rank > size - n) * score / n"},
    ),
    Misconception(
        "best-of-the-first-n",
        "expected_best",
        "You took the best of the first n scores. In another order they would be others: average "
        "over all ways to draw n, which needs the sorted scores and their weights.",
        {
            "sum(": "max(",
            _WEIGHT: "score",
            _SORTED: "enumerate(list(scores)[:n])",
        },
    ),
    Misconception(
        "scores-not-sorted",
        "expected_best",
        "You gave the weights to the scores in the order in which they came. The weight belongs "
        "to a rank: sort the scores first, lowest first.",
        {_SORTED: "enumerate(scores, start=1)"},
    ),
    Misconception(
        "sorted-the-other-way",
        "expected_best",
        "You sorted the highest score first, which gives the expected worst of n. Sort the lowest "
        "first: the larger weights belong to the higher scores.",
        {"sorted(scores)": "sorted(scores, reverse=True)"},
    ),
    Misconception(
        "ranks-from-zero",
        "expected_best",
        "You counted ranks from 0, so every score gets the weight of the one below it and the "
        "highest is one short. Use enumerate(sorted(scores), start=1).",
        {"math.comb(rank - 1, n - 1)": "math.comb(max(rank - 2, 0), n - 1)"},
    ),
    Misconception(
        "one-draw-too-many",
        "expected_best",
        "You chose n others below the best score. The best is one of the n itself, so only n - 1 "
        "others come from the rank - 1 scores below: C(rank - 1, n - 1).",
        {"math.comb(rank - 1, n - 1)": "math.comb(rank - 1, n)"},
    ),
    Misconception(
        "one-score-too-many-below",
        "expected_best",
        "You counted the score itself among those below it. Of rank i there are i - 1 lower "
        "scores: C(rank - 1, n - 1). See whether your weights add up to 1.",
        {"math.comb(rank - 1, n - 1)": "math.comb(rank, n - 1)"},
    ),
    Misconception(
        "simulated",
        "expected_best",
        "You drew at random and averaged, so your result is near the right one and changes with "
        "the draws. It can be computed: weigh rank i with C(i-1, n-1) / C(B, n).",
        {
            "draws = math.comb(size, n)": "rng = np.random.default_rng(0)\n"
            "    draws = [rng.permutation(size)[:n] for _ in range(1000)]",
            "sum(": "np.mean([",
            _WEIGHT: "max(scores[i] for i in draw)",
            f"for rank, score in {_SORTED}": "for draw in draws]",
        },
    ),
    Misconception(
        "scores-of-the-caller-sorted",
        "expected_best",
        "You sorted the list that you were given, and the caller's trials are out of order now. "
        "Use sorted(scores), which makes a new list, rather than scores.sort().",
        {_REFUSED: f"if isinstance(scores, list):\n        scores.sort()\n    {_REFUSED}"},
    ),
    Misconception(
        "more-trials-than-scores",
        "expected_best",
        "You accept an n above the number of scores. No more can be drawn than there are, and the "
        "maximum would pass for the best of any number: raise a ValueError.",
        {_REFUSED: "n = min(n, size)\n    if n < 1:"},
    ),
    Misconception(
        "no-trial-accepted",
        "expected_best",
        "You accept n = 0. Without a trial there is no best one: raise a ValueError.",
        {_REFUSED: f"if n == 0:\n        return 0.0\n    {_REFUSED}"},
    ),
    Misconception(
        "nan-among-the-ranks",
        "expected_best",
        "You let NaN pass. It has no rank, and sorting around it leaves the other scores out of "
        "order: raise a ValueError.",
        {_NANS: "if False:"},
    ),
)
