from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.store_figures import StoreFigures
from web.readiness import STANDSTILL, Check, answer, clustering, disk, fetching

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
WELL = StoreFigures(
    sources=3,
    feeds=5,
    due=1,
    late=0,
    failing=1,
    waiting=0,
    waiting_since=None,
    pages_waiting=0,
    last_fetch=NOW - timedelta(seconds=7),
    last_cluster=NOW - timedelta(seconds=40),
    size_bytes=1,
)


def test_an_installation_that_is_well_is_ready() -> None:
    told = answer([fetching(WELL, NOW), clustering(WELL, NOW), disk(10**10, 5 * 10**8)])
    assert told == {
        "ready": True,
        "checks": {
            "fetching": {"ok": True, "reason": "last fetch 7 s ago, 0 of 5 feeds late"},
            "clustering": {"ok": True, "reason": "a story last changed 40 s ago, nothing waits"},
            "disk": {"ok": True, "reason": "10000 MB free, 500 MB are kept free"},
        },
    }
    assert answer([Check("one", ok=True, reason=""), Check("two", ok=False, reason="")])["ready"] is False


def test_fetching_stands_still_only_when_feeds_are_late_and_none_is_asked() -> None:
    long_ago = NOW - STANDSTILL - timedelta(seconds=1)
    assert fetching(replace(WELL, late=2), NOW).ok
    assert fetching(replace(WELL, last_fetch=long_ago), NOW).ok
    still = fetching(replace(WELL, late=2, last_fetch=long_ago), NOW)
    assert (still.ok, still.reason) == (False, "last fetch 601 s ago, 2 of 5 feeds late")
    assert fetching(replace(WELL, last_fetch=None), NOW).ok
    assert not fetching(replace(WELL, last_fetch=None, late=1), NOW).ok


def test_grouping_stands_still_only_when_texts_wait_and_no_story_changes() -> None:
    long_ago = NOW - STANDSTILL - timedelta(seconds=1)
    behind = replace(WELL, waiting=9, waiting_since=long_ago)
    assert clustering(behind, NOW).ok
    assert clustering(replace(WELL, last_cluster=long_ago), NOW).ok
    still = clustering(replace(behind, last_cluster=long_ago), NOW)
    assert (still.ok, still.reason) == (False, "a story last changed 601 s ago, 9 texts wait, the first for 601 s")
    assert not clustering(replace(behind, last_cluster=None), NOW).ok
    assert clustering(replace(behind, waiting_since=NOW, last_cluster=None), NOW).ok


def test_a_clock_that_was_set_back_shows_no_negative_spans() -> None:
    assert "last fetch 0 s ago" in fetching(replace(WELL, last_fetch=NOW + timedelta(hours=2)), NOW).reason


def test_the_disk_of_a_database_server_is_not_ours_to_judge() -> None:
    assert disk(None, 10**12).ok
    assert not disk(499_000_000, 500_000_000).ok
    assert disk(0, 0).ok
