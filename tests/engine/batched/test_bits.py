"""On a CPU a member's numbers are the same bits, whoever is trained with it and however."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import TrainConfig, data, train
from engine.batched.chunk import Chunk
from engine.batched.threads import one_thread
from tests.engine.populations import bits, in_one_chunk, trained_in_one_chunk

CONFIG = TrainConfig(lr=1e-2, width=17, depth=2, epochs=2, weight_decay=1e-3)
SHAPES = {
    "one example a step": replace(CONFIG, batch_size=1, epochs=1),
    "one example in the last step": replace(CONFIG, batch_size=37, dropout=0.2),
    "the whole part a step": replace(CONFIG, batch_size=5000, optimizer="momentum"),
    "no hidden layer": replace(CONFIG, depth=0, optimizer="sgd"),
    "four hidden layers": replace(CONFIG, depth=4, activation="tanh", optimizer="nesterov"),
    "wide": replace(CONFIG, width=100, activation="gelu", optimizer="adamw", dropout=0.5),
}


def neighbors(config, n, *, one_seed=False):
    """Members that can share a pass with `config`, each unlike it in all that may differ.

    Of one seed, they see the same examples at each step, and the engine keeps those once.
    """
    schedules = ("constant", "step", "cosine", "one-cycle")
    return [
        replace(
            config,
            seed=config.seed if one_seed else seed,
            lr=config.lr * 1.1**seed,
            width=config.width + seed % 2,
            weight_decay=config.weight_decay * (seed % 3),
            schedule=schedules[seed % 4],
            epochs=config.epochs + seed % 2,
            dropout=config.dropout * (1 - seed / 200),
        )
        for seed in range(1, n + 1)
    ]


@pytest.fixture(scope="module", params=["float32", "float64"])
def moons(request):
    return data.load("moons", n=120).astype(request.param)


@pytest.mark.parametrize("one_seed", [False, True])
@pytest.mark.parametrize("kind", SHAPES)
def test_a_member_is_the_same_in_a_pass_of_any_size_and_at_any_place(moons, kind, one_seed):
    config = SHAPES[kind]
    (alone,) = trained_in_one_chunk([config], moons)
    assert np.isfinite(alone).all()
    for n_before, n_after in ((0, 1), (1, 0), (2, 2), (6, 1), (31, 32)):
        others = neighbors(config, n_before + n_after, one_seed=one_seed)
        population = [*others[:n_before], config, *others[n_before:]]
        curves = trained_in_one_chunk(population, moons)
        assert curves[n_before].tobytes() == alone.tobytes(), (n_before, n_after)


def random_config(rng):
    return TrainConfig(
        lr=10 ** rng.uniform(-4, -1),
        batch_size=rng.choice([1, 7, 16, 37, 64, 500]),
        depth=rng.randint(0, 4),
        width=rng.choice([1, 3, 16, 17, 24, 40, 64]),
        activation=rng.choice(["relu", "tanh", "gelu"]),
        dropout=rng.choice([0, 0, 0.1, 0.5]),
        weight_decay=rng.choice([0, 1e-3]),
        optimizer=rng.choice(["sgd", "momentum", "nesterov", "adam", "adamw"]),
        schedule=rng.choice(["constant", "step", "cosine", "one-cycle"]),
        epochs=rng.randint(1, 2),
        seed=rng.randint(0, 3),
    )


@pytest.mark.parametrize(
    ("name", "dtype", "seed"),
    [("wine", "float32", 0), ("moons", "float64", 1), ("diabetes", "float32", 2)],
)
def test_64_members_are_the_same_alone_reversed_shuffled_and_in_step(name, dtype, seed):
    rng = random.Random(seed)
    dataset = data.load(name, **({"n": 120} if name == "moons" else {})).astype(dtype)
    kinds = [random_config(rng) for _ in range(8)]
    configs = [
        replace(kind, lr=kind.lr * (1 + k / 10), seed=k, epochs=1 + k % 3)
        for kind in kinds
        for k in range(8)
    ]
    together = [bits(history) for history in train(configs, dataset, jobs=1)]
    # All differ, but for the few that diverge in their first epoch and so look alike.
    assert len(set(together)) > 50
    reversed_ = train(configs[::-1], dataset, jobs=1)[::-1]
    assert [bits(history) for history in reversed_] == together
    order = rng.sample(range(64), 64)
    shuffled = train([configs[i] for i in order], dataset, jobs=1)
    assert [bits(history) for history in shuffled] == [together[i] for i in order]
    in_step = train(configs, dataset, jobs=1, on_epoch=lambda *_: None)
    assert [bits(history) for history in in_step] == together
    for i in rng.sample(range(64), 8):
        (alone,) = train([configs[i]], dataset)
        assert bits(alone) == together[i], configs[i]


@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2, 3)])
def test_members_on_folds_of_their_own_are_the_same_alone_and_together(seeds):
    # Of one seed they take the same places of their folds' order, but not the same examples.
    folds = [data.load("moons", n=120, seed=seed) for seed in range(3)]
    pairs = [(replace(CONFIG, seed=seed, dropout=0.2), fold) for seed in seeds for fold in folds]
    configs, datasets = map(list, zip(*pairs, strict=True))
    in_one_pass = [curves.tobytes() for curves in trained_in_one_chunk(configs, datasets)]
    assert len(set(in_one_pass)) == len(pairs)
    assert [bits(history) for history in train(configs, datasets, jobs=1)] == in_one_pass
    assert [bits(train([config], fold)[0]) for config, fold in pairs] == in_one_pass


@pytest.mark.parametrize("kind", ["one example in the last step", "no hidden layer", "wide"])
def test_members_go_on_as_before_when_others_leave_and_chunks_are_joined(moons, kind):
    config = replace(SHAPES[kind], epochs=3)
    configs = [config, *(replace(each, epochs=3) for each in neighbors(config, 7))]
    expected = [curves.tobytes() for curves in trained_in_one_chunk(configs, moons)]
    shape, members = in_one_chunk(configs, moons)
    rows = {i: [] for i in range(8)}

    def train_epoch(*chunks):
        for chunk in chunks:
            results = chunk.train_epoch()
            for i, member in enumerate(chunk.members):
                rows[member.index].append(results[:, i])

    with one_thread():
        halves = [Chunk(shape, half, torch.device("cpu")) for half in (members[:5], members[5:])]
        train_epoch(*halves)
        joined = halves[1].take([2, 0]).join(halves[0].take([3, 1]))
        assert [member.index for member in joined.members] == [7, 5, 3, 1]
        train_epoch(joined)
        last = joined.take([2])
        train_epoch(last)
    assert np.stack(rows[3], axis=-1).tobytes() == expected[3]
    for i, n_epochs in ((0, 1), (1, 2), (5, 2), (6, 1), (7, 2)):
        whole = np.frombuffer(expected[i]).reshape(4, 3)
        assert (np.stack(rows[i], axis=-1) == whole[:, :n_epochs]).all(), i


def test_a_chunk_restores_what_its_copy_made_of_it(moons):
    import pickle

    config = replace(SHAPES["wide"], epochs=2)
    shape, members = in_one_chunk([config, *neighbors(config, 2)], moons)
    chunk = Chunk(shape, members, torch.device("cpu"))
    with one_thread():
        copy = pickle.loads(pickle.dumps(chunk))
        copy.train_epoch()
        chunk.restore(copy.state())
        assert chunk.epoch == 1
        assert chunk.train_epoch().tobytes() == copy.train_epoch().tobytes()


def test_resting_between_epochs_changes_nothing(moons):
    config = SHAPES["one example in the last step"]
    shape, members = in_one_chunk([config, *neighbors(config, 2)], moons)
    restless, rested = (Chunk(shape, members, torch.device("cpu")) for _ in range(2))
    with one_thread():
        for _ in range(2):
            assert restless.train_epoch().tobytes() == rested.train_epoch().tobytes()
            rested.rest()
