"""The program on the page trains the network of the page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.labs import playground as lab
from app.labs import playground_code as code
from app.labs import playground_table as tables
from app.labs.playground import Setup, Source
from engine import TrainConfig, train

BASE = TrainConfig(width=16, epochs=4, lr=1e-2)
# Every data set, optimizer, schedule, activation and initialization once.
SETUPS = {
    "moons": (Source("moons"), BASE),
    "circles": (Source("circles", n=300), replace(BASE, optimizer="sgd", lr=0.3, init="he")),
    "spirals": (Source("spirals", noise=0.1), replace(BASE, schedule="one-cycle", depth=1)),
    "blobs": (Source("blobs"), replace(BASE, depth=0, schedule="step", weight_decay=0.01)),
    "xor": (
        Source("xor"),
        replace(BASE, schedule="cosine", warmup=0.2, optimizer="adamw", weight_decay=0.1),
    ),
    "digits": (Source("digits"), replace(BASE, optimizer="nesterov", activation="tanh", epochs=2)),
    "digits from xavier": (Source("digits"), replace(BASE, init="xavier", epochs=2)),
    "breast_cancer": (Source("breast_cancer"), replace(BASE, seed=7, activation="gelu")),
    "wine": (Source("wine"), replace(BASE, optimizer="momentum", batch_size=5, init="zeros")),
    "diabetes": (Source("diabetes"), replace(BASE, warmup=0.1, init="normal")),
}


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Put the number of threads back, which a program sets for itself."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", SETUPS)
def test_the_program_repeats_the_run_on_the_same_parts(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    setup = Setup(*SETUPS[name])
    data = lab.load(setup.source)
    found: dict[str, object] = {}
    exec(compile(code.program(setup, data), "program.py", "exec"), found)
    for part in ("x_train", "y_train", "x_val", "y_val"):
        np.testing.assert_array_equal(
            np.asarray(found[part]).squeeze(), getattr(data, part), err_msg=part
        )
    (history,) = train(setup.configs, data)
    assert found["loss"] == pytest.approx(history.val_loss[-1], abs=1e-5)
    assert found["score"] == pytest.approx(history.val_score[-1], abs=1e-5)
    assert capsys.readouterr().out.count("epoch ") == setup.config.epochs


def test_the_program_runs_by_itself_on_a_table(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{'no' if a * b < 0 else 'yes'}" for a, b in rng.normal(size=(200, 2))]
    content = "\n".join(["a,b,it's", *rows]).encode()
    path = tmp_path / "my 'table'.csv"
    path.write_bytes(content)
    source, data = tables.dataset(tables.read(path.name, content), "it's", "auto")
    setup = Setup(source, BASE)
    (tmp_path / "program.py").write_text(code.program(setup, data), encoding="utf-8")
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": root, "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "epoch 4: validation loss" in done.stdout
    (history,) = train([BASE], data)
    found = re.findall(r"accuracy ([\d.]+)", done.stdout)
    assert float(found[-1]) == pytest.approx(history.val_score[-1], abs=1e-4)


def test_with_dropout_the_program_scores_like_another_seed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = replace(BASE, dropout=0.3, epochs=8)
    setup = Setup(Source("moons"), config)
    data = lab.load(setup.source)
    found: dict[str, float] = {}
    exec(compile(code.program(setup, data), "program.py", "exec"), found)
    capsys.readouterr()
    histories = train([replace(config, seed=seed) for seed in range(6)], data)
    scores = np.array([history.val_score[-1] for history in histories])
    assert abs(found["score"] - scores.mean()) < max(4 * scores.std(), 0.03)
    assert "other dropout masks" in code.how_exact(setup)
    assert "expect the same scores" in code.how_exact(Setup(Source("moons"), BASE))


@pytest.mark.parametrize("name", ["spirals", "diabetes"])
def test_the_program_of_a_run_on_a_gpu_keeps_network_and_examples_there(name: str) -> None:
    setup = Setup(*SETUPS[name], device="cuda")
    data = lab.load(setup.source)
    text = code.program(setup, data)
    assert text.count(".to('cuda')") == 2
    assert "differ in their last digits" in code.how_exact(setup)
    # Torch's own stand-in for a device that is not there: it refuses whatever was left elsewhere.
    elsewhere = text.replace("'cuda'", "'meta'")
    with pytest.raises(RuntimeError, match="meta"):  # at the first number that is read back
        exec(compile(elsewhere, "program.py", "exec"), {})
    # And but for the place, it is the program that the other tests run.
    found: dict[str, object] = {}
    exec(compile(text.replace("'cuda'", "'cpu'"), "program.py", "exec"), found)
    (history,) = train(setup.configs, data)
    assert found["loss"] == pytest.approx(history.val_loss[-1], abs=1e-5)


def test_a_program_holds_nothing_that_its_run_does_not_need() -> None:
    setup = Setup(Source("moons"), BASE)
    text = code.program(setup, lab.load(setup.source))
    assert "Dropout" not in text
    assert "def rate" not in text
    assert "import math" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_settings_as_json_make_the_configuration_again() -> None:
    setup = Setup(Source("moons", noise=0.1), replace(BASE, dropout=0.2), n_seeds=3)
    told = json.loads(code.settings(setup))
    assert TrainConfig(**told["config"]) == setup.config
    assert told["data"]["noise"] == 0.1
    assert told["n_seeds"] == 3
    assert told["device"] == "cpu"
