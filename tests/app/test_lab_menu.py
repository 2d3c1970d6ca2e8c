"""The menu of labs: only the open one is computed, and a link opens it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page(**address: str) -> AppTest:
    def script() -> None:
        import streamlit as st

        from app import controls, lab_menu

        def first() -> None:
            st.write(f"first, k is {controls.number('k', 1, 9, 3, key='k')}")

        def second() -> None:
            st.write("second")

        lab_menu.show({"First lab": first, "How many?": second})

    test = AppTest.from_function(script)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def shown(test: AppTest) -> list[str]:
    assert not test.exception
    return [item.value for item in test.markdown]


@pytest.mark.parametrize(
    ("address", "lab"),
    [
        ({}, "first, k is 3"),
        ({"lab": "How many?"}, "second"),
        ({"lab": "nonsense"}, "first, k is 3"),
        ({"lab": ""}, "first, k is 3"),
    ],
)
def test_only_the_lab_in_the_address_is_drawn(address: dict[str, str], lab: str) -> None:
    assert shown(page(**address)) == [lab]


def test_a_lab_keeps_its_controls_while_another_is_open() -> None:
    test = page(k="5")
    assert shown(test) == ["first, k is 5"]
    assert shown(test.button_group(key="lab").set_value("How many?").run()) == ["second"]
    assert shown(test.button_group(key="lab").set_value("First lab").run()) == ["first, k is 5"]
