"""From the bytes of feeds to committed clusters, in one process with its parsers: ``python -m benchmarks.bytes_to_clusters``.

Nothing but the network is left out: the fetcher of the service gets each document as an answer, its parser workers read
it, its thread stores it, the clusterer groups at the same time in its own. Beside it, over the same bytes, the update of
lemon24/reader, which groups nothing: name a Python that has `reader` and `sgmllib3k` with --reader or RIWAYA_READER_PYTHON.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from benchmarks.invented_feeds import ITEMS, NEW, Newsrooms, address, outlet
from benchmarks.table import table
from clustering.settings import Settings
from daemon.feed_fetcher import FeedFetcher
from daemon.stored_clusterer import StoredClusterer
from sources.entry import Document
from sources.http import Answer, FetchSettings, HttpClient
from sources.parsing.pool import ParserPool
from sources.schedule import Bounds
from storage.catalogue import FeedSpec, SourceSpec, sync
from storage.engine import open_engine, reading, writing
from storage.feeds import FeedState, lease_feeds
from storage.migrate import upgrade
from storage.schema import Article, Feed, Sighting, Version

FEEDS = 50
ROUNDS = 10
_AT_ONCE = 20
"""The default of fetch.concurrency."""
_BATCH = 500
"""The default of clustering.batch."""
_WORKERS = 2
_LOOK_S = 0.02
"""The service looks every second whether there is something to group, which would be most of a short measurement."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many of something, seconds by the clock, and seconds of processor time: of this process and its workers."""

    count: int
    wall_s: float
    cpu_s: float

    @property
    def a_second(self) -> float:
        return self.count / self.wall_s


class _Papers(HttpClient):
    """Answers with the bytes of this round."""

    def __init__(self) -> None:
        super().__init__(FetchSettings("bench"))
        self.bodies: dict[str, bytes] = {}

    async def get(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, accept: str | None = None
    ) -> Answer:
        _ = etag, last_modified, accept
        body = self.bodies[url]
        return Answer(200, url, None, None, None, "application/rss+xml", None, None, None, body, len(body))


class Desk:
    """A store of its own, and what the service fetches and groups with."""

    def __init__(self, url: str, feeds: int) -> None:
        self.engine = open_engine(url)
        upgrade(self.engine)
        specs = [
            SourceSpec(
                outlet(n), outlet(n), f"http://paper{n}.example/", "JO", "ar", None, "false", (FeedSpec(address(n)),)
            )
            for n in range(feeds)
        ]
        with writing(self.engine) as conn:
            sync(conn, specs, datetime.now(UTC))
            self._ids = list(conn.execute(select(Feed.id)).scalars())
        self.papers = _Papers()
        self.clusterer = StoredClusterer(self.engine, Settings(), "bench", _BATCH)

    def leased(self) -> list[FeedState]:
        """Lease every feed."""
        now = datetime.now(UTC)
        with writing(self.engine) as conn:
            return lease_feeds(conn, self._ids, now, "bench", now + timedelta(hours=1))

    async def round(self, parser: ParserPool, executor: ThreadPoolExecutor, bodies: dict[str, bytes]) -> None:
        """Fetch every feed once."""
        self.papers.bodies = bodies
        fetcher = FeedFetcher(self.engine, self.papers, parser, Bounds(60, 600, 3600), executor)
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(feed: FeedState) -> None:
            async with places:
                report = await fetcher.fetch(feed)
            assert report.good, report.error

        await asyncio.gather(*map(one, self.leased()))

    def stories(self) -> set[frozenset[tuple[str, str]]]:
        """Return the clusters as the outlets and keys of their articles."""
        found: dict[int, set[tuple[str, str]]] = {}
        with reading(self.engine) as conn:
            for cluster, source, key in conn.execute(select(Article.cluster_id, Article.source_id, Article.key)):
                found.setdefault(cluster, set()).add((source, key))
        return {frozenset(members) for members in found.values()}


class _Grouping:
    """The clusterer at work in a thread of its own, as in the service, until it is told that nothing comes any more."""

    def __init__(self, clusterer: StoredClusterer) -> None:
        self._clusterer = clusterer
        self._last = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._work)

    def start(self) -> None:
        """Begin."""
        assert self._clusterer.take_lease()
        self._thread.start()

    def finish(self) -> None:
        """Wait until all is grouped."""
        self._last.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _work(self) -> None:
        try:
            while True:
                last = self._last.is_set()
                if self._clusterer.step() is None:
                    if last:
                        return
                    self._last.wait(_LOOK_S)
        except BaseException as error:  # noqa: BLE001 - told by finish()
            self._failed = error


async def _run(desk: Desk, newsrooms: Newsrooms) -> tuple[Pace, Pace]:
    parser, executor = ParserPool(_WORKERS, 30.0), ThreadPoolExecutor(1)
    try:
        # Starting workers is no part of the road.
        await asyncio.gather(*(parser.parse(newsrooms.document(0), None, address(0)) for _ in range(_WORKERS)))
        cold = await _timed(desk, newsrooms, parser, executor, range(1))
        steady = await _timed(desk, newsrooms, parser, executor, range(1, newsrooms.rounds + 1))
    finally:
        await parser.close()
        executor.shutdown()
    return Pace(newsrooms.feeds * ITEMS, *cold), Pace(newsrooms.feeds * newsrooms.rounds, *steady)


async def _timed(
    desk: Desk, newsrooms: Newsrooms, parser: ParserPool, executor: ThreadPoolExecutor, turns: range
) -> tuple[float, float]:
    bodies = [{address(n): newsrooms.document(n, turn) for n in range(newsrooms.feeds)} for turn in turns]
    began, used = time.perf_counter(), _cpu_s()
    grouping = _Grouping(desk.clusterer)
    grouping.start()
    for round_of in bodies:
        await desk.round(parser, executor, round_of)
    await asyncio.to_thread(grouping.finish)
    return time.perf_counter() - began, _cpu_s() - used


def _cpu_s() -> float:
    """Return the processor time of this process and its living children."""
    own = time.process_time()
    ticks = os.sysconf("SC_CLK_TCK")
    for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in child.read_text("ascii").split():
            fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
            own += (int(fields[11]) + int(fields[12])) / ticks
    return own


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        rooms = Newsrooms(FEEDS, ROUNDS)
        desk = Desk(f"sqlite:///{Path(folder) / 'riwaya.db'}", FEEDS)
        cold, steady = asyncio.run(_run(desk, rooms))
        print(cold, cold.a_second, steady, steady.a_second)
        print(desk.stories() == rooms.stories())
