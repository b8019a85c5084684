from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.sole_part import hold_parts, parts_running
from daemon.status_advice import BEHIND, Machine, advice
from storage.alerts import TargetFigures
from storage.engine import open_engine
from storage.overview import FailingFeed, FeedWithGaps, MovedFeed, Overview
from storage.page_figures import PageFigures

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
LONG_AGO = NOW - BEHIND - timedelta(seconds=1)

WELL = Overview(
    sources=2,
    feeds=4,
    due=1,
    late=0,
    late_feeds=(),
    failing=(),
    gaps=(),
    moved=(),
    pages=PageFigures(0, ()),
    articles=10,
    versions=11,
    clusters=5,
    unclustered=0,
    unclustered_since=None,
    alerts=(),
    last_fetch=NOW,
    last_cluster=NOW,
    size_bytes=1_000_000,
)
HERE = Machine(
    running={"fetch": 7, "cluster": 7},
    clusterer="here:7:1",
    memory_bytes={7: 200_000_000},
    memory_limit_bytes=1_000_000_000,
    disk_free_bytes=10**10,
    disk_limit_bytes=500_000_000,
    shared=False,
)
STOPPED = replace(HERE, running={}, memory_bytes={})
FAILING = FailingFeed(
    id=1,
    source_id="ghad",
    url="https://ghad.example/rss",
    outcome="timeout",
    status=None,
    error="no answer",
    failures=2.0,
    tries=2,
    since=None,
    failing_since=NOW - timedelta(hours=1),
    next_fetch_at=NOW,
)


DESK = TargetFigures("desk", 1, failing=0, dead=0, oldest=LONG_AGO, next_attempt_at=NOW, last_error="HTTP 503")


def test_an_installation_that_is_well_needs_nothing() -> None:
    assert advice(WELL, HERE, NOW) == ()
    # A timer that runs `riwaya fetch` is no service, and nothing is late.
    assert advice(WELL, STOPPED, NOW) == ()


Change = Callable[[Overview, Machine], tuple[Overview, Machine]]

CASES: list[tuple[Change, str]] = [
    (lambda o, m: (o, replace(m, disk_free_bytes=1_000_000)), "make room: 1 MB are free on the store's disk"),
    (
        lambda o, _: (replace(o, late=4), STOPPED),
        "is fetched (the last fetch was 0 s ago): systemctl start",
    ),
    (lambda o, _: (replace(o, unclustered=3, unclustered_since=NOW), STOPPED), "for nothing is grouped"),
    (lambda o, m: (replace(o, late=4), m), "see why fetching stands still (the last"),
    (lambda o, m: (replace(o, late=1, last_fetch=LONG_AGO), m), "see why fetching stands still (the last fetch was 10"),
    (lambda o, m: (replace(o, late=1), m), "late feeds while others are fetched: fetch.concurrency"),
    (
        lambda o, m: (replace(o, unclustered=9, unclustered_since=LONG_AGO, last_cluster=LONG_AGO), m),
        "see why grouping stands still (the last story was 10 min ago)",
    ),
    (lambda o, m: (replace(o, unclustered=9, unclustered_since=LONG_AGO), m), "grouping is behind and at work"),
    (lambda o, m: (o, replace(m, memory_bytes={7: 2 * 10**9})), "process 7 takes 2.0 GB, more than limits.memory"),
    (
        lambda o, m: (replace(o, failing=(replace(FAILING, status=410),)), m),
        "1 feed is gone or dead: find another",
    ),
    (lambda o, m: (replace(o, feeds=2, failing=(FAILING, FAILING)), m), "no feed answers"),
    (
        lambda o, m: (replace(o, gaps=(FeedWithGaps(1, "ghad", "u", 20, 60.0, 1, LONG_AGO, NOW),)), m),
        "feeds that may have missed items",
    ),
    (
        lambda o, m: (replace(o, moved=(MovedFeed(1, "ghad", "u", "v", adopted=True, since=NOW),)), m),
        "write the new addresses of moved feeds",
    ),
    (
        lambda o, m: (replace(o, alerts=(replace(DESK, failing=1),)), m),
        "alerts do not reach desk (the first rang",
    ),
    (lambda o, m: (replace(o, alerts=(replace(DESK, oldest=None, dead=3),)), m), "riwaya alerts retry"),
]


def test_alerts_that_have_only_just_rung_need_nothing() -> None:
    for desk in (DESK, replace(DESK, failing=1, oldest=NOW)):
        assert advice(replace(WELL, alerts=(desk,)), HERE, NOW) == ()


@pytest.mark.parametrize(("change", "words"), CASES)
def test_each_trouble_has_its_cure(change: Change, words: str) -> None:
    (line,) = advice(*change(WELL, HERE), NOW)
    assert words in line


def test_a_full_disk_explains_what_stands_still() -> None:
    still = replace(WELL, late=4, last_fetch=LONG_AGO, unclustered=9, unclustered_since=LONG_AGO, last_cluster=LONG_AGO)
    (line,) = advice(still, replace(HERE, disk_free_bytes=0), NOW)
    assert "they go on by themselves" in line


def test_on_a_shared_store_others_may_do_the_work() -> None:
    elsewhere = replace(STOPPED, shared=True, disk_free_bytes=None)
    busy = replace(WELL, late=1, unclustered=3, unclustered_since=NOW)
    (line,) = advice(busy, elsewhere, NOW)
    assert "late feeds while others are fetched" in line
    (line,) = advice(replace(busy, last_fetch=LONG_AGO), replace(elsewhere, clusterer=None), NOW)
    assert "nothing is fetched (the last fetch was 10 min ago) or grouped (the last story was 0 s ago)" in line


def test_who_runs_a_part_is_found_without_holding_anything(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'riwaya.db'}")
    database = str(tmp_path / "riwaya.db")
    assert parts_running(database) == {}
    with hold_parts(engine, frozenset({"fetch"})):
        assert set(parts_running(database)) == {"fetch"}
    assert parts_running(database) == {}
    assert parts_running(database, locks=tmp_path / "no such list") == {}
    engine.dispose()
