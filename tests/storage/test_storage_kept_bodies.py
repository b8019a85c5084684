"""Raw bytes worth a closer look are kept, and never more of them than was allowed."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.engine import reading, writing
from storage.fetches import FeedUpdate, FetchRow, delete_fetches, record_fetch
from storage.kept_bodies import PER_FEED, KeptAnswer, keep_answer, kept_answer, kept_answers, pack_answer
from storage.schema import KeptBody

PLENTY = 1_000_000
PAGE = "<html><body>سجّل الدخول</body></html>".encode()


def keep(
    desk: Any,
    source: str,
    body: bytes,
    *,
    minutes: float = 0,
    most: int = PLENTY,
    outcome: str = "broken",
    **facts: Any,
) -> int:
    """Record a fetch of the source and keep its body; return the fetch's id."""
    told = {"reason": "no entry could be read", "url": "http://x.example/feed", "content_type": None, "timezone": None}
    at = desk.at(minutes)
    answer = pack_answer(body, answered_at=at, **(told | facts))
    feed = desk.feed(source)
    with writing(desk.engine) as conn:
        row = FetchRow(feed.id, at, 120, outcome, error="لم يُقرأ شيء")
        fetch_id = record_fetch(conn, row, FeedUpdate(None, None, None, 600, 1, at))
        keep_answer(conn, fetch_id, feed.id, answer, most)
    return fetch_id


def bodies(desk: Any) -> dict[int, bytes]:
    """Return the kept bodies by fetch."""
    with reading(desk.engine) as conn:
        kept = {answer.fetch_id: kept_answer(conn, answer.fetch_id) for answer in kept_answers(conn, 1000)}
    return {fetch_id: found[1] for fetch_id, found in kept.items() if found is not None}


def test_a_kept_answer_comes_back_with_all_that_reading_it_needs(desk: Any) -> None:
    desk.open("petra")
    facts: dict[str, Any] = {
        "content_type": "text/xml; charset=cp1256",
        "timezone": "Asia/Amman",
        "url": "http://x.example/new",
    }
    fetch_id = keep(desk, "petra", PAGE, minutes=5, **facts)
    with reading(desk.engine) as conn:
        assert kept_answer(conn, fetch_id) == (
            KeptAnswer(
                fetch_id=fetch_id,
                source_id="petra",
                feed_url="https://petra.example/rss",
                started_at=desk.at(5),
                outcome="broken",
                error="لم يُقرأ شيء",
                reason="no entry could be read",
                answered_at=desk.at(5),
                size_bytes=len(PAGE),
                **facts,
            ),
            PAGE,
        )
        assert kept_answer(conn, fetch_id + 1) is None


@pytest.mark.parametrize("body", [b"\x00", bytes(range(256)), b"\xff\xfe\x00\xd8" * 9, b"x" * 300_000], ids=len)
def test_any_bytes_come_back(desk: Any, body: bytes) -> None:
    desk.open("petra")
    fetch_id = keep(desk, "petra", body)
    assert bodies(desk) == {fetch_id: body}


def test_a_feed_keeps_its_last_few_different_bodies(desk: Any) -> None:
    desk.open("petra", "wafa")
    other = keep(desk, "wafa", b"<wafa>")
    ids = [keep(desk, "petra", b"<%d>" % number, minutes=number) for number in range(PER_FEED + 2)]
    assert bodies(desk) == {other: b"<wafa>"} | {ids[number]: b"<%d>" % number for number in range(2, PER_FEED + 2)}


def test_the_same_page_again_is_kept_once_and_stays_among_the_last(desk: Any) -> None:
    desk.open("petra", "wafa")
    first = keep(desk, "petra", PAGE, minutes=0)
    for number in range(1, PER_FEED):
        keep(desk, "petra", b"<%d>" % number, minutes=number)
    again = keep(desk, "petra", PAGE, minutes=10)
    # The same bytes of another feed are that feed's own.
    elsewhere = keep(desk, "wafa", PAGE, minutes=11)
    newest = keep(desk, "petra", b"<new>", minutes=12)
    kept = bodies(desk)
    assert {kept[first], kept[again], kept[elsewhere]} == {PAGE}
    assert kept[newest] == b"<new>"
    with reading(desk.engine) as conn:
        assert conn.execute(select(func.count()).select_from(KeptBody)).scalar_one() == PER_FEED + 1


def test_all_feeds_together_keep_no_more_than_allowed(desk: Any) -> None:
    sources = [f"s{number}" for number in range(8)]
    desk.open(*sources)
    chance = random.Random(1)  # noqa: S311 - bytes that do not shrink, no secret
    ids = [keep(desk, source, chance.randbytes(1_000), minutes=n, most=3_100) for n, source in enumerate(sources)]
    assert set(bodies(desk)) == set(ids[-3:])
    # One that is too large by itself drives nothing out.
    keep(desk, "s0", chance.randbytes(4_000), minutes=20, most=3_100)
    assert set(bodies(desk)) == set(ids[-3:])
    # A smaller allowance takes effect with the next.
    last = keep(desk, "s1", chance.randbytes(1_000), minutes=21, most=1_100)
    assert set(bodies(desk)) == {last}


def test_bodies_go_with_the_last_record_that_names_them(desk: Any) -> None:
    desk.open("petra")
    old = keep(desk, "petra", PAGE, minutes=0)
    new = keep(desk, "petra", PAGE, minutes=60)

    def forget(minutes: float) -> None:
        with writing(desk.engine) as conn:
            delete_fetches(conn, desk.at(minutes), 10)

    forget(30)
    assert set(bodies(desk)) == {new}
    assert new > old
    forget(90)
    with reading(desk.engine) as conn:
        assert conn.execute(select(func.count()).select_from(KeptBody)).scalar_one() == 0


def test_a_list_begins_with_the_latest_fetch(desk: Any) -> None:
    desk.open("petra", "wafa")
    ids = [keep(desk, source, PAGE, minutes=minutes) for minutes, source in enumerate(["petra", "wafa", "petra"])]
    with reading(desk.engine) as conn:
        assert [answer.fetch_id for answer in kept_answers(conn, 2)] == ids[:0:-1]
        assert [answer.started_at for answer in kept_answers(conn, 1)] == [desk.at(0) + timedelta(minutes=2)]
