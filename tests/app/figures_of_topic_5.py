"""Pairs of each chart of topic 5 that is newer than `test_charts`, under two settings."""

from __future__ import annotations

from app.charts import brackets as bracket_charts
from app.charts import study as study_charts
from app.charts.figure import Figure
from app.charts.importances import importances
from app.charts.tpe import densities
from app.labs import brackets, study, tpe


def figures() -> list[tuple[str, Figure, Figure]]:
    first, second = brackets.plan(81, 3), brackets.plan(243, 2)
    half, tenth = (study.top("spirals", "TPE", 0, share) for share in (0.5, 0.1))
    found = study.study("spirals", "TPE", 0)
    return [
        ("tpe", densities(tpe.search(10, 0, 0.1, 0)), densities(tpe.search(12, 8, 0.5, 1))),
        ("rungs", bracket_charts.rungs(first, None), bracket_charts.rungs(second, second.layout)),
        ("bracket costs", bracket_charts.costs(first), bracket_charts.costs(second)),
        ("study", study_charts.explorer(found, half), study_charts.explorer(found, tenth)),
        (
            "importances",
            *(
                importances("key", study_charts.titled(best.importances), best.share)
                for best in (half, tenth)
            ),
        ),
    ]
