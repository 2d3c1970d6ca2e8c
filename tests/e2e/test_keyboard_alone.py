"""One whole lab by keyboard alone: no mouse, and no focus set by a script."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from tests import labs
from tests.e2e.watched import Scheme, settle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.e2e.conftest import Site

MOST_STOPS = 120
NOTE = re.compile("smooth is still to do")
LABS = {lab.name for lab in labs.LABS}  # whose menu would lead away
AROUND = 6  # pixels: rings stand outside of what they mark
FAINT = 40  # of 255: a tint below this is easily missed
# What has the focus, and the box in which that should be seen: a hidden input's is its label.
_STOP = """() => {
    const it = document.activeElement;
    const seen = ['radio', 'checkbox'].includes(it.type) ? it.closest('label') : it;
    const box = seen.getBoundingClientRect();
    return {
        tag: it.tagName,
        role: it.getAttribute('role') || it.type || '',
        name: it.getAttribute('aria-label') || seen.innerText || '',
        value: it.value ?? '',
        highest: it.max ?? '',
        x: box.x, y: box.y, width: box.width, height: box.height,
        right: innerWidth, bottom: innerHeight,
        tabindex: it.tabIndex,
        inTable: !!it.closest('[data-testid="stDataFrame"]'),
        after: window.before && window.before !== it
            ? !!(window.before.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING)
            : true,
    };
}"""
_ON_SCREEN = """it => {
    const box = it.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""
_REMEMBER = "() => { window.before = document.activeElement; }"


@dataclass
class Walk:
    """What was met on the way through a page with Tab."""

    sliders: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    came_by_the_note: bool = False


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lab_is_used_whole_by_keyboard_alone(page: Page, site: Site, scheme: Scheme) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(site.address)
    expect(page.get_by_role("heading", name="The course")).to_be_visible()
    settle(page, scheme)

    _tab_to(page, "link", "Manual tuning")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Manual tuning", level=1)).to_be_visible()
    settle(page)
    _tab_to(page, "radio", "Learn")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Play")).to_be_checked()
    expect(page.get_by_text("Numbers as a table")).to_have_count(1)
    settle(page)

    walk = _walk_through(page)

    every = [slider.get_attribute("aria-label") for slider in page.get_by_role("slider").all()]
    assert walk.sliders == every
    assert any("Show the disagreement" in name for name in walk.names), walk.names
    expect(page.get_by_test_id("stDataFrame")).to_have_count(1)
    assert walk.came_by_the_note


def _walk_through(page: Page) -> Walk:
    """Tab from the row of parts to the end of the page, using what comes, past the note."""
    walk = Walk()
    page.evaluate(_REMEMBER)
    for _ in range(MOST_STOPS):
        stop = _next(page)
        if stop["tag"] == "BODY":
            break
        assert stop["after"], f"{stop['name']!r} stands before what had the focus before"
        assert stop["tabindex"] <= 0, f"{stop['name']!r} jumps the queue"
        walk.names.append(stop["name"])
        # Before a table opens: what stands below it moves down.
        walk.came_by_the_note |= page.get_by_text(NOTE).evaluate(_ON_SCREEN)
        _use(page, stop, walk)
        # A table's canvas goes from cell to cell, and draws its own mark; a menu of labs that was
        # left by a script is where the next Tab leads again.
        if not stop["inTable"] and stop["name"] not in LABS:
            _assert_seen(page)
    else:
        raise AssertionError(f"no end after {MOST_STOPS} stops: {walk.names[-3:]}")
    return walk


def _use(page: Page, stop: dict[str, Any], walk: Walk) -> None:
    """Do what somebody at the keyboard does with a control."""
    if stop["role"] in {"slider", "range"}:
        walk.sliders.append(stop["name"])
        page.keyboard.press("ArrowLeft" if stop["value"] == stop["highest"] else "ArrowRight")
        assert page.evaluate(_STOP)["value"] != stop["value"], f"{stop['name']!r} stays put"
    elif stop["role"] == "switch":
        page.keyboard.press("Space")
    elif stop["role"] == "radio" and stop["name"] not in LABS:
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "name => document.activeElement.closest('label').innerText !== name", arg=stop["name"]
        )
    elif stop["name"].startswith("Show the disagreement") or stop["tag"] == "SUMMARY":
        page.keyboard.press("Enter")
    else:
        return
    settle(page)


def _next(page: Page) -> dict[str, Any]:
    page.keyboard.press("Tab")
    stop: dict[str, Any] = page.evaluate(_STOP)
    page.evaluate(_REMEMBER)
    return stop


def _tab_to(page: Page, kind: str, name: str) -> None:
    """Press Tab until a link or tab has the focus, and see that it is seen."""
    for _ in range(MOST_STOPS):
        stop = _next(page)
        is_kind = stop["tag"] == "A" if kind == "link" else stop["role"] == kind
        if is_kind and stop["name"].strip() == name:
            _assert_seen(page)
            page.keyboard.press("Tab")
            if kind != "radio":  # a row that was left by a script is where Tab leads again
                page.keyboard.press("Shift+Tab")  # back to where it was
            assert page.evaluate(_STOP)["name"].strip() == name
            return
    raise AssertionError(f"Tab never came to the {kind} {name!r}")


def _assert_seen(page: Page) -> None:
    """The place of the focus looks different once the focus is gone. It is gone afterwards."""
    settle(page)  # a chart's buttons fade in
    stop = page.evaluate(_STOP)
    middle = stop["x"] + stop["width"] / 2, stop["y"] + stop["height"] / 2
    assert 0 <= middle[0] <= stop["right"], f"{stop['name']!r} is off the screen"
    assert 0 <= middle[1] <= stop["bottom"], f"{stop['name']!r} is off the screen"
    with_focus = _picture(page, stop)
    page.evaluate("document.activeElement.blur()")  # the next Tab goes on from here all the same
    for _ in range(20):  # what fades, fades
        changed = np.abs(with_focus - _picture(page, stop)).max(axis=2) > FAINT
        if changed.sum() >= 50:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the focus on {stop['role']} {stop['name']!r} cannot be seen")


def _picture(page: Page, stop: dict[str, Any]) -> NDArray[np.int16]:
    """What is on the screen at and around a box, shape (height, width, 3)."""
    left, top = max(stop["x"] - AROUND, 0), max(stop["y"] - AROUND, 0)
    right = min(stop["x"] + stop["width"] + AROUND, stop["right"])
    bottom = min(stop["y"] + stop["height"] + AROUND, stop["bottom"])
    clip: FloatRect = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    shot = page.screenshot(clip=clip, animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=np.int16)
