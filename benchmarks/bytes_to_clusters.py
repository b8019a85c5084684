"""From the bytes of feeds to committed clusters, in one process and its parsers.

Nothing but the network is left out: the fetcher of the service gets each document as an answer, its parser workers read
it, its thread stores it, the clusterer groups at the same time in its own. Beside it, over the same bytes, the update
of lemon24/reader, which groups nothing: name a Python that has `reader` and `sgmllib3k` with --reader or
RIWAYA_READER_PYTHON.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from benchmarks.invented_feeds import ITEMS, NEW, Newsrooms, address, outlet
from benchmarks.pace import Pace, cpu_s
from benchmarks.reader_update import reader_paces
from benchmarks.table import table
from clustering.settings import Settings
from daemon.feed_fetcher import FeedFetcher
from daemon.stored_clusterer import StoredClusterer
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
_LOOK_S = 0.1
"""The service looks every second whether there is something to group, which would be most of a short measurement."""


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
        found: dict[int | None, set[tuple[str, str]]] = {}
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
    began, used = time.perf_counter(), cpu_s()
    grouping = _Grouping(desk.clusterer)
    grouping.start()
    for round_of in bodies:
        await desk.round(parser, executor, round_of)
    await asyncio.to_thread(grouping.finish)
    return time.perf_counter() - began, cpu_s() - used


@dataclass(frozen=True, slots=True)
class Figures:
    """What the road and its rival came to; of the rival None where no Python with `reader` is named."""

    cold: Pace
    """Articles, every one of them new."""
    steady: Pace
    """Feeds with two new items of forty."""
    reader_cold: Pace | None = None
    reader_steady: Pace | None = None


def bytes_to_clusters(reader_python: str | None = None, feeds: int = FEEDS, rounds: int = ROUNDS) -> Figures:
    """Measure. Raises AssertionError when what is stored is wrong: entries, sightings, versions or clusters."""
    newsrooms = Newsrooms(feeds, rounds)
    with tempfile.TemporaryDirectory() as folder:
        warm(Path(folder))
        desk = Desk(f"sqlite:///{Path(folder) / 'riwaya.db'}", feeds)
        cold, steady = asyncio.run(_run(desk, newsrooms))
        _check(desk.engine, newsrooms)
        assert desk.stories() == newsrooms.stories(), "the clusters are not the stories that were told"
        desk.engine.dispose()
    if reader_python is None:
        return Figures(cold, steady)
    return Figures(cold, steady, *reader_paces(reader_python, newsrooms))


def warm(folder: Path) -> None:
    """Load what the clusterer loads with its first batch: a cost of starting, not of the road."""
    desk, newsrooms = Desk(f"sqlite:///{folder / 'warm.db'}", 1), Newsrooms(1)
    asyncio.run(_run(desk, newsrooms))
    desk.engine.dispose()


def _check(engine: Engine, newsrooms: Newsrooms) -> None:
    items = newsrooms.feeds * (ITEMS + NEW * newsrooms.rounds)
    with reading(engine) as conn:
        counts = {
            table: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Article, Version, Sighting)
        }
        # Those of the last document are shown, every other one is not.
        shown = conn.execute(select(func.count()).where(Sighting.last_seen_at.is_(None))).scalar_one()
    assert set(counts.values()) == {items}, f"{items} items made {counts}"
    assert shown == newsrooms.feeds * ITEMS, f"{shown} items count as shown"


def figures_table(figures: Figures) -> str:
    """Lay out what was measured."""
    rows = [
        _row("articles, every one new", figures.cold),
        _row(f"changed feeds, {NEW} of {ITEMS} items new", figures.steady),
    ]
    if figures.reader_cold and figures.reader_steady:
        rows.append(_row("lemon24/reader: articles, every one new", figures.reader_cold))
        rows.append(_row("lemon24/reader: changed feeds", figures.reader_steady))
        rows.append(["times as many articles", f"{figures.cold.a_second / figures.reader_cold.a_second:.1f}", "", ""])
        rows.append(["times as many feeds", f"{figures.steady.a_second / figures.reader_steady.a_second:.1f}", "", ""])
    return table(["", "a second", "ms of processor each", "in all"], rows)


def _row(name: str, pace: Pace) -> list[str]:
    return [name, f"{pace.a_second:,.0f}", f"{pace.cpu_s / pace.count * 1000:.2f}", f"{pace.count:,}"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bytes_to_clusters", description=__doc__)
    parser.add_argument("--reader", default=os.environ.get("RIWAYA_READER_PYTHON"), help="a Python that has reader")
    parser.add_argument("--feeds", type=int, default=FEEDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    print(figures_table(bytes_to_clusters(given.reader, given.feeds, given.rounds)))


if __name__ == "__main__":
    main()
