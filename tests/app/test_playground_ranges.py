"""What a sweep and a search try of each setting."""

from __future__ import annotations

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from app.labs.playground_ranges import SCALES, SETTINGS, WORDS, Range
from app.labs.playground_sweep import TITLES
from engine import TrainConfig


@pytest.mark.parametrize(
    ("found", "n", "expected"),
    [
        (Range("lr", 1e-4, 1e-2), 5, (1e-4, 3.16e-4, 1e-3, 3.16e-3, 1e-2)),
        (Range("width", 2, 128), 7, (2, 4, 8, 16, 32, 64, 128)),
        (Range("depth", 0, 4), 5, (0, 1, 2, 3, 4)),
        (Range("depth", 1, 3), 20, (1, 2, 3)),  # what comes twice is tried once
        (Range("dropout", 0.0, 0.6), 3, (0.0, 0.3, 0.6)),
        (Range("optimizer"), 2, ("sgd", "momentum", "nesterov", "adam", "adamw")),
    ],
)
def test_values_are_even_on_the_settings_own_scale(
    found: Range, n: int, expected: tuple[object, ...]
) -> None:
    assert found.values(n) == expected
    assert [type(value) for value in found.values(n)] == [type(value) for value in expected]


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_value_and_both_ends_are_ones_that_a_configuration_takes(setting: str) -> None:
    assert setting in TITLES
    scale = SCALES.get(setting)
    if scale is None:
        stretches = [Range(setting)]
    else:
        widest = (scale.stops[0], scale.stops[-1])
        stretches = [Range(setting, *map(float, ends)) for ends in (scale.start, widest)]
    for stretch in stretches:
        for value in stretch.values(scale.n if scale else 2):
            TrainConfig(**{setting: value})
    if scale is not None:
        assert len(stretches[0].values(scale.n)) == scale.n
        assert list(map(float, scale.stops)) == sorted(map(float, scale.stops))


def test_a_search_draws_on_the_same_scale() -> None:
    assert Range("lr", 1e-4, 1.0).distribution() == FloatDistribution(1e-4, 1.0, log=True)
    assert Range("width", 2, 128).distribution() == IntDistribution(2, 128, log=True)
    assert Range("depth", 0, 4).distribution() == IntDistribution(0, 4)
    assert Range("dropout", 0.0, 0.7).distribution() == FloatDistribution(0.0, 0.7, step=0.05)
    words = Range("activation").distribution()
    assert words == CategoricalDistribution(WORDS["activation"])


@pytest.mark.parametrize(
    ("setting", "low", "high", "says"),
    [
        ("momentum", 0.0, 1.0, "one of lr, .* but got 'momentum'"),
        ("lr", 1e-2, 1e-2, "from a smaller to a larger number"),
        ("lr", 1.0, 1e-3, "but got 1 to 0.001"),
        ("width", 0.0, 64.0, "between 1 and 512, but got 0 to 64"),
        ("dropout", 0.0, float("nan"), "but got 0 to nan"),
    ],
)
def test_a_stretch_that_does_not_fit_is_refused(
    setting: str, low: float, high: float, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Range(setting, low, high)


@pytest.mark.parametrize("n", [1, 21])
def test_a_number_of_values_out_of_bounds_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match=f"2 to 20 values, but got n={n}"):
        Range("lr", 1e-3, 1.0).values(n)
