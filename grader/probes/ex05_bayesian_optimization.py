"""What topic 5's misconceptions answer differently.

Of a refusal only one thing is asked: whether it was a ValueError. Of training, which rounds
differently from machine to machine, no number is asked, but whether it is the right one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.probes import outcome
from grader.subject import Subject

_LAB = "ex05_bayesian_optimization:objective_lab"
_NAN = math.nan


def expected_improvement(submission: Subject) -> dict[str, object]:
    """Numbers, an array with and without doubt, and what is refused."""
    call = submission.expected_improvement
    mu = np.array([0.3, -0.2, 1.5, 0.9])
    same = np.array([0.6, 0.5, 0.7])  # the first of them is the best itself
    return {
        "number": outcome(call, 0.3, 0.5, 0.1),
        "wide": outcome(call, 0.3, 2.5, 0.7),
        "array": outcome(call, mu, np.array([0.5, 2.0, 0.7, 0.1]), 0.6),
        "margin": outcome(call, mu, np.array([0.5, 2.0, 0.7, 0.1]), 0.6, 0.4),
        "certain": outcome(call, mu, np.zeros(4), 0.6),
        "certain and equal": outcome(call, same, np.zeros(3), 0.6),
        "certain number": outcome(call, -0.2, 0.0, 0.6),
        "mixed": outcome(call, mu, np.array([0.0, 2.0, 0.0, 0.1]), 0.6, 0.1),
        "refused": _refused((call, mu, np.array([0.5, -2.0, 0.7, 0.1]), 0.6), (call, 0.0, -1.0, 0)),
    }


def gp_posterior(submission: Subject) -> dict[str, object]:
    """Means and deviations in one and two dimensions, doubled rows, far away, and refusals."""
    call = submission.gp_posterior
    X = np.array([[0.0], [0.7], [1.5], [1.5], [3.1]])
    y = np.array([4.0, 5.5, 3.0, 3.4, 6.0])
    Xs = np.array([[0.2], [1.5], [2.4]])
    flat = np.array([[0.0, 1.0], [1.0, 0.5], [-0.5, 2.0]])
    return {
        "line": outcome(call, X, y, Xs, 0.8, 2.5, 0.3),
        "plane": outcome(call, flat, np.array([1.0, -2.0, 0.5]), flat + 0.3, 1.3, 3.0, 0.2),
        "unit": outcome(call, X[:3], y[:3], Xs, 1.0, 1.0, 0.5),
        "far": outcome(call, X, y, Xs + 500, 0.8, 2.5, 0.3),
        "nan": outcome(lambda: _any_nan(call)),
        "refused": _refused(
            (call, X, y, Xs, 0.0, 1.0, 0.1),
            (call, X, y, Xs, 1.0, -1.0, 0.1),
            (call, X, y, Xs, 1.0, 1.0, 0.0),
            (call, X, y[:1], Xs, 1.0, 1.0, 0.1),
        ),
    }


def _any_nan(call: Callable[..., Any]) -> bool:
    X = 2.0 * np.arange(40)[:, None]  # hardly any noise: every variance is 0 to within rounding
    _, std = call(X, np.sin(3 * X[:, 0]), X, 1.0, 3.0, 1e-15)
    return bool(np.isnan(np.asarray(std, dtype=float)).any())


def should_prune(submission: Subject) -> dict[str, object]:
    """A question for each of the rules."""
    call = submission.should_prune

    def past(*curves: Mapping[int, float], state: str = "COMPLETE") -> list[dict[str, Any]]:
        return [{"state": state, "values": dict(curve)} for curve in curves]

    steady = past(*[dict.fromkeys(range(12), level) for level in (1.0, 2.0, 3.0, 4.0, 5.0)])
    skewed = past(*[{0: 0.0, 1: value, 2: 0.0} for value in (1.0, 2.0, 3.0, 30.0, 50.0)])
    low = past(*[{0: 0.5}] * 7, state="PRUNED")
    high = past(*[{0: 9.0}] * 7, state="FAIL")
    bad = dict.fromkeys(range(12), 6.0)

    def until(last: int, **options: int) -> object:
        return outcome(call, steady, {s: v for s, v in bad.items() if s <= last}, **options)

    return {
        "best": outcome(call, steady, {0: 2.0, 1: 4.5}),
        "best, maximizing": outcome(call, steady, {0: 4.0, 1: 1.5}, direction="maximize"),
        "worse": [outcome(call, steady, {0: 3.5}), outcome(call, steady, {0: 2.5})],
        "maximizing": [
            outcome(call, steady, {0: value}, direction="maximize") for value in (3.5, 2.5)
        ],
        "equal": [outcome(call, steady, {0: 3.0}, direction=d) for d in ("minimize", "maximize")],
        "step": outcome(call, skewed, {0: 9.0, 1: 2.5}),
        "unsorted": outcome(call, skewed, {1: 2.5, 0: 9.0}),
        "mean": outcome(call, skewed, {1: 5.0}),
        "states": [
            outcome(call, steady + low, {0: 2.0}),
            outcome(call, steady + high, {0: 4.0}),
        ],
        "startup": [
            outcome(call, steady[:4] + low, {0: 9.0}),
            outcome(call, steady[:4], {0: 9.0}, n_startup=4),
            outcome(call, low, {0: 9.0}, n_startup=0),
        ],
        "nothing": outcome(call, steady, {}),
        "warmup": [until(last, n_warmup=3) for last in range(5)],
        "interval": [until(last, n_warmup=1, interval=3) for last in range(9)],
        "late": outcome(call, steady, {0: 6.0, 1: 6.0, 5: 6.0}, n_warmup=1, interval=3),
        "few": [
            outcome(call, past(*[{0: 1.0}] * 5) + past({1: 1.0}), {1: 6.0}, n_min_trials=n)
            for n in (1, 2)
        ],
        "nowhere": outcome(call, past(*[{0: 1.0}] * 5), {0: 6.0, 1: 6.0}),
        "nan in current": outcome(call, steady, {0: 9.0, 1: _NAN}),
        "nan only": outcome(call, steady, {0: _NAN, 1: _NAN}),
        "nan in history": outcome(call, steady + past({0: _NAN}), {0: 3.5}),
        "refused": _refused(
            (call, steady, {0: 1.0}, -1),
            (call, steady, {0: 1.0}, 5, -1),
            (call, steady, {0: 1.0}, 5, 0, 0),
            (call, steady, {0: 1.0}, 5, 0, 1, 0),
            (call, steady, {0: 1.0}, 5, 0, 1, 1, "max"),
        ),
    }


def hyperband_brackets(submission: Subject) -> dict[str, object]:
    """A power of eta, one that logarithms miss, no power, no room, and what is refused."""
    call = submission.hyperband_brackets
    return {
        "81": outcome(call, 81, 3),
        "243": outcome(call, 243, 3),
        "1000": outcome(call, 1000, 10),
        "100": outcome(call, 100, 3),
        "50": outcome(call, 50, 2),
        "1": outcome(call, 1, 3),
        "2": outcome(call, 2, 3),
        "refused": _refused((call, 0, 3)),
    }


def objective(submission: Subject) -> dict[str, object]:
    """What is asked, built, trained, reported, returned, and done when told to stop."""
    call = submission.objective
    params = {"lr": 0.006, "width": 21, "dropout": 0.45}
    data = _data(60, 200, 0.25)

    def run(data: Mapping[str, Any], **options: int) -> dict[str, Any]:
        seen: dict[str, Any] = submission.build(_LAB, **data).run(call, params, **options)
        return seen

    @cache
    def whole() -> dict[str, Any]:
        """One training to its end, looked at from several sides."""
        return run(data)

    def asked(number: int) -> dict[str, Any]:
        questions = run(data, prune_at=0, number=number)["asked"]
        fields = ("kind", "low", "high", "log")
        return {
            "names": sorted(q["name"] for q in questions),
            **{q["name"]: [q[field] for field in fields] for q in questions},
        }

    def built() -> dict[str, Any]:
        seen = run(data, prune_at=0)
        weights = seen["steps"][0]["weights"]
        return {
            "shapes": sorted(str(list(np.shape(array))) for array in weights),
            "dropout": seen["dropout"],
            "optimizer": [seen["optimizer"][name] for name in ("class", "lr", "weight_decay")],
        }

    def trained() -> dict[str, Any]:
        epochs = whole()["epochs"]
        return {
            "steps": [epoch["steps"] for epoch in epochs],
            "orders": len({tuple(sorted(epoch["images"][:32])) for epoch in epochs}),
            "training": [epoch["training"] for epoch in epochs],
            "evaluating": [epoch["evaluating"] for epoch in epochs],
            "reported at": [epoch["step"] for epoch in epochs],
        }

    def scored(split: str) -> list[bool]:
        """Tell of each report whether it is a split's accuracy; the other split's is far off."""
        x, y = data[f"{split}_x"], data[f"{split}_y"]
        return [
            abs(epoch["value"] - _accuracy(epoch["weights"], x, y)) < 0.011
            for epoch in whole()["epochs"][5:]
        ]

    def in_unit() -> bool:
        return all(0 <= epoch["value"] <= 1 for epoch in whole()["epochs"])

    def returned() -> dict[str, bool]:
        seen = run(_falling_data())
        values = [epoch["value"] for epoch in seen["epochs"]]
        result = float(seen["result"])
        return {
            "last": abs(result - values[-1]) < 1e-6,
            "best": abs(result - max(values)) < 1e-6,
            "above one": result > 1,
        }

    def stopped(prune_at: int) -> list[object]:
        seen = run(data, prune_at=prune_at)
        return [seen["pruned"], len(seen["epochs"]), seen["steps_too_many"]]

    def gradients() -> list[bool]:
        """Tell of each of the first steps, on one batch, whether it has that batch's gradient."""
        batch = _data(32, 20, 0.25)
        undropped = params | {"dropout": 0.0}
        seen = submission.build(_LAB, **batch).run(call, undropped)
        return [_right_gradient(step, batch["train_x"], batch["train_y"]) for step in seen["steps"]]

    def again() -> bool:
        first, second = whole(), run(data)
        values = [[epoch["value"] for epoch in seen["epochs"]] for seen in (first, second)]
        return values[0] == values[1]

    return {
        "asked": outcome(asked, 0),
        "asked later": outcome(asked, 7),
        "built": outcome(built),
        "trained": outcome(trained),
        "validation": outcome(scored, "val"),
        "train": outcome(scored, "train"),
        "in unit": outcome(in_unit),
        "returned": outcome(returned),
        "questions": outcome(lambda: run(data)["questions"]),
        "stopped": outcome(stopped, 2),
        "study": outcome(lambda: submission.build(_LAB, **data).study(call, 2, 0)),
        "gradients": outcome(gradients),
        "again": outcome(again),
    }


def _data(n_train: int, n_val: int, wrong: float) -> dict[str, npt.NDArray[Any]]:
    """Ten noisy clusters; of the validation labels, the share `wrong` is another class's."""
    rng = np.random.default_rng(5)
    centers = rng.uniform(0, 1, size=(10, 64))

    def draw(n: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        y = np.arange(n) % 10
        return np.clip(centers[y] + 0.4 * rng.normal(size=(n, 64)), 0, 1), y

    (train_x, train_y), (val_x, val_y) = draw(n_train), draw(n_val)
    val_y = np.where(np.arange(n_val) < wrong * n_val, (val_y + 1) % 10, val_y)
    return {"train_x": train_x, "train_y": train_y, "val_x": val_x, "val_y": val_y}


def _falling_data() -> dict[str, npt.NDArray[Any]]:
    """Data on which the validation accuracy falls from 1, whatever the network begins with.

    Class 0 has four times the training images of any other, so a network says 0 to most before it
    can tell them apart. The validation images are of the other classes, and labeled 0.
    """
    rng = np.random.default_rng(5)
    centers = rng.uniform(0, 1, size=(10, 64))
    train_y = np.concatenate([np.zeros(60, int), 1 + np.arange(140) % 9])
    shown = 1 + np.arange(200) % 9
    train_x, val_x = (
        np.clip(centers[y] + 0.4 * rng.normal(size=(len(y), 64)), 0, 1) for y in (train_y, shown)
    )
    return {"train_x": train_x, "train_y": train_y, "val_x": val_x, "val_y": np.zeros(200, int)}


def _logits(weights: Any, x: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Outputs of a network of two layers, given its weights in the order of the layers."""
    w1, b1, w2, b2 = (np.asarray(array, dtype=float) for array in weights)
    return np.asarray(np.maximum(x @ w1.T + b1, 0) @ w2.T + b2)


def _accuracy(weights: Any, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> float:
    return float(np.mean(_logits(weights, x).argmax(axis=1) == y))


def _right_gradient(step: Mapping[str, Any], x: npt.NDArray[Any], y: npt.NDArray[Any]) -> bool:
    """Tell whether the last bias has the gradient of the mean cross-entropy."""
    logits = _logits(step["weights"], x)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    right = (chances - np.eye(10)[y]).mean(axis=0)
    return bool(np.allclose(step["gradients"][3], right, rtol=1e-2, atol=1e-4))


def _refused(*calls: tuple[Any, ...]) -> list[bool]:
    """Tell of each call, a function with its arguments, whether it raises a ValueError."""
    return [outcome(*call) == {"raises": "ValueError"} for call in calls]
