"""Several processes on one store: crashes, and writers and readers at the same time."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.articles import save_entries
from storage.cluster_detail import cluster_detail
from storage.cluster_list import list_clusters
from storage.engine import open_engine, reading, writing
from storage.fetches import FetchRow, record_fetch
from storage.placement_row import Placement
from storage.schema import Article, Cluster, Fetch

CRASH = """
import os, signal, sys
from datetime import UTC, datetime
from storage.articles import EntryRow, save_entries
from storage.engine import open_engine, writing
from storage.fetches import FeedUpdate, FetchRow, record_fetch

now = datetime(2026, 3, 1, tzinfo=UTC)
entries = [EntryRow(f"guid:{n}", None, "عنوان", "", f"نص {n}", None, None, None) for n in range(50)]
with writing(open_engine(sys.argv[1])) as conn:
    save_entries(conn, "petra", 1, entries, now)
    if sys.argv[2] == "after the entries":
        os.kill(os.getpid(), signal.SIGKILL)
    record_fetch(conn, FetchRow(1, now, 5, "ok"), FeedUpdate('"e"', None, "h", 900.0, 0.0, now))
    if sys.argv[2] == "before the commit":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["after the entries", "before the commit", "after the commit"])
def test_a_killed_process_leaves_all_of_its_transaction_or_nothing(desk: Any, store_url: str, moment: str) -> None:
    desk.open("petra")
    killed = subprocess.run(
        [sys.executable, "-c", CRASH, store_url, moment], check=False, cwd=Path(__file__).parents[2]
    )
    assert killed.returncode == -signal.SIGKILL
    feed = desk.feed("petra")
    if moment == "after the commit":
        assert (len(desk.queue()), feed.etag) == (50, '"e"')
    else:
        assert (len(desk.queue()), feed.etag) == (0, None)
    again = [desk.entry(f"guid:{n}", f"نص {n}") for n in range(50)]
    assert desk.save("petra", *again).new == (0 if moment == "after the commit" else 50)
    assert len(desk.queue()) == 50


class Newsroom:
    """Three fetchers, a clusterer and two readers, each in its own thread; what goes wrong is kept in `failures`."""

    sources = ("petra", "ammon", "ghad")
    rounds = 15
    texts = 8

    def __init__(self, desk: Any, url: str) -> None:
        self.desk = desk
        self.url = url
        self.failures: list[BaseException] = []
        self.fetching = threading.Event()
        desk.open(*self.sources)
        self.feeds = {source: desk.feed(source).id for source in self.sources}

    def work(self) -> None:
        self.fetching.set()
        fetchers = [self._thread(self._fetch, source) for source in self.sources]
        others = [self._thread(self._group), self._thread(self._read), self._thread(self._read)]
        for thread in fetchers:
            thread.join()
        self.fetching.clear()
        for thread in others:
            thread.join()

    def _thread(self, work: Callable[..., None], *arguments: str) -> threading.Thread:
        def run() -> None:
            try:
                work(*arguments)
            except BaseException as error:  # noqa: BLE001 (shown by the test, in the main thread)
                self.failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def _fetch(self, source: str) -> None:
        engine = open_engine(self.url)
        for number in range(self.rounds):
            # Each document repeats the last one with new texts, so fetching and grouping meet on the same articles.
            shown = range(number, number + self.texts)
            entries = [self.desk.entry(f"guid:{n}", f"نص {n} في {number}") for n in shown]
            with writing(engine) as conn:
                save_entries(conn, source, self.feeds[source], entries, self.desk.at(number))
                record_fetch(conn, FetchRow(self.feeds[source], self.desk.at(number), 1, "ok"), None)
        engine.dispose()

    def _group(self) -> None:
        """Give each article a cluster of its own, but let the last new one of a batch make two clusters one."""
        while self.fetching.is_set() or self.desk.queue():
            number = self.desk.next_cluster()
            homes: dict[int, int] = {}
            placements: list[Placement] = []
            for version in self.desk.queue(limit=20):
                home = homes.get(version.article_id, version.article_cluster_id)
                homes[version.article_id] = home or number
                placements.append(self.desk.placement(version, home or number, founded=home is None))
                number += home is None
            founded = [place for place, placement in enumerate(placements) if placement.founded]
            if founded and len(ids := {placement.cluster_id for placement in placements[: founded[-1]]}) > 1:
                last = placements[founded[-1]]
                placements[founded[-1] :] = [replace(last, cluster_id=min(ids), founded=False, merges=(max(ids),))]
            self.desk.place(*placements)

    def _read(self) -> None:
        engine = open_engine(self.url, read_only=True)
        while self.fetching.is_set():
            with reading(engine) as conn:
                for cluster in list_clusters(conn, limit=5).clusters:
                    detail = cluster_detail(conn, cluster.id)
                    assert detail
                    assert detail.cluster == cluster
                    assert len(detail.versions) == cluster.versions
        engine.dispose()


def test_writers_and_readers_at_once_wait_their_turn_and_lose_nothing(desk: Any, store_url: str) -> None:
    room = Newsroom(desk, store_url)
    room.work()
    assert room.failures == []
    with reading(desk.engine) as conn:
        articles = conn.execute(select(Article.source_id, Article.versions)).all()
        clusters = conn.execute(select(Cluster)).all()
        fetches = conn.execute(select(Fetch.id)).all()
    texts = len(room.sources) * room.rounds * room.texts
    assert len(articles) == len(room.sources) * (room.rounds + room.texts - 1)
    assert sum(versions for _, versions in articles) == texts
    assert desk.queue() == []
    assert len(fetches) == len(room.sources) * room.rounds
    assert any(cluster.merged_into for cluster in clusters)
    assert sum(cluster.versions for cluster in clusters if cluster.merged_into is None) == texts
