"""The playground's page without a browser: controls, presets, messages, pins, sweeps, uploads."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from app import (
    controls,
    playground_controls,
    playground_job,
    playground_pins,
)
from app.jobs import Job
from app.labs import playground_device
from app.views import playground
from tests.app.test_playground_labs import CSV

SECONDS = 120.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for every training: what is shown meanwhile has tests of its own."""
    monkeypatch.setattr(playground, "PATIENCE", SECONDS)
    monkeypatch.setattr(playground_job, "PATIENCE", SECONDS)


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
        seed="4", n_seeds="3", init="he",
    )  # fmt: skip
    assert (
        "Trained: spirals, 1 hidden layer of 8 tanh units, from he weights, adamw at 0.002, "
        "batches of 16, dropout 0.25, weight decay 0.001, cosine schedule, warm\\-up 0.2, "
        "2 epochs, seeds 4 to 6."
    ) in words(test)
    assert "Validation of the 3 seeds" in words(test)
    assert "of this plane" in words(test)


def test_a_value_that_no_control_offers_is_the_default_and_no_traceback() -> None:
    test = page(data="nothing", lr="70", depth="99", optimizer="<b>", n_seeds="-3", sweep="x")
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


def test_what_was_trained_before_is_shown_without_a_job_and_stops_the_one_that_runs() -> None:
    test = page(seed="15")
    first = test.session_state["playground-runs"].job
    test.select_slider(key="lr").set_value("5e-2").run()
    second = test.session_state["playground-runs"].job
    assert second is not first
    test.select_slider(key="lr").set_value("1e-2").run()
    assert "Trained: moons, 2 hidden layers of 8 relu units, adam at 0.01" in words(test)
    assert test.session_state["playground-runs"].job is second
    assert second.canceled


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


def test_a_link_restores_the_pinned_runs_and_unpinning_takes_them_out_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playground_pins, "PATIENCE", SECONDS)
    test = page()
    test.button(key="pin").click().run()
    told = "A:data=moons,n=60,width=8,epochs=2"
    assert test.query_params["pins"] == told
    other = page(seed="3", pins=told)
    assert other.dataframe[0].value["run"].tolist() == ["A"]
    other.button(key="pin").click().run()
    assert other.query_params["pins"] == [told, f"B:{told[2:]},seed=3"]
    other.button(key="unpin-all").click().run()
    assert "pins" not in other.query_params
    assert not other.dataframe
    assert "Pin a run" in words(page(pins="A:data=nothing"))


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
    assert "All of them: relu, tanh, gelu." in words(test)
    test.slider(key="seed").set_value(2).run()
    assert "5 points around" in words(test)
    test.button(key="start-sweep").click().run()
    assert "15 points around" in words(test)
    assert ", activation " in words(test)


def test_the_ends_and_the_number_of_values_of_a_sweep_are_chosen_and_checked() -> None:
    test = page(panel="Sweep")
    test.select_slider(key="lr_range").set_value(("1e-3", "1e-1")).run()
    test.slider(key="lr_values").set_value(3).run()
    test.button(key="start-sweep").click().run()
    assert "3 points around" in words(test)
    plan = test.session_state["playground-sweep"].job.key
    assert plan.first.values == (1e-3, 1e-2, 1e-1)
    test.select_slider(key="lr_range").set_value(("1e-2", "1e-2")).run()
    assert "from a smaller to a larger number" in test.warning[0].value
    assert test.button(key="start-sweep").disabled


def test_an_address_restores_a_sweeps_ranges_and_nonsense_is_the_default() -> None:
    test = page(panel="Sweep", sweep="units a layer", by="dropout", width_values="4")
    assert test.slider(key="width_values").value == 4
    assert test.select_slider(key="dropout_range").value == ("0", "0.7")
    test = page(panel="Sweep", lr_range="banana", lr_values="99")
    assert test.select_slider(key="lr_range").value == ("1e-4", "1e0")
    assert 2 <= test.slider(key="lr_values").value <= 20


def test_a_search_is_drawn_trained_marked_and_taken() -> None:
    test = page(panel="Search", n_trials="10")
    assert "Every trial draws all chosen settings" in words(test)
    test.button(key="start-search").click().run()
    assert not test.exception
    assert "10 trials around: moons" in words(test)
    assert "orange diamonds are the best 2." in words(test)
    assert "What tells the best 20% of the trials from the rest" in words(test)
    test.slider(key="top_percent").set_value(50).run()
    assert "orange diamonds are the best 5." in words(test)
    best = test.session_state["playground-search"].job.look().best.config
    test.button(key="take-best").click().run()
    assert not test.exception
    assert test.select_slider(key="width").value == str(best.width)
    assert float(test.select_slider(key="lr").value) == best.lr
    assert test.slider(key="dropout").value == pytest.approx(best.dropout)
    assert f"layers of {best.width} {best.activation} units" in words(test)
    # A rate between the stops stays when it is left, and can be come back to.
    test.select_slider(key="lr").set_value("1e-2").run()
    assert test.select_slider(key="lr").value == "1e-2"
    assert not test.exception


def test_a_search_of_nothing_and_a_search_too_long_say_what_to_do() -> None:
    test = page(panel="Search", batch_size="1")
    test.session_state["search"] = []
    test.run()
    assert "at least one setting: choose some" in test.warning[0].value
    assert test.button(key="start-search").disabled
    test.session_state["search"] = ["epochs"]
    test.run()
    test.select_slider(key="epochs_range").set_value(("500", "1000")).run()
    test.slider(key="n_trials").set_value(200).run()
    test.button(key="start-search").click().run()
    assert any("and the limit is 5; choose fewer" in item.value for item in test.warning)


def test_a_number_between_the_stops_is_taken_from_the_address() -> None:
    test = page(lr="0.0123", width="71", epochs="3", weight_decay="0.00316")
    assert "2 hidden layers of 71 relu units, adam at 0.0123" in words(test)
    assert "weight decay 0.00316, 3 epochs" in words(test)


@pytest.mark.parametrize("lr", ["0.0100", "1e9", "-1", "nan", "x", "0", ""])
def test_a_number_that_does_not_fit_is_the_default(lr: str) -> None:
    assert "adam at 0.01," in words(page(lr=lr))


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A GPU that is none: what is asked to be trained there is trained on the CPU."""
    asked: list[str] = []
    train = playground_device.engine_train

    def fake(*args: object, device: str, **options: object) -> object:
        asked.append(device)
        return train(*args, device="cpu", **options)  # type: ignore[arg-type]

    monkeypatch.setattr(playground_device, "engine_train", fake)
    for module in (playground_device, playground_controls):
        monkeypatch.setattr(module, "has_gpu", lambda: True)
    return asked


def test_a_gpu_is_used_where_there_is_one_and_it_is_chosen(gpu: list[str]) -> None:
    test = page(seed="17")
    assert test.radio(key="device").value == "cpu"
    assert gpu == ["cpu"]
    test.radio(key="device").set_value("cuda").run()
    assert gpu == ["cpu", "cuda"]
    assert "seed 17, on the GPU" in words(test)
    assert page(seed="17", device="cuda").radio(key="device").value == "cuda"


def test_a_gpu_that_fails_is_a_message(gpu: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("CUDA out of memory\nmore words")

    monkeypatch.setattr(playground_device, "engine_train", broken)
    test = page(device="cuda", seed="16")
    assert "did not train it (CUDA out of memory). Choose the CPU." in test.warning[0].value


def test_without_a_gpu_there_is_nothing_to_choose_and_an_address_that_asks_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playground_controls, "has_gpu", lambda: False)
    test = page(device="cuda")
    assert "no GPU here that torch sees, so this trains on the CPU" in test.warning[0].value
    assert "Trained: moons" in words(test)
    assert not [radio for radio in test.radio if radio.key == "device"]
    assert not page().warning


def test_while_it_trains_the_page_shows_what_there_is_and_a_sweep_can_be_canceled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playground_job, "PATIENCE", 0.0)
    go_on = threading.Event()
    report = Job._report

    def slow_report(self: Job[object], shown: object) -> None:
        report(self, shown)
        go_on.wait(SECONDS)

    test = page(panel="Sweep", epochs="5")
    monkeypatch.setattr(Job, "_report", slow_report)
    test.button(key="start-sweep").click().run()
    job = test.session_state["playground-sweep"].job
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
        ("wide.csv", b"a," * 9_999 + b"z\n" + (b"1," * 9_999 + b"2\n") * 2, "1,000 columns"),
        ("one.csv", b"a,b\n" + b"1,x\n2,x\n" * 30, "at least 2 classes"),
        ("flat.csv", b"a,b\n" + b"7,x\n7,y\n" * 30, "constant in the training part"),
        ("latin.csv", "a,é\n".encode("latin-1") + b"1,2\n" * 50, "save it again as"),
        ("book.xlsx", b"PK\x03\x04[Content_Types].xml", "save its sheet as"),
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
