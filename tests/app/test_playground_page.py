"""The playground's page without a browser: controls, presets, messages, pins, sweeps, uploads."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from app import controls, playground_sweep
from app.jobs import Job
from app.views import playground
from tests.app.test_playground_labs import CSV

SECONDS = 120.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for every training: what is shown meanwhile has tests of its own."""
    monkeypatch.setattr(playground, "PATIENCE", SECONDS)
    monkeypatch.setattr(playground_sweep, "PATIENCE", SECONDS)


def page(**address: str) -> AppTest:
    def script() -> None:
        from app.views import playground

        playground.show()

    test = AppTest.from_function(script, default_timeout=SECONDS)
    for name, value in {"n": "60", "epochs": "2", "width": "8", **address}.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def words(test: AppTest) -> str:
    return "\n".join(item.value for item in (*test.markdown, *test.warning))


def test_the_address_restores_every_setting() -> None:
    test = page(
        data="spirals", noise="0.2", depth="1", activation="tanh", optimizer="adamw", lr="2e-3",
        batch_size="16", dropout="0.25", weight_decay="1e-3", schedule="cosine", warmup="0.2",
        seed="4", n_seeds="3",
    )  # fmt: skip
    assert (
        "Trained: spirals, 1 hidden layer of 8 tanh units, adamw at 0.002, batches of 16, "
        "dropout 0.25, weight decay 0.001, cosine schedule, warm\\-up 0.2, 2 epochs, seeds 4 to 6."
    ) in words(test)
    assert "Validation of the 3 seeds" in words(test)
    assert "of this plane" in words(test)


def test_a_value_that_no_control_offers_is_the_default_and_no_traceback() -> None:
    test = page(data="nothing", lr="7", depth="99", optimizer="<b>", n_seeds="-3", sweep="x")
    assert "Trained: moons, 2 hidden layers of 8 relu units, adam at 0.01" in words(test)


@pytest.mark.parametrize(
    ("label", "value", "says"),
    [
        ("Hidden layers", 9, "`depth` must be a whole number, between 0 and 4, but got depth=9"),
        ("Seeds in a row", 400, "1 to 5 seeds in a row, not 400"),
    ],
)
def test_a_value_out_of_bounds_shows_a_message_should_a_control_let_it_pass(
    label: str, value: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = controls.number

    def unchecked(name: str, *bounds: int, key: str, help: str = "") -> int:
        return value if name == label else number(name, *bounds, key=key, help=help)

    monkeypatch.setattr(controls, "number", unchecked)
    test = page()
    assert says in test.warning[0].value
    assert "The charts appear when there is something to train" in words(test)


def test_a_preset_moves_every_control_and_says_what_to_look_for() -> None:
    test = page(dropout="0.5", lr="1e-4")
    test.button(key="preset-4").click().run()
    assert not test.exception
    assert "the boundary is a straight line" in words(test)
    assert "Trained: xor, no hidden layer, adam at 0.01" in words(test)
    assert test.slider(key="dropout").value == 0
    assert test.select_slider(key="epochs").value == "30"


def test_the_run_before_is_kept_as_a_ghost_on_the_same_data_only() -> None:
    test = page()
    assert "The run before" not in words(test)
    test.select_slider(key="lr").set_value("5e-2").run()
    assert "The run before" in words(test)
    test.selectbox(key="data").set_value("wine").run()
    assert "The run before" not in words(test)
    assert "Trained: wine" in words(test)


def test_one_cycle_takes_no_warm_up_whatever_the_address_says() -> None:
    assert "one\\-cycle schedule, 2 epochs" in words(page(schedule="one-cycle", warmup="0.3"))


def test_a_training_too_long_says_so_instead_of_running() -> None:
    test = page(data="digits", width="512", depth="4", batch_size="1", epochs="1000")
    assert "choose fewer epochs" in test.warning[0].value


def test_runs_are_pinned_compared_and_unpinned() -> None:
    test = page()
    test.button(key="pin").click().run()
    assert "The run above is A" in words(test)
    assert test.button(key="pin").disabled
    test.select_slider(key="lr").set_value("5e-2").run()
    test.button(key="pin").click().run()
    table = test.dataframe[0].value
    assert table["run"].tolist() == ["A", "B"]
    assert table["learning rate"].tolist() == ["0.01", "0.05"]
    assert "Best at its end: run" in words(test)
    test.button(key="unpin-A").click().run()
    assert test.dataframe[0].value["run"].tolist() == ["B"]
    for seed in range(1, 6):
        test.slider(key="seed").set_value(seed).run()
        test.button(key="pin").click().run()
    test.slider(key="seed").set_value(9).run()
    assert "At most 6 runs fit" in words(test)
    assert test.button(key="pin").disabled
    test.button(key="unpin-all").click().run()
    assert "Pin a run" in words(test)


def test_a_sweep_runs_where_the_playground_stands_and_stays_when_it_moves() -> None:
    test = page(panel="Sweep", sweep="depth", by="nothing else", width="4")
    test.selectbox(key="sweep").set_value("hidden layers").run()
    test.button(key="start-sweep").click().run()
    assert not test.exception
    assert "5 points around: moons, 2 hidden layers of 4 relu units" in words(test)
    assert "Best: " in words(test)
    test.selectbox(key="by").set_value("hidden layers").run()
    assert "must differ" in test.warning[0].value
    assert test.button(key="start-sweep").disabled
    test.selectbox(key="by").set_value("activation").run()
    test.slider(key="seed").set_value(2).run()
    assert "5 points around" in words(test)
    test.button(key="start-sweep").click().run()
    assert "15 points around" in words(test)
    assert ", activation " in words(test)


def test_while_it_trains_the_page_shows_what_there_is_and_a_sweep_can_be_canceled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playground_sweep, "PATIENCE", 0.0)
    go_on = threading.Event()
    report = Job._report

    def slow_report(self: Job[object], shown: object) -> None:
        report(self, shown)
        go_on.wait(SECONDS)

    test = page(panel="Sweep", epochs="5")
    monkeypatch.setattr(Job, "_report", slow_report)
    test.button(key="start-sweep").click().run()
    job = test.session_state["playground-sweeps"].job
    while job.look() is None:
        job.wait(0.01)
    test.run()
    assert not test.exception
    assert "Best: " in words(test)
    test.button(key="cancel-sweep").click().run()
    go_on.set()
    job.wait(SECONDS)
    test.run()
    assert "Canceled after 20% of the epochs" in words(test)


def test_the_code_panel_holds_the_program_and_the_settings() -> None:
    test = page(panel="Code", lr="5e-2")
    program, settings = (item.value for item in test.code)
    assert "lr=0.05" in program
    assert '"lr": 0.05' in settings


def test_a_table_is_asked_for_read_and_trained_on() -> None:
    test = page(data="your own table")
    assert "A line of column names" in words(test)
    test.file_uploader(key="upload").set_value(("mine.csv", CSV, "text/csv")).run()
    assert not test.exception
    assert "Trained: mine.csv" in words(test)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n\x00", "not UTF\\-8 text"),
        ("huge.csv", b"a,b\n" + b"1,2\n" * 5_000_001, "at most 20,000,000 bytes"),
        ("short.csv", b"a,b\n1,2\n", "at least 40 rows"),
        ("evil.csv", b"a,![x](http://evil.example/x)\n" + b"1,1\n" * 50, r"\!\[x\]"),
    ],
)
def test_a_file_that_cannot_be_learned_from_gets_a_message(
    name: str, content: bytes, says: str
) -> None:
    test = page(data="your own table")
    test.file_uploader(key="upload").set_value((name, content, "text/csv")).run()
    assert not test.exception
    assert says in test.warning[0].value
    assert "The charts appear when there is something to train" in words(test)
