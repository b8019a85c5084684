"""Whether a series is said to grow."""

from random import Random

import pytest

from tests.soak.flatness import growth, settled


def test_growth_is_that_of_the_line_and_not_of_outliers() -> None:
    chance = Random(5)  # noqa: S311 - figures, not secrets
    level = [200 + chance.uniform(-5, 5) for _ in range(60)]
    leak = [value + place for place, value in enumerate(level)]
    assert abs(growth(level)) < 3
    assert growth(leak) == pytest.approx(59, abs=3)
    # A late collection of garbage is none, an early one hides none.
    assert abs(growth([*level[:-5], *(value + 90 for value in level[-5:])])) < 5
    assert growth([value + 90 for value in leak[:5]] + leak[5:]) > 50


def test_the_last_third_is_judged() -> None:
    assert settled([5, 6, 7, 8, 9, 10]) == [9, 10]
