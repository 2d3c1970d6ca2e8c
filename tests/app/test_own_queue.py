"""Sessions take turns, by the order of what was done; no time decides."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from threading import Event

import pytest

from app.own_budget import Budget
from app.own_queue import Line, Queue

WAIT = 30


@pytest.fixture
def one() -> Iterator[Queue]:
    queue = Queue(1, patience=0.0)
    yield queue
    queue.close()


@pytest.fixture
def two() -> Iterator[Queue]:
    queue = Queue(2, patience=0.0)
    yield queue
    queue.close()


def held(queue: Queue, line: Line) -> Event:
    """Keep a thread busy for a line until the event is set."""
    began, go_on = Event(), Event()

    def work() -> None:
        began.set()
        go_on.wait(WAIT)

    queue.submit(line, "held", work)
    assert began.wait(WAIT)
    return go_on


def test_whoever_asks_much_waits_behind_who_asks_little(one: Queue) -> None:
    go_on = held(one, Line())
    greedy, modest, done = Line(), Line(), []
    for number in range(3):
        last, _ = one.submit(greedy, number, lambda n=number: done.append(f"greedy {n}"))
    one.submit(modest, 0, lambda: done.append("modest"))
    go_on.set()
    last.result(WAIT)
    assert done == ["greedy 0", "modest", "greedy 1", "greedy 2"]


def test_a_line_has_one_piece_of_work_done_at_a_time(two: Queue) -> None:
    line, other = Line(), Line()
    go_on = held(two, line)
    behind, is_soon = two.submit(line, "next", lambda: "mine")
    assert not is_soon
    # The second thread is free all the while, and serves another line.
    assert two.submit(other, "x", lambda: "theirs")[0].result(WAIT) == "theirs"
    assert not behind.running()
    assert not behind.done()
    go_on.set()
    assert behind.result(WAIT) == "mine"


def test_something_newer_takes_the_place_of_what_waits_in_the_same_line_only(one: Queue) -> None:
    go_on = held(one, Line())
    mine, theirs = Line(), Line()
    older, _ = one.submit(mine, "smooth", lambda: "older")
    other, _ = one.submit(theirs, "smooth", lambda: "other")
    newer, _ = one.submit(mine, "smooth", lambda: "newer")
    go_on.set()
    assert newer.result(WAIT) == "newer"
    assert other.result(WAIT) == "other"
    with pytest.raises(CancelledError):
        older.result(WAIT)


def test_the_oldest_gives_way_where_a_line_is_full(one: Queue) -> None:
    go_on = held(one, Line())
    line = Line(most=2)
    futures = [one.submit(line, number, lambda: "done")[0] for number in range(3)]
    go_on.set()
    assert futures[2].result(WAIT) == "done"
    assert [future.cancelled() for future in futures] == [True, False, False]


def test_work_is_not_expected_soon_while_every_thread_is_busy_for_long(two: Queue) -> None:
    first, second = held(two, Line()), held(two, Line())
    assert not two.submit(Line(), "x", lambda: None)[1]
    first.set()
    second.set()


def test_work_is_expected_soon_where_a_thread_is_free_or_has_just_begun() -> None:
    queue = Queue(1, patience=3600.0)
    assert queue.submit(Line(), "x", lambda: None)[1]
    go_on = held(queue, Line())
    assert queue.submit(Line(), "x", lambda: None)[1]
    go_on.set()
    queue.close()


def test_who_was_answered_finds_the_line_free() -> None:
    queue, line = Queue(1, patience=0.0), Line()
    seen = [queue.submit(line, "x", lambda: None)]
    for _ in range(200):  # the answer and the next question follow each other at once
        seen[-1][0].result(WAIT)
        seen.append(queue.submit(line, "x", lambda: None))
    assert all(is_soon for _, is_soon in seen)
    queue.close()


def test_an_error_reaches_who_asked_and_the_thread_goes_on(one: Queue) -> None:
    failed, _ = one.submit(Line(), "x", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failed.result(WAIT)
    assert one.submit(Line(), "x", lambda: 2)[0].result(WAIT) == 2


def test_what_waits_when_the_queue_closes_is_dropped(one: Queue) -> None:
    go_on = held(one, Line())
    waiting, _ = one.submit(Line(), "x", lambda: 1)
    one.close()
    go_on.set()
    assert waiting.cancelled()


def test_a_budget_fills_up_within_a_minute_and_holds_no_more() -> None:
    now = [0.0]
    budget = Budget(30.0, clock=lambda: now[0])
    assert budget.wait == 0
    budget.spend(35.0)
    assert budget.wait == 10.0  # 5 s are missing, and half a second comes back in a second
    now[0] = 4.0
    assert budget.wait == 6.0
    now[0] = 1000.0
    budget.spend(29.0)
    assert budget.wait == 0
    budget.spend(2.0)
    assert budget.wait == 2.0  # 30 was all it held, however long nobody took from it
