"""When a permanent redirect is believed."""

from datetime import UTC, datetime, timedelta

from sources.redirects import HELD_FOR, HELD_TIMES, Move, after_redirect, has_held

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD, NEW, OTHER = "https://a.example/rss", "https://b.example/rss", "https://c.example/rss"


def seen(times: int, every: timedelta, to: str = NEW, asked: str = OLD) -> tuple[datetime, Move]:
    now, move = NOW, Move()
    for time in range(times):
        now = NOW + time * every
        move = after_redirect(now, move, asked, to)
    return now, move


def test_it_must_hold_for_a_week_and_over_many_answers() -> None:
    assert has_held(*seen(HELD_TIMES, HELD_FOR / (HELD_TIMES - 2)))
    assert not has_held(*seen(HELD_TIMES - 1, HELD_FOR))
    assert not has_held(*seen(1000, timedelta(minutes=1)))


def test_another_address_begins_anew_and_an_answer_from_the_old_one_ends_it() -> None:
    now, move = seen(HELD_TIMES, HELD_FOR)
    assert after_redirect(now, move, OLD, OTHER) == Move(OTHER, now, 1)
    assert after_redirect(now, move, OLD, None) == Move()
    assert after_redirect(now, move, OLD, OLD) == Move()


def test_nothing_leads_from_https_to_http() -> None:
    assert seen(3, HELD_FOR, "http://b.example/rss")[1] == Move()
    assert seen(3, HELD_FOR, NEW, "http://a.example/rss")[1].to == NEW
