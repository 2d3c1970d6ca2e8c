"""The labs of topics 1 to 4: the learner's code in each of them, their presets, bad addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import reference_source
from tests.app.test_pages import SHOW, quiet_services, topic_page, words, write

__all__ = ["quiet_services"]  # a fixture of every test here

MODULES = {
    "1": "ex01_what_is_tuning",
    "2": "ex02_manual_tuning",
    "3": "ex03_grid_search",
    "4": "ex04_random_search",
}
# What each lab says of right code.
SAID = [
    ("1", "Parameters", "Yours: 17,802 trainable of 26,122"),
    ("1", "Luck", "By your function, one search's scores promise"),
    ("1", "Three sets", "Yours: 36 train, 12 validate and 12 test. Every sample is in one set"),
    ("2", "Rate finder", "Yours, ringed: the same."),
    ("2", "Sweep", "Yours: the same rates in mode exp"),
    ("2", "Rate and batch size", "Yours, ringed: the same rates."),
    ("2", "One at a time", "Yours: the same trainings in the same order"),
    ("3", "Grid or random", "Your search picks the diamond"),
    ("3", "Cost of a grid", "Yours counts 81"),
    ("4", "Scale", "yours 31%"),
    ("4", "Enough trials", "Yours: 59."),
    ("4", "A whole search", "Yours: the same staircase"),
]
TO_DO = {
    "Parameters": ["count_parameters"],
    "Luck": ["expected_best"],
    "Three sets": ["three_way_split"],
    "Rate finder": ["range_test", "smooth", "suggest_lr"],
    "Sweep": ["lr_schedule"],
    "Rate and batch size": ["scale_lr"],
    "One at a time": ["coordinate_search"],
    "Grid or random": ["expand_grid", "grid_search"],
    "Cost of a grid": ["grid_size"],
    "Scale": ["sample_loguniform"],
    "Enough trials": ["prob_hit", "trials_needed"],
    "A whole search": ["sample_configs", "random_search", "best_so_far"],
}


def lab(number: str, name: str, **address: str) -> AppTest:
    test = topic_page(number, tab="Play", lab=name, **{**SHOW, **address})
    assert not test.exception
    return test


@pytest.mark.parametrize(("number", "name", "said"), SAID)
def test_right_code_is_drawn_in_every_lab(number: str, name: str, said: str, home: Path) -> None:
    write(home, MODULES[number], reference_source(MODULES[number]))
    test = lab(number, name)
    assert said in words(test)
    assert not test.warning
    assert "is still to do" not in words(test)


@pytest.mark.parametrize(("number", "name", "said"), SAID)
def test_every_lab_names_what_is_to_do_and_offers_a_preset(
    number: str, name: str, said: str
) -> None:
    test = lab(number, name)
    assert "**What to look for.**" in words(test)
    for function in TO_DO[name]:
        assert f"`{function}` is still to do" in words(test)
    presets = [button for button in test.button if str(button.key).startswith("preset-")]
    assert presets
    for button in presets:
        button.click().run()
        assert not test.exception
    assert said not in words(test)


@pytest.mark.parametrize(
    ("name", "key", "waits", "answer"),
    [
        (
            "Luck",
            "guess-gap",
            "the curve appears",
            "You said 1. It is 4.7 points**, 4.7 times your guess",
        ),
        ("Rate finder", "guess-ratio", "the suggestions appear", "You said 1. It is"),
    ],
)
def test_the_answer_waits_for_a_guess(name: str, key: str, waits: str, answer: str) -> None:
    number = next(topic for topic, lab_name, _ in SAID if lab_name == name)
    test = topic_page(number, tab="Play", lab=name)
    assert not test.exception
    assert waits in words(test)
    assert "All suggestions" not in words(test)
    test.number_input(key=key).set_value(1).run()
    assert answer in words(test)


@pytest.mark.parametrize(
    ("number", "name", "address"),
    [
        ("1", "Parameters", {"width": "9", "depth": "99", "frozen": "-1"}),
        ("1", "Luck", {"n": "7", "n_val": "0", "spread": "55"}),
        ("1", "Three sets", {"samples": "3", "val-share": "0.9", "test-share": "0", "leak": "-3"}),
        ("2", "Rate finder", {"batch": "3", "beta": "2", "skip": "400", "optimizer": "LBFGS"}),
        ("2", "Sweep", {"low": "1e9", "high": "1e-9", "n": "1", "mode": "cosine"}),
        ("2", "Rate and batch size", {"budget": "hours", "epochs-given": "99", "from": "9"}),
        ("2", "One at a time", {"walk-lr": "0.5", "walk-batch": "1", "rounds": "99"}),
        ("3", "Grid or random", {"budget": "10", "ratio": "0", "seed": "99", "guess-values": "10"}),
        ("3", "Cost of a grid", {"choices": "99", "settings": "99", "folds": "2"}),
        ("4", "Scale", {"low": "1e3", "high": "1e-3", "n": "7"}),
        ("4", "Enough trials", {"q": "2", "p": "1", "guess": "0"}),
        ("4", "A whole search", {"budget": "1000", "search-seed": "-1"}),
    ],
)
def test_an_address_that_asks_too_much_is_no_traceback(
    number: str, name: str, address: dict[str, str]
) -> None:
    assert "**What to look for.**" in words(lab(number, name, **address))


def test_code_that_returns_nonsense_is_told_in_every_lab(home: Path) -> None:
    for number, name, _ in SAID:
        lines = [
            f"def {function}(*args, **kwargs):\n    return 'five'\n" for function in TO_DO[name]
        ]
        write(home, MODULES[number], "\n".join(lines))
        test = lab(number, name)
        told = "\n".join(item.value for item in test.warning)
        for function in TO_DO[name]:
            assert f"`{function}`: The picture needs" in told, name
