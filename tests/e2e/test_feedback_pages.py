"""The pages that grading writes, in a real browser: accessible, narrow enough, and quiet."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser

from grader.export import write_exports
from grader.report import Diagnosis, Report, Status, TaskResult
from grader.topics import find_topic

POINTS = {Status.PASSED: 10.0, Status.PARTIAL: 5.0}
ENDS = tuple(Status)[:6]


def report(student: str, topic: str, shift: int, *, late: bool = False) -> Report:
    found = find_topic(topic)
    tasks = []
    for place, task in enumerate(found.tasks):
        end = ENDS[(place + shift) % len(ENDS)]
        wrong = end is not Status.PASSED
        tasks.append(
            TaskResult(
                task.name,
                POINTS.get(end, 0.0),
                10.0,
                end,
                Diagnosis("too-late", "You took the log of `low` too late.") if wrong else None,
                ("A constant curve stays constant: not so. " + "x" * 200,) if wrong else (),
            )
        )
    file = f"in/{student}/{found.module}.py"
    return Report(student, found.module, file, "ab" * 32, 1, "cpu", "A", tuple(tasks), late=late)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("class")
    reports = [report(f"student {at}", "4", at % 6, late=at == 2) for at in range(12)]
    reports += [report("student 1", "2", 0), report("<b>bob", "2", 3)]
    body = "".join(f"    step{at} = {at} * first - {at + 1} % second\n" for at in range(30))
    texts = {(each.student, each.topic, each.file): each.student for each in reports}
    for each in (reports[-1], reports[-2]):
        texts[each.student, each.topic, each.file] = f"def smooth(first, second):\n{body}"
    write_exports(reports, out, texts)
    return out


@pytest.mark.parametrize("name", ["class.html", "feedback/student 1.html"])
@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1200), ("dark", 1200), ("light", 400)], ids=str
)
def test_a_page_is_accessible_fits_and_asks_for_nothing(
    browser: Browser, pages: Path, name: str, scheme: str, width: int
) -> None:
    # The page forbids scripts, axe's too.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((pages / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page)["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert wide <= width
    assert [url for url in asked if not url.startswith("file:")] == []


def test_on_paper_a_page_is_black_on_white_without_closed_hints(
    browser: Browser, pages: Path
) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto((pages / "feedback/student 1.html").as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    colors = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    hints = [page.locator("summary").nth(at).is_visible() for at in range(2)]
    context.close()

    assert colors == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert hints == [False, False]
