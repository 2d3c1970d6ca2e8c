"""What the app's benchmark makes of its times: medians, 95th percentiles, ratios, a table."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Times:
    """The times of one case's moves.

    Attributes:
        ms: Milliseconds of each move.
        blank: Frames that lacked a chart, in all moves together.
        lost: Moves of which nothing came; they have no time.
    """

    ms: list[float] = field(default_factory=list)
    blank: int = 0
    lost: int = 0

    def add(self, ms: float, blank: int = 0) -> None:
        """Count a move, of infinite time if nothing came of it."""
        if ms == math.inf:
            self.lost += 1
            return
        self.ms.append(ms)
        self.blank += blank

    @property
    def median(self) -> float:
        """Median in ms."""
        return statistics.median(self.ms)

    @property
    def p95(self) -> float:
        """95th percentile in ms; see `percentile`."""
        return percentile(self.ms, 0.95)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of some values that at least this share of them does not exceed.

    The nearest-rank definition: it is one of the values, and of fewer than 20 the 95th percentile
    is the largest.

    Raises:
        ValueError: If there is no value, or `share` is not in (0, 1].
    """
    if not values or not 0 < share <= 1:
        raise ValueError(f"Need values and 0 < share <= 1, but got {len(values)} and {share}.")
    return sorted(values)[math.ceil(share * len(values)) - 1]


# What SANDBOX.md promises: (name of the figure, words, target, whether more is better).
_TARGETS = (
    ("cached_over_bare", "a cached result, 200 points a line", 1.7, False),
    ("cached_p95_over_bare", "the same, 95th percentile", 2.5, False),
    ("heatmap_over_bare", "a heatmap", 2.0, False),
    ("fresh_over_bare", "a network trained for 10 epochs", 3.0, False),
    ("interrupt_over_bare", "interrupting a training", 3.0, False),
    ("interrupt_p95_over_bare", "the same, 95th percentile", 3.0, False),
    ("page_switch_over_bare", "another page", 4.0, False),
    ("torch_loaded_over_not", "bare, with torch loaded", 1.1, False),
    ("sessions20_over_1", "among 19 other sessions", 1.2, False),
    ("looping_over_quiet", "the same, while one's code loops", 1.5, False),
    ("first_page_over_bare_start", "first page, from a cold start", 1.15, False),
    ("first_chart_over_bare_start", "first trained chart", 2.5, False),
    ("live_updates_per_second", "live updates a second", 20.0, True),
    ("mb_per_session", "MB a session", 1.0, False),
)


def ratios(
    cases: Mapping[str, Times], crowd: Mapping[str, Times], cold: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    """Hold the cases against the bare rerun, and everything that is compared against its like.

    Args:
        cases: Times of `bare`, and of each case that is held against it.
        crowd: Times `alone`, among `sessions20`, and the same while `looping`.
        cold: Seconds from a server's start, of `bare`, the first `page` and the first `chart`.

    Returns:
        Ratios of medians by name, `p95` ones against the bare median, which is F; and all medians
        and percentiles under `cases`.
    """
    bare = cases["bare"]
    start = {name: statistics.median(seconds) for name, seconds in cold.items()}
    held = {
        name: {
            "median_ms": times.median,
            "p95_ms": times.p95,
            "over_bare": times.median / bare.median,
            "p95_over_bare": times.p95 / bare.median,
            "blank_frames": times.blank,
            "lost_moves": times.lost,
            "moves": len(times.ms),
        }
        for name, times in {**cases, **crowd}.items()
    }
    named = ("cached", "fresh", "heatmap", "interrupt", "page_switch")
    return {
        **{f"{name}_over_bare": held[name]["over_bare"] for name in named},
        "sessions20_over_1": crowd["sessions20"].median / crowd["alone"].median,
        "looping_over_quiet": crowd["looping"].median / crowd["sessions20"].median,
        "torch_loaded_over_not": cases["torch_loaded"].median / bare.median,
        "cached_p95_over_bare": held["cached"]["p95_over_bare"],
        "interrupt_p95_over_bare": held["interrupt"]["p95_over_bare"],
        "first_page_over_bare_start": start["page"] / start["bare"],
        "first_chart_over_bare_start": start["chart"] / start["bare"],
        "bare_start_s": start["bare"],
        "bare": {"median_ms": bare.median, "p95_ms": bare.p95},
        "cases": held,
    }


def lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """The figures as lines for people: the times, then each ratio with its target."""
    yield f"{'case':<36}{'median':>9}{'p95':>9}   over bare (median, p95)"
    for name, case in figures["cases"].items():
        yield (
            f"{name:<36}{case['median_ms']:>6.0f} ms{case['p95_ms']:>6.0f} ms"
            f"{case['over_bare']:>8.2f}{case['p95_over_bare']:>7.2f}"
        )
    yield ""
    yield f"{'figure':<36}{'is':>9}{'target':>9}"
    for name, words, target, is_more in _TARGETS:
        found = figures[name]
        met = found >= target if is_more else found <= target
        sign = "≥" if is_more else "≤"
        yield f"{words:<36}{found:>9.2f}{f'{sign} {target:g}':>9}{'' if met else '   missed'}"
    blank = figures["live_blank_frames"] + sum(
        case["blank_frames"] for name, case in figures["cases"].items() if name != "page_switch"
    )
    lost = sum(case["lost_moves"] for case in figures["cases"].values())
    for words, count in (
        ("frames without their chart", blank),
        ("moves of which nothing came", lost),
    ):
        yield f"{words:<36}{count:>9}{'≤ 0':>9}{'   missed' if count else ''}"
