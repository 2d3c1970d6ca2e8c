"""The program that does by itself what the playground did: plain PyTorch, to copy and run."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.labs.playground import Setup
    from engine import Dataset

_DRAWS = {
    "moons": "x, y = datasets.make_moons({n}, noise={noise}, random_state=draw_seed)",
    "circles": (
        "x, y = datasets.make_circles({n}, noise={noise}, factor=0.5, random_state=draw_seed)"
    ),
    "blobs": """\
corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
x, y = datasets.make_blobs({n}, centers=corners, cluster_std={noise}, random_state=draw_seed)""",
    "spirals": """\
rng = np.random.default_rng(draw_seed)
y = np.arange({n}) % 2
turn = np.sqrt(rng.uniform(0.02, 1.0, {n}))
angle = 1.5 * 2 * np.pi * turn + np.pi * y
x = turn[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
x = x + rng.normal(0.0, {noise}, x.shape)""",
    "xor": """\
rng = np.random.default_rng(draw_seed)
x = rng.uniform(-1.0, 1.0, ({n}, 2))
y = (x[:, 0] * x[:, 1] < 0).astype(int)
x = x + rng.normal(0.0, {noise}, x.shape)""",
}
_LOADS = {
    "digits": "x, y = datasets.load_digits(return_X_y=True)",
    "breast_cancer": "x, y = datasets.load_breast_cancer(return_X_y=True)",
    "wine": "x, y = datasets.load_wine(return_X_y=True)",
    "diabetes": "x, y = datasets.load_diabetes(return_X_y=True, scaled=False)",
}
_SPLIT = """\
rest, _ = train_test_split(
    np.arange(len(y)), test_size=0.25, stratify={whole}, random_state=split_seed
)
train, val = train_test_split(
    rest, test_size=0.25, stratify={part}, random_state=split_seed
)


def standardized(values):
    mean, std = values[train].mean(axis=0), values[train].std(axis=0)
    constant = values[train].min(axis=0) == values[train].max(axis=0)
    mean, std = np.where(constant, values[train][0], mean), np.where(constant, 1.0, std)
    return ((values - mean) / std).astype(np.float32)


x = standardized(x)
{target}x_train, y_train, x_val, y_val = x[train], y[train], x[val], y[val]
"""
_TABLE = """\
# Reading, splitting and standardizing a table is Hyperlings' own: `pip install -e .` in its folder.
from engine.data import from_table

data = from_table({path!r}, {target!r}, task={task!r})
x_train, y_train, x_val, y_val = data.x_train, data.y_train, data.x_val, data.y_val
"""
_MODEL = """\
torch.set_num_threads(1)  # networks this small only wait for a second one


def stream(*key):
    return np.random.default_rng(np.random.SeedSequence({seed}, spawn_key=key))


{note}torch.manual_seed({seed})
rng = stream(0)
parts = []
for n_in, n_out in pairwise({sizes}):
    layer = nn.Linear(n_in, n_out)
    with torch.no_grad():
{init}
    parts += [layer{after}]
model = nn.Sequential(*parts[:{last}]){to}
optimizer = {optimizer}
loss_fn = {loss}
x_train, y_train, x_val, y_val = {tensors}
{column}"""
_TENSORS = "map(torch.from_numpy, (x_train, y_train, x_val, y_val))"
_TENSORS_ON = """\
(
    torch.from_numpy(part).to({device!r}) for part in (x_train, y_train, x_val, y_val)
)"""
_RATE = """\
steps = -(-len(x_train) // {batch_size})
total = {epochs} * steps
warmup = round({warmup!r} * total)


def rate(step):
    if step < warmup:
        return {lr!r} * (step + 1) / (warmup + 1)
    k, n = step - warmup, total - warmup
{schedule}


"""
_SCHEDULES = {
    "constant": "    return {lr!r}",
    "step": """\
    return {lr!r} * 0.1 ** ((k >= math.ceil(n / 2)) + (k >= math.ceil(3 * n / 4)))""",
    "cosine": "    return {lr!r} * (1 + math.cos(math.pi * k / n)) / 2",
    "one-cycle": """\
    peak, last = 0.3 * n - 1, n - 1
    start, end, done = (0.04, 1, k / peak) if k <= peak else (1, 4e-6, (k - peak) / (last - peak))
    return {lr!r} * (end + (start - end) * (1 + math.cos(math.pi * done)) / 2)""",
}
_LOOP = """\
for epoch in range(1, {epochs} + 1):
    model.train()
    order = torch.from_numpy(stream(1, epoch).permutation(len(x_train)))
{batches}        optimizer.zero_grad()
        loss_fn(model(x_train[batch]), y_train[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        outputs = model(x_val)
        loss = loss_fn(outputs, y_val).item()
        score = {score}
    print(f"epoch {{epoch}}: validation loss {{loss:.4f}}, {name} {{score:.4f}}")
"""
_BATCHES = """\
    for batch in torch.split(order, {batch_size}):
"""
_SCHEDULED_BATCHES = """\
    for i, batch in enumerate(torch.split(order, {batch_size})):
        optimizer.param_groups[0]["lr"] = rate((epoch - 1) * steps + i)
"""
_NORMAL = """\
        layer.weight.copy_(torch.from_numpy(rng.normal(0.0, {sd}, (n_out, n_in))))
        layer.bias.zero_()"""
_INITS = {
    "default": """\
        bound = n_in**-0.5
        layer.weight.copy_(torch.from_numpy(rng.uniform(-bound, bound, (n_out, n_in))))
        layer.bias.copy_(torch.from_numpy(rng.uniform(-bound, bound, n_out)))""",
    "xavier": """\
        bound = (6 / (n_in + n_out)) ** 0.5
        layer.weight.copy_(torch.from_numpy(rng.uniform(-bound, bound, (n_out, n_in))))
        layer.bias.zero_()""",
    "he": _NORMAL.format(sd="(2 / n_in) ** 0.5"),
    "normal": _NORMAL.format(sd="1.0"),
    "zeros": """\
        layer.weight.zero_()
        layer.bias.zero_()""",
}
_ACTIVATIONS = {"relu": "nn.ReLU()", "tanh": "nn.Tanh()", "gelu": "nn.GELU()"}
_OPTIMIZERS = {
    "sgd": "torch.optim.SGD(model.parameters(), lr={lr!r}, weight_decay={decay!r})",
    "momentum": """\
torch.optim.SGD(model.parameters(), lr={lr!r}, momentum=0.9, weight_decay={decay!r})""",
    "nesterov": """\
torch.optim.SGD(
    model.parameters(), lr={lr!r}, momentum=0.9, nesterov=True, weight_decay={decay!r}
)""",
    "adam": "torch.optim.Adam(model.parameters(), lr={lr!r}, weight_decay={decay!r})",
    "adamw": "torch.optim.AdamW(model.parameters(), lr={lr!r}, weight_decay={decay!r})",
}


def program(setup: Setup, data: Dataset) -> str:
    """A complete program that trains the first seed's network.

    It starts from the same weights and takes the same batches in the same order. Only dropout's
    masks differ, which the engine draws in its own way.
    """
    imports = ["from itertools import pairwise", "", "import numpy as np", "import torch"]
    if setup.config.schedule != "constant":
        imports.insert(0, "import math")
    if not setup.source.table:
        imports += ["from sklearn import datasets"]
        imports += ["from sklearn.model_selection import train_test_split"]
    imports += ["from torch import nn", "", ""]
    return "\n".join([*imports[:-1], _data(setup, data), _training(setup, data)])


def settings(setup: Setup) -> str:
    """The run as JSON: data, hyperparameters, number of seeds, device."""
    source = {key: value for key, value in asdict(setup.source).items() if value not in (None, "")}
    told = {
        "data": source,
        "config": asdict(setup.config),
        "n_seeds": setup.n_seeds,
        "device": setup.device,
    }
    return json.dumps(told, indent=2)


def how_exact(setup: Setup) -> str:
    """What to expect of the program's numbers, in a sentence."""
    config = setup.config
    if config.depth and config.dropout:
        return (
            "It starts from the same weights and takes the same batches, but draws other dropout "
            "masks: expect scores as far apart as those of two seeds."
        )
    if setup.device != "cpu":
        return (
            "It starts from the same weights and takes the same batches in the same order. A GPU "
            "adds in another order, so expect scores that differ in their last digits, and more "
            "in a long or unstable run."
        )
    return (
        "It starts from the same weights and takes the same batches in the same order: expect the "
        "same scores. Only in a long or unstable run do rounding errors grow, until the two are "
        "as far apart as two seeds."
    )


def _data(setup: Setup, data: Dataset) -> str:
    source = setup.source
    if source.table:
        return _TABLE.format(path=source.name, target=source.target, task=source.task)
    seeds = "draw_seed, split_seed = map(int, np.random.SeedSequence(0).generate_state(2))"
    if source.name in _LOADS:
        read = _LOADS[source.name]
    else:
        from engine.data.drawn import DRAWN

        noise = DRAWN[source.name].noise if source.noise is None else source.noise
        read = _DRAWS[source.name].format(n=600 if source.n is None else source.n, noise=noise)
    classes = data.task == "classification"
    split = _SPLIT.format(
        whole="y" if classes else None,
        part="y[rest]" if classes else None,
        target="" if classes else "y = standardized(y)\n",
    )
    return "\n".join([seeds, read, split])


def _training(setup: Setup, data: Dataset) -> str:
    config, device = setup.config, setup.device
    classes = data.task == "classification"
    after = f", {_ACTIVATIONS[config.activation]}"
    drops = config.depth > 0 and config.dropout > 0
    if drops:
        after += f", nn.Dropout({config.dropout!r})"
    made = _MODEL.format(
        seed=config.seed,
        note="# For the dropout masks; they are the one thing that differs from the playground.\n"
        if drops
        else "",
        init=_INITS[config.init],
        sizes=[data.n_features, *[config.width] * config.depth, data.n_outputs],
        after=after,
        last="-2" if drops else "-1",
        to="" if device == "cpu" else f".to({device!r})",
        tensors=_TENSORS if device == "cpu" else _TENSORS_ON.format(device=device),
        optimizer=_OPTIMIZERS[config.optimizer].format(lr=config.lr, decay=config.weight_decay),
        loss="nn.CrossEntropyLoss()" if classes else "nn.MSELoss()",
        column="" if classes else "y_train, y_val = y_train[:, None], y_val[:, None]\n",
    )
    if not drops:
        made = made.replace(f"torch.manual_seed({config.seed})\n", "")
    moves = config.schedule != "constant" or config.warmup > 0
    batches = _SCHEDULED_BATCHES if moves else _BATCHES
    rate = _RATE.format(
        batch_size=config.batch_size,
        epochs=config.epochs,
        warmup=config.warmup,
        lr=config.lr,
        schedule=_SCHEDULES[config.schedule].format(lr=config.lr),
    )
    loop = _LOOP.format(
        epochs=config.epochs,
        batches=batches.format(batch_size=config.batch_size),
        score="(outputs.argmax(1) == y_val).double().mean().item()"
        if classes
        else "1 - loss / y_val.var(correction=0).item()",
        name="accuracy" if classes else "R2",
    )
    return f"{made}{rate if moves else ''}{loop}"
