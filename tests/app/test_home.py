"""Home: the figures that it quotes are those of the race, and every page is one link away."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import prewarm, services
from app.charts.methods import methods
from app.labs import race, recorded_race
from app.own_code import Runner
from grader import progress as saved_progress
from grader.progress import State, TaskProgress
from grader.topics import TOPICS

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"


@pytest.fixture
def home_page(home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(services, "runner", lambda: warm_runner)
    monkeypatch.setattr(prewarm, "warm", lambda: None)
    monkeypatch.setattr(saved_progress, "recheck", lambda topic: True)
    return AppTest.from_file(str(MAIN), default_timeout=120)


def words(page: AppTest) -> str:
    return "\n".join(each.value for each in page.markdown)


def test_the_recorded_figures_are_those_of_the_race() -> None:
    assert recorded_race.recorded() == recorded_race.compute()


def test_the_sentence_and_the_caption_quote_the_outcomes() -> None:
    outcomes = recorded_race.recorded()
    assert len(outcomes) == 10
    sentence = recorded_race.sentence(outcomes)
    lane = race.lane("spirals", "random", 16, 20)
    misses = sorted(lane.best - lane.test[:, -1])
    assert f"more than {100 * misses[17]:.0f} points" in sentence  # two of twenty miss more
    caption = methods(outcomes).caption
    for each in outcomes:
        assert f"{each.method} {100 * each.median:.1f} (to {100 * each.high:.1f})" in caption


def test_home_draws_the_comparison_without_running_the_race(
    home_page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> None:
        raise AssertionError("Home ran the race")

    monkeypatch.setattr(race, "run", run)
    page = home_page.run()
    assert not page.exception
    assert recorded_race.sentence(recorded_race.recorded()) in words(page)
    assert "Start here" in words(page)


def test_who_has_begun_is_told_what_is_next(home_page: AppTest) -> None:
    first = TOPICS[0].tasks[0]
    saved_progress.save({first.name: TaskProgress(State.DONE, 4, 4)})
    page = home_page.run()
    assert "**Next: " in words(page)
    assert "Start here" not in words(page)


def test_home_leads_to_every_page(home_page: AppTest) -> None:
    page = home_page.run()
    links = [link.proto for link in page.get("page_link")]
    labels = [link.label for link in links]
    assert {"playground", "race", "challenge"} <= {link.page for link in links}
    assert {"Playground →", "Race →", "Challenge →", "Race them at other budgets →"} <= set(labels)
    assert labels.count("Play →") == labels.count("Build →") == len(TOPICS)
