"""Looks at each frame that a page paints, and notes in which a chart that was there is blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# A callback before each paint: what it finds is what is painted. A chart counts from the first
# frame in which it is drawn on this page; from then on, each frame without its marks is blank.
_EYE = r"""() => {
    const MARKS = '.role-mark path, .role-mark line, .role-mark text, .role-mark image';
    const eye = window.eye = {on: true, frames: 0, charts: new Set(), blank: [], headless: 0};
    const names = new WeakMap();
    let page = '', drawn = new Set();
    const hasMarks = chart => {
        const drawing = chart.querySelector('svg, canvas');
        const box = drawing?.getBoundingClientRect();
        if (!box || box.width < 20 || box.height < 20) return false;
        return drawing.tagName === 'CANVAS' || [...drawing.querySelectorAll(MARKS)].some(
            mark => mark.tagName !== 'path' || (mark.getAttribute('d') || '').length > 1
        );
    };
    const look = () => {
        if (!eye.on) return;
        eye.frames += 1;
        const heading = document.querySelector('h1')?.innerText.trim() ?? '';
        if (!heading) eye.headless += 1;
        if (heading !== page) [page, drawn] = [heading, new Set()];
        const there = new Set();
        for (const chart of document.querySelectorAll('[data-testid="stVegaLiteChart"]')) {
            // While it is rebuilt, a chart has no name.
            const name = chart.getAttribute('aria-label') || names.get(chart);
            if (!name || !hasMarks(chart)) continue;
            names.set(chart, name);
            there.add(name);
        }
        for (const name of drawn)
            if (!there.has(name)) eye.blank.push(`frame ${eye.frames}: ${name}`);
        for (const name of there) { drawn.add(name); eye.charts.add(name); }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
_CLOSE = """() => {
    const eye = window.eye;
    eye.on = false;
    return [eye.frames, [...eye.charts], eye.blank, eye.headless];
}"""


@dataclass(frozen=True)
class Seen:
    """What was painted between two moments.

    Attributes:
        frames: How many frames.
        charts: The names of the charts that were drawn in any of them.
        blank: Which chart was missing after it had been drawn, and in which frame.
        headless: In how many frames the page had no heading.
    """

    frames: int
    charts: tuple[str, ...]
    blank: tuple[str, ...]
    headless: int


def open_eye(page: Page) -> None:
    """Look at each frame from now on."""
    page.evaluate(_EYE)


def close_eye(page: Page) -> Seen:
    """Look no more, and say what was seen."""
    found: list[Any] = page.evaluate(_CLOSE)
    return Seen(found[0], tuple(found[1]), tuple(found[2]), found[3])
