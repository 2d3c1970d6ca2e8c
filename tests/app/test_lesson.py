from pathlib import Path

import pytest

from app import lesson
from app.lesson import Image, Text
from grader.topics import find_topic

TOPIC = find_topic("2")


def write(home: Path, text: str) -> None:
    (home / "docs" / "images").mkdir(parents=True)
    (home / "docs" / TOPIC.lesson).write_text(text, encoding="utf-8")
    (home / "docs" / "images" / "curve one.svg").write_text("<svg/>", encoding="utf-8")


def test_a_missing_lesson_has_no_parts(home: Path) -> None:
    assert lesson.read(TOPIC) == ()


def test_the_title_goes_and_images_split_the_text(home: Path) -> None:
    write(home, "# Manual tuning\n\nBefore.\n\n![A curve](images/curve%20one.svg)\n\nAfter.\n")
    assert lesson.read(TOPIC) == (
        Text("Before."),
        Image(home / "docs" / "images" / "curve one.svg", "A curve"),
        Text("After."),
    )


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="images/curve%20one.svg" alt="A curve">',
        '<picture>\n<source srcset="images/dark.svg">\n'
        '<img src="images/curve%20one.svg" alt="A curve"/>\n</picture>',
    ],
)
def test_html_images_are_shown_like_markdown_ones(home: Path, tag: str) -> None:
    write(home, f"One.\n\n{tag}\n\nTwo.")
    assert lesson.read(TOPIC)[1] == Image(home / "docs" / "images" / "curve one.svg", "A curve")


def test_images_that_are_missing_or_elsewhere_are_left_out(home: Path) -> None:
    write(
        home, "One.\n\n![x](images/none.png)\n\nTwo.\n\n![y](https://host.invalid/a.png)\n\nThree."
    )
    assert [type(part) for part in lesson.read(TOPIC)] == [Text, Text, Text]


def test_code_is_shown_in_the_color_of_text(home: Path) -> None:
    write(home, "One.\n\n```python\nx = 1\n```\n")
    assert lesson.read(TOPIC) == (Text("One.\n\n```text\nx = 1\n```"),)


def test_links_between_lessons_become_links_between_pages(home: Path) -> None:
    write(home, "See [random search](04-Random-Search.md#trials) next.")
    assert lesson.read(TOPIC) == (Text("See [random search](/random-search) next."),)
