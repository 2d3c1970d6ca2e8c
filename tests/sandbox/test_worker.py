"""What a check can do with a worker, and what the learner's code sees of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.errors import SubmissionError, WorkerDied
from grader.sandbox.client import Handle, Worker, export

Load = Callable[..., Worker]


def test_a_function_gets_its_arguments_and_gives_its_result(load: Load) -> None:
    worker = load("def f(a, *rest, key):\n    return {'a': a, 'rest': rest, key: [None, 1.5]}\n")
    assert worker.call("f", 1, "two", 3.0, key="k") == {
        "a": 1,
        "rest": ("two", 3.0),
        "k": [None, 1.5],
    }
    assert worker.has("f")
    assert not worker.has("g")


def test_a_function_can_be_handed_to_an_object_in_the_worker(load: Load) -> None:
    worker = load(
        "def double(x):\n    return 2 * x\n"
        "class Lab:\n"
        "    def run(self, function, x):\n        return function is double, function(x)\n"
    )
    double = worker.function("double")
    assert double(4) == 8
    assert worker.call("Lab").run(double, 5) == (True, 10)
    with pytest.raises(SubmissionError, match="`absent` is not defined"):
        worker.function("absent")


def test_a_missing_function_is_an_attribute_error(load: Load) -> None:
    with pytest.raises(SubmissionError, match="`smooth` is not defined"):
        load("").call("smooth")


def test_an_exception_names_the_learners_function_and_line(load: Load) -> None:
    worker = load(
        "import json\n\ndef outer():\n    return inner()\n\n"
        "def inner():\n    return json.loads('{')\n"
    )
    with pytest.raises(SubmissionError) as caught:
        worker.call("outer")
    assert caught.value.type_name == "JSONDecodeError"
    assert "ValueError" in caught.value.mro
    assert (caught.value.function, caught.value.line) == ("inner", 7)


def test_a_syntax_error_names_its_line(load: Load) -> None:
    with pytest.raises(SubmissionError) as caught:
        load("x = 1\ndef f(:\n")
    assert (caught.value.type_name, caught.value.line) == ("SyntaxError", 2)


def test_a_long_or_unprintable_exception_is_cut_or_replaced(load: Load) -> None:
    worker = load(
        "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError\n"
        "def long():\n    raise ValueError('x' * 10_000_000)\n"
        "def mute():\n    raise Mute\n"
    )
    with pytest.raises(SubmissionError) as caught:
        worker.call("long")
    assert caught.value.message == "x" * 2000
    with pytest.raises(SubmissionError, match="cannot be shown"):
        worker.call("mute")


def test_generators_ranges_and_views_come_back_as_lists(load: Load) -> None:
    worker = load(
        "def ranges():\n    return range(3), (i * i for i in range(3)), map(str, [1])\n"
        "def views():\n    d = {'a': 1}\n    return d.keys(), d.values(), d.items()\n"
        "def endless():\n    import itertools\n    return (i for i in itertools.count())\n"
    )
    assert worker.call("ranges") == ([0, 1, 2], [0, 1, 4], ["1"])
    assert worker.call("views") == (["a"], [1], [("a", 1)])
    with pytest.raises(SubmissionError, match="more than"):
        worker.call("endless")


def test_numpy_floats_come_back_as_floats_and_arrays_as_arrays(load: Load) -> None:
    worker = load(
        "import numpy as np\n"
        "def f(x):\n    return np.float64(x), np.float32(x), np.full((2, 1), x), x.dtype.name\n"
    )
    double, single, array, dtype = worker.call("f", np.float64(0.5))
    assert type(double) is float
    assert type(single) is np.float32
    assert array.tolist() == [[0.5], [0.5]]
    assert dtype == "float64"


def test_a_result_that_cannot_be_read_is_the_learners_error(load: Load) -> None:
    worker = load("def f():\n    return {1, 2}\n")
    with pytest.raises(SubmissionError, match="type set") as caught:
        worker.call("f")
    assert caught.value.type_name == "TypeError"


def test_a_callable_of_the_check_runs_on_the_trusted_side(load: Load) -> None:
    worker = load("def f(objective, n):\n    return [objective(i, scale=2) for i in range(n)]\n")
    seen: list[tuple[object, object]] = []

    def objective(x: int, scale: int) -> int:
        seen.append((x, scale))
        return x * scale

    assert worker.call("f", objective, 3) == [0, 2, 4]
    assert seen == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    "error", [ValueError("no", 3), KeyError("k"), ZeroDivisionError(), StopIteration()]
)
def test_an_exception_of_the_checks_callable_reaches_the_learner_as_itself(
    load: Load, error: Exception
) -> None:
    worker = load(
        "def f(objective):\n    try:\n        objective()\n"
        "    except Exception as e:\n        return type(e).__name__, e.args\n"
        "def g(objective):\n    objective()\n"
    )

    def fail() -> None:
        raise error

    assert worker.call("f", fail) == (type(error).__name__, error.args)
    with pytest.raises(SubmissionError) as caught:
        worker.call("g", fail)
    assert caught.value.type_name == type(error).__name__


def test_an_unknown_exception_arrives_as_its_nearest_builtin(load: Load) -> None:
    class OddError(ValueError):
        pass

    def fail() -> None:
        raise OddError("odd")

    worker = load(
        "def f(objective):\n    try: objective()\n    except ValueError as e: return str(e)"
    )
    assert worker.call("f", fail) == "odd"


def test_an_export_lends_its_methods_and_attributes_and_no_others(load: Load) -> None:
    class Trial:
        number = 7
        secret = "answer"

        def suggest(self, low: float, high: float) -> float:
            return (low + high) / 2

        def peek(self) -> str:
            return self.secret

    worker = load(
        "def use(t):\n    return t.suggest(0, 1), t.number\n"
        "def pry(t, name):\n    return getattr(t, name)\n"
        "def force(t, name):\n    return t._ask(t._number, name, (), {})\n"
        "def force_read(t, name):\n    return t._read(t._number, name)\n"
    )
    trial = export(Trial(), methods=("suggest",), attributes=("number",))
    assert worker.call("use", trial) == (0.5, 7)
    for function, name in [
        ("pry", "peek"),
        ("pry", "secret"),
        ("pry", "__dict__"),
        ("force", "peek"),
        ("force", "__init__"),
        ("force_read", "secret"),
        ("force_read", "__class__"),
    ]:
        with pytest.raises(SubmissionError) as caught:
            worker.call(function, trial, name)
        assert caught.value.type_name == "AttributeError"


def test_an_exported_container_can_be_iterated_measured_and_indexed(load: Load) -> None:
    batches = export([10, 20, 30], methods=("__iter__", "__len__", "__getitem__"))
    worker = load("def f(b):\n    return list(b), len(b), b[1], [x for x in b], callable(b)\n")
    assert worker.call("f", batches) == ([10, 20, 30], 3, 20, [10, 20, 30], False)


def test_an_export_of_an_impossible_special_method_is_refused() -> None:
    with pytest.raises(ValueError, match="__class__"):
        export([], methods=("__class__",))


def test_a_proxy_sent_back_is_the_very_object(load: Load) -> None:
    def objective() -> None: ...

    assert load("def f(o):\n    return [o]\n").call("f", objective)[0] is objective


def test_a_built_object_is_held_by_handle_and_arrives_as_itself(load: Load) -> None:
    worker = load("def f(rng, again):\n    return rng is again, type(rng).__name__, rng.random()\n")
    rng = worker.build("common:rng", seed=3)
    assert isinstance(rng, Handle)
    first = np.random.default_rng(3).random()
    assert worker.call("f", rng, rng) == (True, "Generator", first)


def test_the_learners_object_can_be_used_through_its_handle(load: Load) -> None:
    worker = load(
        "class Stopper:\n"
        "    def __init__(self, patience):\n        self.patience = patience\n"
        "        self.inner = self\n"
        "    def step(self, loss, *, epoch=0):\n        return loss > epoch\n"
        "    def __len__(self):\n        return 5\n"
        "    def __getitem__(self, i):\n        return i * 2\n"
        "    def __iter__(self):\n        return iter([self, 1])\n"
        "def adder(n):\n    return lambda x: x + n\n"
    )
    stopper = worker.call("Stopper", patience=3)
    assert stopper.patience == stopper.get("patience") == 3
    assert stopper.step(2.0, epoch=1) is True
    assert stopper.call("step", 0.0) is False
    assert stopper.inner is stopper
    assert (len(stopper), stopper[4], list(stopper)[1]) == (5, 8, 1)
    assert worker.call("adder", 2)(40) == 42
    assert repr(stopper) == "<a Stopper object>"
    with pytest.raises(SubmissionError) as caught:
        _ = stopper.absent
    assert caught.value.type_name == "AttributeError"


def test_a_callable_of_the_check_may_itself_ask_the_worker(load: Load) -> None:
    worker = load(
        "class Model:\n    def predict(self, x):\n        return x + 1\n"
        "def f(score):\n    return score(Model(), 1) * 10\n"
    )
    assert worker.call("f", lambda model, x: model.predict(x) + 0.5) == 25.0


def test_a_sibling_can_be_substituted_and_restored(load: Load) -> None:
    worker = load("def smooth(x):\n    return -1\n\ndef f(x):\n    return smooth(x) * 2\n")
    worker.substitute("smooth", lambda x: x + 1)
    assert worker.call("f", 4) == 10
    worker.substitute("smooth", lambda x: x)
    worker.substitute("absent", lambda: 0)
    worker.restore("smooth")
    worker.restore("absent")
    assert worker.call("f", 4) == -2
    assert not worker.has("absent")


def test_output_of_both_streams_is_kept_in_order(load: Load) -> None:
    worker = load(
        "import sys, os\n"
        "def f():\n    print('one')\n    print('two \\udcff', file=sys.stderr)\n"
        "    sys.stdout.flush()\n    os.write(1, b'three')\n"
    )
    worker.call("f")
    worker.close()
    assert worker.output() == "one\ntwo \\udcff\nthree"


def test_workers_share_nothing(parent: Any) -> None:
    source = (
        "import json\nseen = []\ndef f():\n    json.x = 1\n    seen.append(1)\n    return len(seen)"
    )
    for _ in range(2):
        with parent.worker() as worker:
            worker.load(source, "exercise")
            assert worker.call("f") == 1
    with parent.worker() as worker:
        worker.load("import json\ndef f():\n    return hasattr(json, 'x')\n", "exercise")
        assert worker.call("f") is False


def test_global_generators_draw_the_same_in_every_worker(parent: Any) -> None:
    source = "import random, numpy as np\ndef f():\n    return random.random(), np.random.rand()\n"
    draws = []
    for _ in range(2):
        with parent.worker() as worker:
            worker.load(source, "exercise")
            draws.append(worker.call("f"))
    assert draws[0] == draws[1]


def test_a_mistake_of_the_check_comes_through_and_ends_the_worker(load: Load) -> None:
    worker = load("def f(x):\n    return x()\n")
    with pytest.raises(TypeError, match="export"):
        worker.call("f", object())
    assert worker.call("f", lambda: 1) == 1  # refused before anything was sent
    with pytest.raises(TypeError, match="export"):
        worker.call("f", lambda: object())
    with pytest.raises(WorkerDied, match="stopped in the middle"):
        worker.call("f", lambda: 1)


def test_a_closed_worker_says_so(load: Load) -> None:
    worker = load("")
    worker.close()
    worker.close()
    with pytest.raises(WorkerDied, match="was closed"):
        worker.has("f")


def test_tensors_arrive_as_tensors_and_come_back_as_arrays(load: Load) -> None:
    torch = pytest.importorskip("torch")
    worker = load(
        "import torch\n"
        "def f(x, empty):\n"
        "    assert type(x) is torch.Tensor and not x.requires_grad, x\n"
        "    layer = torch.nn.Linear(3, 1)\n"
        "    layer(x).sum().backward()\n"
        "    return 2 * x.T, layer.weight, x.to(torch.bfloat16), empty, x.dtype is torch.float32\n"
        "def sparse():\n    return torch.eye(2).to_sparse()\n",
        memory_mb=8192,
        seconds=120,
    )
    x = torch.arange(6.0).reshape(2, 3).requires_grad_()
    doubled, weight, half, empty, is_single = worker.call("f", x, torch.zeros(0, 2))
    assert doubled.tolist() == [[0, 6], [2, 8], [4, 10]]
    assert doubled.dtype == np.float32
    assert weight.shape == (1, 3)
    assert half.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert empty.shape == (0, 2)
    assert is_single is True
    with pytest.raises(SubmissionError, match="sparse"):
        worker.call("sparse")


def test_optuna_may_use_two_threads_on_an_objective_of_the_check(load: Load) -> None:
    optuna = pytest.importorskip("optuna")
    worker = load(
        "import optuna\n"
        "def f(objective):\n"
        "    optuna.logging.set_verbosity(optuna.logging.ERROR)\n"
        "    study = optuna.create_study()\n"
        "    study.optimize(objective, n_trials=6, n_jobs=2)\n"
        "    return [t.state.name for t in study.trials]\n",
        memory_mb=8192,
        seconds=120,
    )

    def objective(trial: Handle) -> float:
        x = trial.suggest_float("x", 0, 1)
        if trial.number == 0:
            raise optuna.TrialPruned
        return float(x)

    states = worker.call("f", objective)
    assert sorted(states) == ["COMPLETE"] * 5 + ["PRUNED"]
