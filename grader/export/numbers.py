"""How numbers are written, on pages and in tables alike."""

from __future__ import annotations


def plain(value: float) -> str:
    """Write points without needless zeros: 2.0 as "2", 1/3 as "0.33"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float | None) -> str:
    """Write a share of 1 as whole percent; one that is not known as a dash."""
    return "\N{EN DASH}" if share is None else f"{100 * share:.0f}%"


def correlation(value: float | None) -> str:
    """Write a correlation with two digits and its sign; one that is not known as a dash."""
    if value is None:
        return "\N{EN DASH}"
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}") if round(value, 2) else "0.00"
