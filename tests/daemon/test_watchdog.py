"""When systemd may hear a sign of life."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.watchdog import (
    CLUSTERER_PATIENCE_S,
    LONGEST_PAUSE_S,
    STORE_PATIENCE_S,
    TICK_PATIENCE_S,
    Signs,
    pause_s,
    silences,
)

NOW = 10_000.0
AGES = st.floats(0, 2 * CLUSTERER_PATIENCE_S)


def stuck(signs: Signs, now: float = NOW) -> set[str]:
    return {silence.part for silence in silences(signs, now)}


@st.composite
def any_signs(draw: st.DrawFn) -> Signs:
    tick, store = NOW - draw(AGES), NOW - draw(AGES)
    return Signs(tick, store, draw(st.booleans()), draw(st.none() | AGES.map(lambda age: NOW - age)))


@given(any_signs())
def test_a_part_is_stuck_when_its_own_patience_is_over(signs: Signs) -> None:
    found = stuck(signs)
    assert ("store" in found) == (NOW - signs.store > STORE_PATIENCE_S)
    clusterer = signs.clusterer is not None and NOW - signs.clusterer > CLUSTERER_PATIENCE_S
    assert ("clusterer" in found) == clusterer
    if not signs.store_busy:
        assert ("tick" in found) == (NOW - signs.tick > TICK_PATIENCE_S)


@given(any_signs())
def test_a_tick_that_waits_for_a_store_that_answers_is_not_stuck(signs: Signs) -> None:
    answering = replace(signs, store_busy=True, store=NOW)
    assert "tick" not in stuck(answering)
    # But a busy store excuses nothing for longer than it answers.
    silent = replace(signs, store_busy=True, tick=0.0, store=NOW - TICK_PATIENCE_S - 1)
    assert "tick" in stuck(silent)


@given(any_signs(), st.floats(0, 1_000))
def test_waiting_longer_never_brings_a_part_back(signs: Signs, more: float) -> None:
    assert stuck(signs) <= stuck(signs, NOW + more)


@given(any_signs())
def test_progress_of_every_part_is_enough_and_none_speaks_for_another(signs: Signs) -> None:
    fresh = Signs(NOW, NOW, signs.store_busy, NOW)
    assert stuck(fresh) == set()
    assert stuck(replace(fresh, clusterer=NOW - CLUSTERER_PATIENCE_S - 1)) == {"clusterer"}
    assert stuck(replace(fresh, store=NOW - STORE_PATIENCE_S - 1, store_busy=False)) == {"store"}
    assert stuck(replace(fresh, tick=NOW - TICK_PATIENCE_S - 1, store_busy=False)) == {"tick"}


def test_a_long_queue_is_progress_as_long_as_steps_are_made() -> None:
    """A day of clustering in steps of four minutes: slow, and not stuck."""
    last = NOW
    for minute in range(24 * 60):
        now = NOW + 60 * minute
        if minute % 4 == 0:
            last = now
        assert stuck(Signs(now, now, False, last), now) == set()


def test_the_words_name_the_part() -> None:
    (silence,) = silences(Signs(NOW, NOW, False, NOW - 320.4), NOW)
    assert str(silence) == "clusterer silent for 320 s"


@given(st.floats(0.001, 1e6))
def test_a_late_and_a_lost_sign_are_survived(watchdog: float) -> None:
    assert 0 < pause_s(watchdog) <= LONGEST_PAUSE_S
    assert 3 * pause_s(watchdog) <= watchdog * (1 + 1e-9)


@pytest.mark.parametrize(("watchdog", "pause"), [(None, 10), (120.0, 10), (6.0, 2)])
def test_the_pause(watchdog: float | None, pause: float) -> None:
    assert pause_s(watchdog) == pause
