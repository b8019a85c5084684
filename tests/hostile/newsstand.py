"""One process that fetches a hostile feed and ten good ones at the same time, and what that came to."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from daemon.feed_fetcher import FeedFetcher, FetchReport
from sources.http import FetchSettings, HttpClient
from sources.parsing.pool import ParserPool
from sources.schedule import Bounds
from storage.engine import open_engine, reading, writing
from storage.feeds import FeedState, lease_feeds, select_feeds
from storage.migrate import upgrade
from tests.conftest import Desk
from tests.hostile.case import INSIDE, Case, each_time
from tests.sources.loopback import Loopback, item, reply, rss

GOOD = tuple(f"good-{number}" for number in range(10))
"""Sources whose feeds are fetched beside each hostile one; they have a new item each time."""

# The one name that may lead to a private address; every other spelling of that address may not.
_HOST = "localhost"
_PATIENT = FetchSettings("riwaya-tests/0", timeout_s=30, allow_private=frozenset({_HOST}))
_IMPATIENT = FetchSettings("riwaya-tests/0", timeout_s=0.7, allow_private=frozenset({_HOST}))
_PATIENCE_S, _IMPATIENCE_S = 20.0, 1.0
_BOUNDS = Bounds(min_s=60, base_s=600, max_s=3600)
_TLS_JUNK = b"\x16\x03\x03\x00\x05\x02\xff\xff\xff\xff" + bytes(range(256))


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a hostile feed and of the good ones beside it."""

    report: FetchReport
    recorded: tuple[str, str | None]
    """Outcome and reason, as the store has them."""
    titles: tuple[str, ...]
    """Of the articles that the hostile feed left in the store."""
    good: tuple[FetchReport, ...]
    seconds: float
    """From the first request until the last outcome was stored."""
    grown_mb: float
    """The most memory that this process, server included, had beyond what it had before."""


@dataclass(frozen=True, slots=True)
class Newsstand:
    """A server with every case on it, a store, and the daemon's own fetcher in a patient and an impatient edition.

    Cases that must run into a limit of time are given little of it, for the suite's sake; all else is given much, for a
    busy machine's sake.
    """

    desk: Desk
    server: Loopback
    patient: FeedFetcher
    impatient: FeedFetcher

    async def fetch(self, case: Case) -> Fetched:
        """Fetch the feed of a case, with the ten good ones beside it."""
        self.server.pages[case.path] = case.served()
        (bad,), good = self._leased([case.slug]), self._leased(GOOD)
        fetcher = self.impatient if case.runs_into_a_limit else self.patient
        before, began = _peak_mb(forget=True), time.monotonic()
        report, *others = await asyncio.gather(fetcher.fetch(bad), *(self.patient.fetch(feed) for feed in good))
        seconds, grown = time.monotonic() - began, _peak_mb() - before
        # The page of a case may be large, and so may what it still has to say.
        await self.server.stop()
        self.server.pages.pop(case.path)
        with reading(self.desk.engine) as conn:
            last = text('SELECT outcome, error FROM "fetch" WHERE feed_id = :feed ORDER BY id DESC LIMIT 1')
            outcome, error = conn.execute(last, {"feed": bad.id}).one()
            stored = text(
                "SELECT version.title FROM version JOIN article ON article.id = version.article_id"
                " WHERE article.source_id = :source ORDER BY version.id"
            )
            titles = tuple(conn.execute(stored, {"source": bad.source_id}).scalars())
        return Fetched(report, (outcome, error), titles, tuple(others), seconds, grown)

    @property
    def asked_inside(self) -> bool:
        """Whether anybody was led where nobody may go."""
        return any(path.startswith(INSIDE) for path, _ in self.server.requests)

    def _leased(self, sources: Iterable[str]) -> list[FeedState]:
        now = datetime.now(UTC)
        with writing(self.desk.engine) as conn:
            ids = [feed.id for feed in select_feeds(conn, list(sources))]
            return lease_feeds(conn, ids, now, "tests", now + timedelta(minutes=5))


@asynccontextmanager
async def newsstand(folder: Path, cases: Iterable[Case]) -> AsyncIterator[Newsstand]:
    """Open a newsstand whose store knows the feeds of all cases."""
    engine = open_engine(f"sqlite:///{folder / 'hostile.db'}")
    upgrade(engine)
    server, desk = Loopback(), Desk(engine)
    async with AsyncExitStack() as open_now:
        open_now.callback(engine.dispose)
        executor = open_now.enter_context(ThreadPoolExecutor(1))
        port = await _listen(open_now, server.accept)
        junk = await _listen(open_now, _talk_junk)
        open_now.push_async_callback(server.stop)
        server.base = f"http://{_HOST}:{port}"
        for name in GOOD:
            server.pages[f"/{name}"] = each_time(lambda n: reply(rss(*(item(n - back) for back in range(min(n, 3))))))
        addresses = {name: f"{server.base}/{name}" for name in GOOD}
        addresses |= {
            case.slug: case.url.format(base=server.base, path=case.path, port=port, junk=junk) for case in cases
        }
        desk.sync(*(desk.spec(name, url) for name, url in addresses.items()))
        fetchers = []
        for settings, patience_s in ((_PATIENT, _PATIENCE_S), (_IMPATIENT, _IMPATIENCE_S)):
            http, parser = HttpClient(settings), ParserPool(2, patience_s)
            open_now.push_async_callback(http.close)
            open_now.push_async_callback(parser.close)
            fetchers.append(FeedFetcher(engine, http, parser, _BOUNDS, executor, keep_bytes=10 << 20))
        yield Newsstand(desk, server, *fetchers)


async def _listen(open_now: AsyncExitStack, accept: "asyncio.streams._ClientConnectedCallback") -> int:
    listening = await open_now.enter_async_context(await asyncio.start_server(accept, "127.0.0.1", 0))
    port: int = listening.sockets[0].getsockname()[1]
    return port


async def _talk_junk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.write(_TLS_JUNK)
        await writer.drain()
    writer.close()


def _peak_mb(*, forget: bool = False) -> float:
    """Return the most memory that this process has had since it was last told to forget."""
    if forget:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000
