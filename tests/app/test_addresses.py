"""Addresses written by hand: whatever a parameter holds, a page shows its lab, no traceback.

The parameters' names come from the pages' own controls, so a new control is tried as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from grader.topics import TOPICS
from tests.app.test_pages import (
    SECONDS,
    quiet_services,  # noqa: F401 - an autouse fixture, for this file as well
)
from tests.labs import LABS

Address = Mapping[str, str | list[str]]

NONSENSE: dict[str, str | list[str]] = {
    "empty": "",
    "long": "x" * 5_000,
    "negative": "-1",
    "large": "99999999999999999999",
    "beyond a float": "1e400",
    "not a number": "nan",
    "infinite": "-inf",
    "unicode": "☃é\u202e",
    "markup": "<b>[x](y)</b>",
    "null": "a\x00b",
    "repeated": ["1", "2"],
    "repeated words": ["true", "digits", "☃"],
}
STARTS: dict[str, tuple[str, Address]] = {
    **{str(lab): (lab.topic.module, lab.address) for lab in LABS},
    # Short trainings: what is asked is whether a page stands, not what a network learns.
    "playground": ("playground", {"epochs": "2", "data": "moons"}),
    "playground-sweep": ("playground", {"epochs": "2", "panel": "Sweep"}),
    "playground-search": ("playground", {"epochs": "2", "panel": "Search"}),
    "playground-code": ("playground", {"epochs": "2", "panel": "Code"}),
    "race": ("race", {}),
    "challenge": ("challenge", {}),
}
DRAWS = 3


def run(page: str, **address: str | list[str]) -> AppTest:
    """Run a page at an address, on top of where it starts."""

    def script(view: str, number: str) -> None:
        from importlib import import_module

        from app import topic_page
        from grader.topics import find_topic

        module = import_module(f"app.views.{view}")
        if number:
            topic_page.show(find_topic(number), module.play)
        else:
            module.show()

    view, start = STARTS[page]
    number = next((str(topic.number) for topic in TOPICS if topic.module == view), "")
    arguments = {"view": view, "number": number}
    test = AppTest.from_function(script, kwargs=arguments, default_timeout=SECONDS)
    test.query_params.update({**start, **address})
    test.run()
    if "playground-runs" in test.session_state and test.session_state["playground-runs"].job:
        test.session_state["playground-runs"].job.cancel()  # nobody will look at it
    return test


def bound(test: AppTest) -> dict[str, Any]:
    """A page's controls whose state is in the address, by their names there."""
    return {name: each for each in _all(test.main) if (name := _name(each))}


def _all(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _all(child)


def _name(element: Any) -> str:
    return str(getattr(getattr(element, "proto", None), "query_param_key", "") or "")


def legal(control: Any) -> list[str | list[str]]:
    """Values that a control may hold, as an address writes them: its ends, and what is between."""
    kind = control.type
    if kind in {"slider", "number_input"}:
        return [f"{value:g}" for value in (control.min, control.max)]
    if kind in {"toggle", "checkbox"}:
        return ["true", "false"]
    if kind == "button_group":
        return [[], [control.options[0]], list(control.options)]
    assert control.options, f"a {kind} that this test does not know: teach it"
    return list(control.options)


def assert_stands(test: AppTest, address: Address) -> None:
    said = [item.value for item in test.exception]
    assert not said, f"{said} at {address}"
    assert test.title, f"an empty page at {address}"
    for name, control in bound(test).items():
        if control.type == "slider":
            assert control.min <= control.value <= control.max, f"{name} at {address}"
        elif control.type in {"select_slider", "selectbox", "radio"}:
            chosen = control.value if isinstance(control.value, tuple) else (control.value,)
            assert {*map(str, chosen)} <= {"None", *map(str, control.options)}, (
                f"{name} at {address}"
            )


@pytest.mark.parametrize("page", STARTS)
def test_nonsense_in_every_parameter_of_an_address_leaves_the_page_standing(page: str) -> None:
    names = [*bound(run(page)), "tab", "panel", "moves"]
    assert len(names) > 3
    kept = STARTS[page][1]
    for value in NONSENSE.values():
        address = {name: value for name in names if name not in kept}
        assert_stands(run(page, **address), address)


@pytest.mark.parametrize("page", STARTS)
def test_any_values_that_the_controls_allow_go_together(page: str) -> None:
    kept = STARTS[page][1]
    values = {
        name: legal(control) for name, control in bound(run(page)).items() if name not in kept
    }
    draw = random.Random(page)
    addresses: list[Address] = [
        {name: options[0] for name, options in values.items()},
        {name: options[-1] for name, options in values.items()},
        *({name: draw.choice(options) for name, options in values.items()} for _ in range(DRAWS)),
    ]
    for address in addresses:
        assert_stands(run(page, **address), address)


@pytest.mark.parametrize(
    "moves", [*map(str, range(3)), ".", "1.1_", "0.0", "5.999", "99999.1", "1.1.1", "1e3.2", "²"]
)
def test_a_game_that_cannot_have_been_played_is_no_game(moves: str) -> None:
    assert_stands(run("challenge", moves=moves), {"moves": moves})
