"""Quizzes: every topic has one, its data keep the rules, and every error names the remedy."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from grader import quiz
from grader.topics import TOPICS, Topic

FILES = sorted(path.name for path in quiz.FOLDER.iterdir())
GOOD = """
[[question]]
ask = "Which of `a < b` is *meant*?"

[[question.choice]]
text = "`a < b` & more"
right = true
because = "So it is."

[[question.choice]]
text = "*Neither*"
because = "It is **not**."
"""


def loaded(name: str) -> tuple[quiz.Question, ...]:
    return quiz.loads((quiz.FOLDER / name).read_text(encoding="utf-8"), name)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_every_topic_has_a_quiz_of_three_to_five_questions(topic: Topic) -> None:
    assert 3 <= len(quiz.read(topic.module)) <= 5


def test_there_is_one_file_for_each_of_the_seven_topics() -> None:
    assert [re.match(r"ex0(\d)_\w+\.toml$", name)[1] for name in FILES] == list("1234567")


@pytest.mark.parametrize("name", FILES)
def test_a_quiz_keeps_its_rules(name: str) -> None:
    questions = loaded(name)  # which refuses duplicates, and any number of right choices but one
    explanations = [choice.because for question in questions for choice in question.choices]
    assert len(set(explanations)) == len(explanations)
    assert min(map(len, explanations)) > 30, "an explanation should say why"
    places = {question.choices.index(question.answer) for question in questions}
    assert len(places) > 1, "the right choice is always at the same place"


@pytest.mark.parametrize("name", FILES)
def test_the_right_choice_is_not_given_away_by_being_the_longest(name: str) -> None:
    longest = [
        max(question.choices, key=lambda choice: len(choice.text)) is question.answer
        for question in loaded(name)
    ]
    assert not all(longest)


def test_no_question_is_asked_twice_in_the_course() -> None:
    asked = [question.ask for name in FILES for question in loaded(name)]
    assert len(set(asked)) == len(asked)


def test_a_quiz_holds_nothing_that_markdown_would_take_for_a_formula() -> None:
    for question in chain.from_iterable(map(loaded, FILES)):
        texts = [question.ask, *chain(*((c.text, c.because) for c in question.choices))]
        assert [text for text in texts if "$" in text] == []


def test_a_quiz_is_read_as_it_stands() -> None:
    (question,) = quiz.loads(GOOD, "good.toml")
    assert question.ask == "Which of `a < b` is *meant*?"
    assert [choice.right for choice in question.choices] == [True, False]
    assert question.answer.text == "`a < b` & more"
    assert [choice.verdict for choice in question.choices] == [
        "**Right.** So it is.",
        "**Not quite.** It is **not**.",
    ]


def test_a_topic_without_a_quiz_names_the_file_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz, "FOLDER", quiz.FOLDER / "nowhere")
    with pytest.raises(quiz.QuizError, match=r"no ex02_manual_tuning\.toml in grader/quizzes/"):
        quiz.read("ex02_manual_tuning")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("right = true", "right = ", r"bad\.toml is not TOML: .* Mend that line\."),
        ("right = true", "", r"question 1: exactly 1 choice must be .* but 0 are"),
        ('"*Neither*"', '"*Neither*"\nright = true', "exactly 1 choice must be .* but 2 are"),
        ("right = true", 'right = "yes"', r"choice 1: `right` must be true or false"),
        ("right = true", "write = true", r"choice 1: there is no field `write`\. The fields are"),
        ('because = "So it is."', "", "choice 1: `because` must be a text"),
        ('because = "So it is."', "because = 3", "choice 1: `because` must be a text"),
        ('"So it is."', '"""So\nit is."""', "choice 1: `because` must be one line of text"),
        ('"So it is."', '"It is **not**."', r"question 1: the explanation .* comes twice"),
        ('"*Neither*"', '"`A < b` & more"', r"question 1: the choice .* comes twice"),
        ('ask = "Which of `a < b` is *meant*?"', "", "question 1: `ask` must be a text"),
        (GOOD, "", "`question` must be one or more tables"),
        (GOOD, GOOD * 2, r"bad\.toml: the question .* comes twice"),
        (GOOD, '[[question]]\nask = "?"\nchoice = [1]', "choice 1: it must be a table"),
        (GOOD, '[[question]]\nask = "?"\nchoice = []', "`choice` must be one or more tables"),
    ],
)
def test_an_error_says_where_and_what_to_do(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(quiz.QuizError, match=said):
        quiz.loads(GOOD.replace(old, new), "bad.toml")


def test_a_question_needs_two_choices() -> None:
    one = GOOD[: GOOD.rindex("[[question.choice]]")]
    with pytest.raises(quiz.QuizError, match="it needs at least 2 choices, but has 1"):
        quiz.loads(one, "bad.toml")


def test_markdown_for_notebooks_opens_to_each_explanation() -> None:
    text = quiz.markdown(quiz.loads(GOOD, "good.toml"))
    assert text.startswith("## Quiz\n\n")
    assert "**1. Which of `a < b` is *meant*?**" in text
    # HTML in the summary, with an empty line before the Markdown of the explanation.
    assert (
        "<details>\n<summary><code>a &lt; b</code> &amp; more</summary>\n\n"
        "**Right.** So it is.\n\n</details>"
    ) in text
    assert "<summary><em>Neither</em></summary>\n\n**Not quite.** It is **not**.\n" in text


@pytest.mark.parametrize("name", FILES)
def test_markdown_shows_every_choice_once_with_its_verdict(name: str) -> None:
    questions = loaded(name)
    text = quiz.markdown(questions)
    choices = [choice for question in questions for choice in question.choices]
    assert text.count("<details>") == text.count("</details>") == len(choices)
    assert text.count("**Right.**") == len(questions)
    assert all(text.count(choice.because) == 1 for choice in choices)
