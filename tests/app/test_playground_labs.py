"""The playground's sums: runs and what is kept of them, answers, tables, sweeps, pins, jobs."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from app import jobs
from app.labs import playground as lab
from app.labs import playground_answers as answers
from app.labs import playground_pins as pins
from app.labs import playground_table as tables
from app.labs.playground import Run, Setup, Source
from app.labs.playground_presets import PRESETS, START, look_for
from engine import Dataset, TrainConfig, train
from engine.config import Init
from engine.data import TableError
from engine.network import Network

SMALL = TrainConfig(width=8, epochs=3, lr=1e-2)


def run(setup: Setup, data: Dataset | None = None) -> Run:
    return lab.run(setup, data or lab.load(setup.source), lambda _: None)


def test_a_run_holds_the_curves_of_every_seed_and_reports_after_every_epoch() -> None:
    setup = Setup(Source("moons", n=60), replace(SMALL, seed=3), n_seeds=2)
    reports: list[Run] = []
    data = lab.load(setup.source)
    found = lab.run(setup, data, reports.append)
    assert [report.epoch for report in reports] == [1, 2, 3]
    assert not any(report.final for report in reports)
    assert found.final
    histories = train([replace(SMALL, seed=3), replace(SMALL, seed=4)], data)
    for i, history in enumerate(histories):
        np.testing.assert_array_equal(found.curves[0, i], history.train_loss)
        np.testing.assert_array_equal(found.curves[3, i], history.val_score)
    assert found.score == pytest.approx(np.mean([h.val_score[-1] for h in histories]))
    again: list[Run] = []
    assert lab.run(setup, data, again.append) is found
    assert lab.kept(setup) is found
    assert again == []


def test_a_diverged_run_is_told_and_answers_nothing() -> None:
    config = replace(SMALL, optimizer="sgd", lr=1e30, epochs=9)
    found = run(Setup(Source("moons", n=60), config, n_seeds=2))
    assert found.diverged == 2
    assert found.epoch < 9
    assert found.score == 0
    assert found.answers is None


def test_a_run_that_would_take_minutes_is_refused_with_a_remedy() -> None:
    config = replace(SMALL, width=512, depth=4, epochs=1000, batch_size=1)
    with pytest.raises(ValueError, match=r"about [\d,]+ minutes, and the limit is 2; choose fewer"):
        run(Setup(Source("digits"), config))


def test_the_boundary_asks_the_network_at_every_cells_center() -> None:
    # Logits (0, 4x): class 1 to the right of 0, with chance 1 / (1 + exp(-4x)).
    network = Network("relu", (np.array([[0.0, 0.0], [4.0, 0.0]]),), (np.zeros(2),))
    found = answers.boundary_of(network, lab.load(Source("moons")))
    assert found is not None
    edges = np.linspace(-answers.REACH, answers.REACH, answers.CELLS + 1)
    x = (edges[1:] + edges[:-1]) / 2
    for row in range(answers.CELLS):
        np.testing.assert_array_equal(found.answer[row], x > 0)
        np.testing.assert_allclose(found.chance[row], 1 / (1 + np.exp(-4 * np.abs(x))), rtol=1e-5)


def test_the_examples_drawn_are_of_both_parts_and_answered_too() -> None:
    network = Network("relu", (np.array([[0.0, 0.0], [4.0, 0.0]]),), (np.zeros(2),))
    data = lab.load(Source("moons", n=1200))
    x, y, n_train = answers.examples(data)
    assert answers.MAX_EXAMPLES - 2 <= len(x) == len(y) <= answers.MAX_EXAMPLES
    np.testing.assert_array_equal(x[n_train:], data.x_val[: len(x) - n_train])
    assert n_train / len(x) == pytest.approx(0.75, abs=0.01)
    found = answers.boundary_of(network, data)
    assert found is not None
    np.testing.assert_array_equal(found.examples, x[:, 0] > 0)
    few = lab.load(Source("moons", n=60))
    assert len(answers.examples(few)[0]) == len(few.x_train) + len(few.x_val)


def test_while_it_trains_a_run_answers_as_its_network_of_that_epoch_does() -> None:
    setup = Setup(Source("moons", n=60), replace(SMALL, seed=11), n_seeds=2)
    data = lab.load(setup.source)
    reports: list[Run] = []
    lab.run(setup, data, reports.append)
    (history,) = train([replace(setup.config, epochs=2)], data, keep_weights=True)
    assert history.network is not None
    expected = answers.boundary_of(history.network, data)
    assert reports[1].answers is not None
    found = reports[1].answers.boundary
    assert expected is not None
    assert found is not None
    np.testing.assert_allclose(found.chance, expected.chance, rtol=1e-5)


def test_mistakes_are_counted_by_class_and_answer() -> None:
    data = lab.load(Source("wine"))
    always_2 = Network("relu", (np.zeros((3, 13)),), (np.array([0.0, 0.0, 1.0]),))
    found = answers.confusion_of(always_2, data)
    assert found is not None
    sizes = np.bincount(data.y_val)
    np.testing.assert_array_equal(found.counts, np.outer(sizes, [0, 0, 1]))
    assert found.worst == (int(sizes[:2].argmax()), 2, sizes[:2].max())


def test_only_what_can_be_drawn_is_asked() -> None:
    shown = {
        name: (answers.has_plane(data), answers.has_table(data))
        for name in lab.NAMES
        for data in [lab.load(Source(name))]
    }
    assert shown["moons"] == (True, False)
    assert shown["blobs"] == (True, True)
    assert shown["breast_cancer"] == shown["digits"] == (False, True)
    assert shown["diabetes"] == (False, False)


CSV = ("x1,x2,label\n" + "".join(f"{i % 7},{i % 5},{'ab'[i % 2]}\n" for i in range(60))).encode()


def test_a_table_becomes_a_data_set_with_a_source_of_its_own() -> None:
    table = tables.read("mine.csv", CSV)
    assert table.columns == ("x1", "x2", "label")
    source, data = tables.dataset(table, "label", "auto")
    assert (source.name, source.target, len(source.table)) == ("mine.csv", "label", 64)
    assert (data.name, data.class_names) == ("mine", ("a", "b"))
    setup = Setup(source, SMALL)
    first = run(setup, data)
    assert first.answers is not None
    assert first.answers.boundary is not None
    assert run(setup, data) is not first  # a visitor's table is not kept for others


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00a,b\n", "not UTF-8 text"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
        (b"x" * 20_000_001, "at most 20,000,000 bytes"),
        (b"a,a\n1,2\n", "different names"),
        (b"\xef\xbb\xbfa;b;a\n1;2;3\n", "different names"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_remedy(content: bytes, says: str) -> None:
    with pytest.raises(TableError, match=says):
        tables.read("upload", content)


@pytest.mark.parametrize("name", ["book.xlsx", "OLD.XLS"])
def test_a_workbook_is_named_as_what_it_is(name: str) -> None:
    with pytest.raises(TableError, match="save its sheet as 'CSV UTF-8'"):
        tables.read(name, b"PK\x03\x04[Content_Types].xml")


def test_a_strangers_text_is_shown_as_it_is() -> None:
    assert tables.plain("![x](http://evil.example)") == r"\!\[x\]\(http\://evil.example\)"
    assert tables.plain("a\n# b") == r"a \# b"
    assert len(tables.plain("x" * 10_000)) < 1_000


def test_pinned_runs_show_what_differs_and_nothing_else() -> None:
    source = Source("moons", n=60)
    first = run(Setup(source, SMALL))
    second = run(Setup(source, replace(SMALL, lr=0.1, dropout=0.2)))
    rows = pins.compared({"A": first, "C": second})
    assert [list(row) for row in rows] == [
        ["run", "validation", "training", "learning rate", "dropout"]
    ] * 2
    assert [(row["run"], row["learning rate"], row["dropout"]) for row in rows] == [
        ("A", "0.01", "0"),
        ("C", "0.1", "0.2"),
    ]
    assert rows[0]["validation"] == f"{first.score:.1%}"
    assert pins.free_letter(["A", "C"]) == "B"
    assert pins.free_letter(pins.LETTERS) is None


def test_an_address_holds_pins_and_gives_them_back() -> None:
    setups = {
        "A": Setup(Source("moons"), START.config),
        "C": Setup(Source("spirals", n=300, noise=0.1), replace(SMALL, optimizer="adamw"), 3),
        "D": Setup(Source("digits"), replace(SMALL, weight_decay=1e-5, seed=7, depth=0)),
    }
    told = pins.in_address(setups)
    assert told[0] == "A:data=moons"
    assert told[1] == "C:data=spirals,n=300,noise=0.1,width=8,optimizer=adamw,epochs=3,n_seeds=3"
    assert pins.from_address(told) == setups
    own = Setup(Source("mine.csv", table="0" * 64, target="y"), SMALL)
    assert pins.in_address({"A": own}) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "A", "A:", "A:moons", "A:data=mine.csv", "A:data=moons,n=-3", "A:data=moons,lr=x",
        "A:data=moons,width=9999", "A:data=moons,n_seeds=400", "A:data=moons,unknown=1",
        "Z:data=moons", "AB:data=moons", "A:data=moons,lr=0.1,lr", "A:data=moons,n=1e9",
    ],
)  # fmt: skip
def test_a_pin_that_an_address_does_not_spell_right_is_left_out(text: str) -> None:
    assert pins.from_address([text, "B:data=moons"]) == {"B": Setup(Source("moons"), START.config)}


def test_pins_of_an_address_are_trained_in_order_and_refused_if_too_many() -> None:
    setups = {
        letter: Setup(Source("moons", n=60), replace(SMALL, seed=seed))
        for letter, seed in (("A", 31), ("B", 32))
    }
    known: list[list[str]] = []
    runs = pins.run_all(setups, lambda so_far: known.append(list(so_far)))
    assert {letter: found.setup for letter, found in runs.items()} == setups
    assert known == [[]] * 3 + [["A"]] * 3
    long = replace(SMALL, width=256, depth=4, epochs=100, batch_size=8)
    with pytest.raises(ValueError, match="the limit is 2"):
        pins.run_all({c: Setup(Source("digits"), long, 5) for c in "ABCDEF"}, lambda _: None)


def test_the_presets_show_what_they_say() -> None:
    large, spirals, dropout, batch, line, zeros, seeds = (run(preset.setup) for preset in PRESETS)
    calmer = run(Setup(large.setup.source, replace(large.setup.config, lr=0.5)))
    assert large.score < 0.6
    assert calmer.score > 0.94
    losses = spirals.curves[2, 0]
    assert 30 <= losses.argmin() <= 50
    assert 3.5 < losses[-1] / losses.min() < 4.6
    without = run(Setup(dropout.setup.source, replace(dropout.setup.config, dropout=0.0)))
    wide = run(Setup(dropout.setup.source, replace(dropout.setup.config, width=128)))
    assert 0.08 < without.score - dropout.score < 0.15
    others = run(Setup(dropout.setup.source, replace(dropout.setup.config, seed=4)))
    assert 0.25 < without.score - others.score < 0.35
    assert wide.score > 0.96
    larger = run(Setup(batch.setup.source, replace(batch.setup.config, lr=1.0)))
    assert batch.score < 0.5
    assert larger.score > 0.95
    assert line.score < 0.55
    assert run(Setup(line.setup.source, replace(line.setup.config, depth=1))).score > 0.9
    assert zeros.score == pytest.approx(0.5, abs=0.01)
    assert zeros.curves[2, 0] == pytest.approx(np.log(2), abs=0.001)
    for init in get_args(Init)[:-1]:
        other = run(Setup(zeros.setup.source, replace(zeros.setup.config, init=init)))
        assert other.score > 0.95
    flat = replace(zeros.setup.config, depth=0)
    from_zeros, drawn = (run(Setup(Source("moons"), c)) for c in (flat, replace(flat, init="he")))
    assert from_zeros.score == pytest.approx(drawn.score, abs=0.01)
    scores = seeds.curves[3, :, -1]
    assert scores.min() == pytest.approx(0.65, abs=0.01)
    assert scores.max() == pytest.approx(0.94, abs=0.01)


def test_a_place_is_known_by_its_settings() -> None:
    assert look_for(PRESETS[2].setup) == PRESETS[2].look_for
    assert look_for(START) is None


def test_the_newest_job_wins_and_the_one_before_stops() -> None:
    stopped = threading.Event()

    def endless(report: jobs.Report[int]) -> int:
        try:
            while True:
                report(1)
                time.sleep(0.005)
        finally:
            stopped.set()

    latest: jobs.Latest[int] = jobs.Latest()
    first = latest.submit("first", endless, patience=0.02)
    assert not first.done
    assert latest.submit("first", endless) is first
    second = latest.submit("second", lambda report: 2, patience=10)
    assert (second.done, second.look()) == (True, 2)
    assert stopped.wait(10)
    first.wait(10)
    assert (first.canceled, first.look()) == (True, 1)
    # What was stopped is begun anew when it is wanted again.
    assert latest.submit("first", lambda report: 3, patience=10).look() == 3


def test_jobs_wait_for_a_slot_and_can_be_canceled_meanwhile() -> None:
    slots = threading.BoundedSemaphore(1)
    slots.acquire()
    waiting = jobs.Latest[int](slots).submit("waiting", lambda report: 1, patience=0.1)
    assert not waiting.done
    other = jobs.Latest[int](slots).submit("other", lambda report: 2)
    waiting.cancel()
    waiting.wait(10)
    assert (waiting.done, waiting.look()) == (True, None)
    slots.release()
    other.wait(10)
    assert other.look() == 2


def test_what_a_job_raises_is_told_to_who_looks() -> None:
    def broken(report: jobs.Report[int]) -> int:
        raise ValueError("too long")

    job = jobs.Latest[int]().submit("broken", broken, patience=10)
    with pytest.raises(ValueError, match="too long"):
        job.look()


def test_a_job_that_nobody_looks_at_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "FORGOTTEN", 0.0)

    def endless(report: jobs.Report[int]) -> int:
        while True:
            report(1)
            time.sleep(0.005)

    job = jobs.Latest[int]().submit("endless", endless, patience=10)
    assert job.done
    assert job.canceled
