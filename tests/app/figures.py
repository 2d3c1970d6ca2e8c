"""A figure of every chart before and after a move of its controls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.charts import gaussian_process as process_charts
from app.charts.boundary import boundary
from app.charts.combinations import combinations
from app.charts.comparison import comparison
from app.charts.confusion import confusion
from app.charts.coverage import hit_chance
from app.charts.early_stopping import early_stopping
from app.charts.figure import Figure
from app.charts.fold_count import fold_count
from app.charts.folds import strips
from app.charts.importances import importances
from app.charts.lr_finder import Own, lr_finder
from app.charts.luck import luck as luck_chart
from app.charts.network_size import parameter_counts
from app.charts.optimism import winners_curse
from app.charts.pinned import pinned
from app.charts.pruning import learning_curves
from app.charts.random_trials import draws_map, staircase
from app.charts.ridge import heatmap
from app.charts.samples import histogram
from app.charts.schedule import sweep as rates
from app.charts.search_curves import search_curves
from app.charts.search_map import search_map
from app.charts.search_strips import strips as search_strips
from app.charts.sweep import sweep
from app.charts.three_sets import strips as set_strips
from app.charts.training_curves import training_curves
from app.charts.tuning_order import tuning_order
from app.charts.walk import walk_map
from app.labs import early_stopping as stopping
from app.labs import fold_count as counting
from app.labs import (
    folds,
    playground,
    playground_search,
    playground_sweep,
    pruning,
    ridge,
    sampling,
    walk,
)
from app.labs import gaussian_process as process
from app.labs import lr_finder as finder
from app.labs import tuning_order as order
from app.labs.combinations import cost
from app.labs.coverage import coverage
from app.labs.grid_or_random import contest
from app.labs.luck import luck
from app.labs.network_size import network_size
from app.labs.optimism import SHOWN, optimism
from app.labs.own_random_search import Pick
from app.labs.playground_ranges import Range
from app.labs.random_trials import random_trials
from app.labs.schedule import schedule
from app.labs.three_sets import split as three_way
from app.showcases import library
from engine import TrainConfig
from grader.topics import TOPICS
from tests.app import figures_of_topic_5


def finder_figure(batch: int, method: finder.Method) -> Figure:
    lrs = np.geomspace(1e-5, 1, 30)
    losses = np.linspace(2.5, 0.5, 30) + batch / 1000
    curve = (lrs, losses)
    found = finder.suggestions(lrs, losses, 0)
    yours = Own(curve, curve, [(1e-2, 1.0)], "Yours.")
    return lr_finder(curve, curve, found, method, yours=yours, previous=curve)


def process_figures(n_trials: int) -> tuple[Figure, Figure]:
    tried = list(process.START)
    while len(tried) < n_trials:
        tried = process.go_on(tried, 0.5, 0.02, 0.0)
    found = process.believe(tuple(tried), 0.5, 0.02, 0.0)
    return (
        process_charts.belief(found, yours=found.mean + 0.1, truth=process.losses()),
        process_charts.improvement(found, yours=found.improvement / 2),
    )


def pruned_figure(seed: int) -> Figure:
    found = pruning.prune(seed, pruning.Rule())
    return learning_curves(found, [None, 3, *[0] * 38])


def strips_figure(plan: folds.Plan) -> Figure:
    found = folds.split(plan)
    return strips(found, found.folds)


def stopping_figure(patience: int, *, yours: bool) -> Figure:
    history = stopping.curves("200 digits", 0.003, 0)
    stop = stopping.stop(history.val_loss.tolist(), patience, 0.0, "Keras")
    return early_stopping(history, stop, stop if yours else None)


def order_figure(lr: float) -> Figure:
    return tuning_order({name: order.walk(name, lr) for name in order.ORDERS})


def grid_map(budget: int, own: bool) -> Figure:
    found = contest(budget, 10, 0)
    yours = np.stack([found.grid.x, found.grid.y], axis=1)
    if not own:
        return search_map("grid", found.surface, found.grid)
    return search_map("grid", found.surface, found.grid, yours, yours[0], "Yours.")


def empty_map() -> Figure:
    return search_map("random", contest(9, 10, 0).surface, None)


def random_map(seed: int) -> Figure:
    found = contest(9, 10, seed)
    return search_map("random", found.surface, found.random)


def ridge_figure(epochs: int) -> Figure:
    found = ridge.ridge(ridge.landscape(), "epochs", epochs)
    scaling = ridge.scaling(found, 32, "linear")
    return heatmap(found, scaling, scaling.lrs)


def walk_figure(rounds: int) -> Figure:
    recorded = ridge.ridge(ridge.landscape(), "epochs", walk.EPOCHS)
    found = walk.walk(walk.plan(recorded, "10", 8, "batch size", rounds))
    return walk_map(found, found.points)


def own_chance() -> Figure:
    found = coverage(0.01, 0.99, 0)
    return hit_chance(found, found.simulated, np.array([459.0]))


def search_figures(n: int) -> tuple[Figure, Figure]:
    found = random_trials(ridge.ridge(ridge.landscape(), "epochs", 3), n, 0)
    drawn = np.stack([found.lrs, found.batch_sizes], axis=1)
    return draws_map(found, drawn, Pick(0.1, 8, 0.9)), staircase(found, found.best_so_far)


def sets_figure(leak: int) -> Figure:
    found = three_way(60, 0.2, 0.2, leak, 0)
    return set_strips(found, found)


def showcase_figures() -> Iterator[tuple[str, Figure, Figure]]:
    for topic in TOPICS:
        for showcase in library.of_module(topic.module):
            points = library.reference(topic.module)[showcase.task]
            yield (
                showcase.task,
                comparison(showcase, points, None),
                comparison(showcase, points, points),
            )


def playground_figures() -> Iterator[tuple[str, Figure, Figure]]:
    setups = [
        playground.Setup(playground.Source("blobs", n=60), TrainConfig(width=8, lr=lr), n_seeds=2)
        for lr in (1e-2, 1e-1)
    ]
    data = playground.load(setups[0].source)
    first, second = (playground.run(setup, data, lambda _: None) for setup in setups)
    for measure in ("loss", "score"):
        yield (
            f"playground {measure}",
            training_curves(first, measure),
            training_curves(second, measure, first),
        )
    assert first.answers
    assert second.answers
    for chart in (boundary, confusion):
        answers = (getattr(run.answers, chart.__name__) for run in (first, second))
        yield (chart.__name__, *map(chart, (first, second), answers))
    yield ("pinned", pinned({"A": first, "C": second}), pinned({"A": second, "C": second}))
    axes = (playground_sweep.Axis("width", (4, 8)), playground_sweep.Axis("lr", (1e-3, 1e-2)))
    words = playground_sweep.Axis("init", ("he", "zeros"))
    for chosen in (axes[:1], (words,), axes):
        plan = playground_sweep.Plan(setups[0], *chosen)
        done = playground_sweep.run(plan, data, lambda _: None)
        half = playground_sweep.Sweep(plan, done.score, done.scores / 2, 0.5)
        yield (f"sweep of {[axis.setting for axis in chosen]}", sweep(half), sweep(done))
    ranges = [
        Range("lr", 1e-4, 1.0),
        Range("width", 2, 128),
        Range("depth", 0, 4),
        Range("schedule"),
    ]
    plans = [playground_search.Plan(setups[0], tuple(ranges), 12, seed) for seed in (0, 1)]
    one, other = (playground_search.run(plan, data, lambda _: None) for plan in plans)
    yield ("search curves", search_curves(one), search_curves(other))
    told = (importances("key", each.importances(0.2), 0.2) for each in (one, other))
    yield ("importances", *told)
    for figures in zip(search_strips(one, 0.2), search_strips(other, 0.5), strict=True):
        yield (figures[0].key, *figures)


LUCK = optimism(100, 0.0, 0)
FIGURES = [
    ("finder", finder_figure(8, "steep"), finder_figure(64, "valley")),
    ("ridge", ridge_figure(1), ridge_figure(2)),
    ("walk", walk_figure(1), walk_figure(2)),
    ("rates", rates(schedule(1e-5, 1, 9, "exp")), rates(schedule(1e-3, 1, 9, "linear"))),
    ("draws", search_figures(5)[0], search_figures(59)[0]),
    ("staircase", search_figures(5)[1], search_figures(59)[1]),
    ("three sets", sets_figure(0), sets_figure(6)),
    (
        "samples",
        histogram(sampling.draw_all(1e-5, 1e-1, 50, 0)),
        histogram(sampling.draw_all(1e-4, 1.0, 10, 1)),
    ),
    ("hits", hit_chance(coverage(0.05, 0.95, 0)), own_chance()),
    (
        "network size",
        parameter_counts(network_size(128, 2, 0)),
        parameter_counts(network_size(512, 4, 4), np.array([5130.0, 826378.0])),
    ),
    (
        "optimism",
        winners_curse(optimism(100, 0.0, 0)),
        winners_curse(
            optimism(337, 0.01, 1), 50, yours=np.linspace(0.95, 0.99, len(SHOWN)), previous=LUCK
        ),
    ),
    *(
        (name, *pair)
        for name, pair in zip(
            ("process", "improvement"),
            zip(process_figures(3), process_figures(5), strict=True),
            strict=True,
        )
    ),
    ("pruning", pruned_figure(0), pruned_figure(1)),
    (
        "strips",
        strips_figure(folds.Plan("time series", 4, gap=1)),
        strips_figure(folds.Plan("stratified", 5)),
    ),
    (
        "fold count",
        fold_count(counting.estimate(60, 0, 3)),
        fold_count(counting.estimate(120, 0, 3)),
    ),
    ("luck", luck_chart(luck(50, 0.9)), luck_chart(luck(337, 0.95))),
    ("stopping", stopping_figure(5, yours=True), stopping_figure(20, yours=False)),
    ("order", order_figure(0.1), order_figure(0.0001)),
    ("grid map", grid_map(9, own=False), grid_map(16, own=True)),
    ("map before a guess", random_map(1), empty_map()),
    ("random map", random_map(0), random_map(1)),
    (
        "combinations",
        combinations(cost(3, 4, 5, 1)),
        combinations(cost(10, 8, 1, 60), np.array(cost(10, 8, 1, 60).combinations, dtype=float)),
    ),
    *showcase_figures(),
    *playground_figures(),
    *figures_of_topic_5.figures(),
]
