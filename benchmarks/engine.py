"""What training a population costs, beside what else could do it on the same machine."""

from __future__ import annotations

import statistics
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from joblib import cpu_count

from benchmarks.measure import seconds_of
from engine import Dataset, TrainConfig, train
from engine.batched.plan import Plan
from engine.batched.pool import in_pool
from engine.batched.shape import Member, Shape
from engine.batched.threads import one_thread
from engine.data import folds, load

N_FOLDS = 5
RATES = tuple(float(rate) for rate in np.logspace(-3.5, -1.5, 8))
DECAYS = tuple(float(decay) for decay in np.logspace(-6, -3, 8))
EPOCHS = 10
# Enough of the plain loop to know what a network costs; all 320 would take minutes.
N_PLAIN = 16


@dataclass(frozen=True)
class Search:
    """Every configuration on every fold: one population.

    Attributes:
        configs: One a member.
        data: One a member.
    """

    configs: Sequence[TrainConfig]
    data: Sequence[Dataset]

    @classmethod
    def of_width(cls, width: int) -> Search:
        """64 configurations by 5 folds of digits, 10 epochs each."""
        base = TrainConfig(width=width, epochs=EPOCHS)
        configs = [replace(base, lr=rate, weight_decay=decay) for rate in RATES for decay in DECAYS]
        parts = folds(load("digits"), N_FOLDS)
        pairs = [(config, part) for part in parts for config in configs]
        return cls([config for config, _ in pairs], [part for _, part in pairs])

    def run(self) -> tuple[float, float]:
        """Seconds, and mean accuracy over all configurations and folds."""
        start = time.perf_counter()
        histories = train(self.configs, self.data, evaluate_train=False)
        seconds = time.perf_counter() - start
        return seconds, float(np.mean([history.val_score[-1] for history in histories]))

    def chunks(self) -> Counter[tuple[Shape, int]]:
        """How often a pass of each shape and size is made, in epochs."""
        members = [
            Member(i, *pair) for i, pair in enumerate(zip(self.configs, self.data, strict=True))
        ]
        plan = Plan.of(members, torch.device("cpu"), int(cpu_count()))
        epochs: Counter[tuple[Shape, int]] = Counter()
        for shape, chunk in plan.chunks:
            epochs[shape, len(chunk)] += chunk[0].config.epochs
        return epochs

    def flops(self) -> float:
        """Floating-point operations of the matrix products that this needs, measuring included."""
        total = 0.0
        for config, data in zip(self.configs, self.data, strict=True):
            shape = Shape.of(config, data)
            steps = shape.n_train / shape.batch_rows
            forward = 2 * shape.n_val * sum(shape.products)
            total += config.epochs * (steps * shape.flops_per_step + forward)
        return total


def warm_runs(search: Search, rounds: int) -> list[tuple[float, float]]:
    """Runs of a search in processes that are there already; see `Search.run`."""
    # One run might not be reason enough to start them.
    n_jobs = int(cpu_count())
    train(search.configs[:n_jobs], search.data[:n_jobs], jobs=n_jobs)
    search.run()
    return [search.run() for _ in range(rounds)]


def median(runs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Median seconds, and the accuracy, which is the same in all runs."""
    return statistics.median(seconds for seconds, _ in runs), runs[0][1]


def grid_search_cv(width: int) -> tuple[float, float]:
    """The same search by scikit-learn on all cores: seconds and mean accuracy."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import GridSearchCV, StratifiedKFold
    from sklearn.neural_network import MLPClassifier

    digits = load("digits")
    x = np.concatenate([digits.x_train, digits.x_val])
    y = np.concatenate([digits.y_train, digits.y_val])
    batch_size = TrainConfig().batch_size
    network = MLPClassifier(
        (width, width), batch_size=batch_size, max_iter=EPOCHS, n_iter_no_change=EPOCHS + 1,
        random_state=0,
    )  # fmt: skip
    # scikit-learn divides its penalty by the batch size.
    grid = {"learning_rate_init": RATES, "alpha": [decay * batch_size for decay in DECAYS]}
    cv = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    search = GridSearchCV(network, grid, cv=cv, n_jobs=-1, refit=False)
    with warnings.catch_warnings():
        # Ten epochs are too few to converge, and meant so; scikit-learn tells its processes.
        warnings.simplefilter("ignore", ConvergenceWarning)
        seconds = seconds_of(search.fit, x, y)
    return seconds, float(np.mean(search.cv_results_["mean_test_score"]))


def plain_loops(search: Search) -> tuple[float, float]:
    """Some members by a plain loop: seconds for as many as `search` has, accuracy of those."""
    from benchmarks.plain_loop import plain_loop

    chosen = np.linspace(0, len(search.configs) - 1, N_PLAIN).astype(int)
    with one_thread():
        start = time.perf_counter()
        curves = [
            plain_loop(search.configs[i], search.data[i], evaluate_train=False) for i in chosen
        ]
        seconds = (time.perf_counter() - start) / N_PLAIN * len(search.configs)
    return seconds, float(np.mean([curve[3, -1] for curve in curves]))


def product_rate() -> float:
    """Operations a second of large matrix products, all cores at once, one thread each."""
    n = int(cpu_count())
    rates = in_pool(_rate_of_one, [(1024, 2.0)] * n, n)
    return sum(rate for _, rate in rates)


def _rate_of_one(size: int, seconds: float) -> float:
    with one_thread():
        matrix = torch.ones(size, size)
        product = matrix @ matrix
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            torch.mm(matrix, matrix, out=product)
            count += 1
        return 2 * size**3 * count / (time.perf_counter() - start)


def products_alone(search: Search) -> float:
    """Seconds that the same matrix products take with nothing between them, on all cores.

    No engine made of such products can be quicker.
    """
    n = int(cpu_count())
    seconds = 0.0
    for (shape, n_members), epochs in search.chunks().items():
        taken = [each for _, each in in_pool(_epoch_of_products, [(shape, n_members)] * n, n)]
        seconds += epochs * statistics.mean(taken) / n
    return seconds


def _epoch_of_products(shape: Shape, n_members: int) -> float:
    with one_thread():
        step = _products(shape, n_members, shape.batch_rows, training=True)
        measure = _products(shape, n_members, shape.n_val // 3, training=False)
        times = []
        for _ in range(4):
            start = time.perf_counter()
            for _ in range(shape.steps_per_epoch):
                for left, right, out in step:
                    torch.bmm(left, right, out=out)
            for left, right, out in measure * 3:
                torch.bmm(left, right, out=out)
            times.append(time.perf_counter() - start)
        return statistics.median(times[1:])


Product = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _products(shape: Shape, n_members: int, rows: int, *, training: bool) -> list[Product]:
    """Factors and result of every product in a step, in the engine's layout."""
    sizes = shape.sizes
    values = [torch.rand(n_members, rows, size) for size in sizes[:-1]]
    *weights, last = [torch.rand(n_members, *pair) for pair in pairwise(sizes)]
    last = last.transpose(1, 2).contiguous()
    outputs = torch.rand(n_members, sizes[-1], rows)
    forward = [
        (below, weight, above)
        for (below, above), weight in zip(pairwise(values), weights, strict=True)
    ] + [(last, values[-1].transpose(1, 2), outputs)]
    if not training:
        return forward
    slopes = [torch.rand_like(value) for value in values[1:]]
    backward = [
        (outputs, values[-1], torch.rand_like(last)),
        (outputs.transpose(1, 2), last, slopes[-1]),
    ]
    for i, weight in reversed(list(enumerate(weights))):
        backward.append((values[i].transpose(1, 2), slopes[i], torch.rand_like(weight)))
        if i > 0:
            backward.append((slopes[i], weight.transpose(1, 2), slopes[i - 1]))
    return forward + backward


def one_network(runs: int) -> tuple[float, float]:
    """Median seconds of the course's starting point, 10 epochs: by the engine, by the loop."""
    from benchmarks.plain_loop import plain_loop

    config, digits = TrainConfig(), load("digits")
    engine, loop = [], []
    for _ in range(runs + 1):
        engine.append(seconds_of(train, [config], digits))
        with one_thread():
            loop.append(seconds_of(plain_loop, config, digits))
    return statistics.median(engine[1:]), statistics.median(loop[1:])


def cost(width: int, n_members: int, epochs: int) -> float:
    """Seconds a configuration, in a population of distinct rates and seeds on digits."""
    rates = np.logspace(-3.5, -1.5, n_members)
    configs = [
        TrainConfig(width=width, epochs=epochs, lr=float(rate), seed=seed)
        for seed, rate in enumerate(rates)
    ]
    return seconds_of(train, configs, load("digits")) / n_members
