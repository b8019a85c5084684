"""What riwaya learns of a feed and its host from one fetch to the next, on a clock that the test moves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from daemon.feed_fetcher import FeedFetcher, FetchReport
from sources.conditional import AUDIT_EVERY
from sources.http import FetchSettings, HttpClient
from sources.outcome import Outcome
from sources.parsing.pool import ParserPool
from sources.redirects import HELD_FOR, HELD_TIMES
from sources.schedule import Bounds
from storage.engine import reading, writing
from storage.feeds import FeedState, lease_due, lease_feeds, select_feeds
from storage.overview import DEAD_AFTER, Overview, overview
from tests.conftest import Desk
from tests.daemon.feed_server import NOT_THERE, Answer, Feed, FeedServer, Item, Request, moved

SETTINGS = FetchSettings("riwaya-test", timeout_s=20, allow_private=frozenset({"127.0.0.1", "localhost"}))
BOUNDS = Bounds(min_s=60, base_s=900, max_s=3600)
HOUR = timedelta(hours=1)


def item(number: int) -> Item:
    return Item(f"n{number}", f"خبر {number} من الميناء", f"وصلت السفينة {number} صباح اليوم إلى الرصيف الشمالي")


class Watch:
    """A source with feeds at a loopback server, looked at when the test says."""

    def __init__(self, desk: Desk, server: FeedServer, executor: ThreadPoolExecutor) -> None:
        self.desk, self.server, self.executor = desk, server, executor
        self.now = datetime(2026, 11, 23, 6, tzinfo=UTC)

    def open(self, *paths: str) -> None:
        self.desk.sync(self.desk.spec("paper", *(f"{self.server.base}{path}" for path in paths)))

    async def look(self, later: timedelta = timedelta(0), feed: int = 0) -> FetchReport:
        self.now += later
        with writing(self.desk.engine) as conn:
            wanted = sorted(one.id for one in select_feeds(conn))[feed]
            (leased,) = lease_feeds(conn, [wanted], self.now, "test", self.now + HOUR)
        http, parser = HttpClient(SETTINGS), ParserPool(1, 20)
        try:
            fetcher = FeedFetcher(
                self.desk.engine, http, parser, BOUNDS, self.executor, now=lambda: self.now, jitter=lambda: 0.0
            )
            return await fetcher.fetch(leased)
        finally:
            await http.close()
            await parser.close()

    def state(self, feed: int = 0) -> FeedState:
        return sorted(self.desk.feeds(), key=lambda one: one.id)[feed]

    def overview(self) -> Overview:
        with reading(self.desk.engine) as conn:
            return overview(conn, self.now)

    def due(self) -> list[int]:
        with writing(self.desk.engine) as conn:
            return [one.id for one in lease_due(conn, self.now, "other", self.now + HOUR, 10, 10)]


@pytest.fixture
def watch(desk: Desk, server: FeedServer) -> Iterator[Watch]:
    with ThreadPoolExecutor(1) as executor:
        yield Watch(desk, server, executor)


async def test_a_document_that_changed_from_end_to_end_may_have_hidden_items(watch: Watch) -> None:
    feed = Feed([item(3), item(2), item(1)])
    watch.server.pages["/rss"] = feed
    watch.open("/rss")
    await watch.look()
    feed.items = [item(4), item(3), item(2)]
    await watch.look(HOUR)
    assert watch.overview().gaps == ()
    before = watch.now
    feed.items = [item(9), item(8), item(7)]
    report = await watch.look(HOUR)
    # A surge: it is looked at again as soon as may be.
    assert report.next_fetch_at - watch.now == timedelta(seconds=BOUNDS.min_s)
    (gap,) = watch.overview().gaps
    assert (gap.missed_from, gap.missed_until, gap.window_size, gap.times) == (before, watch.now, 3, 1)
    await watch.look(HOUR)
    assert len(watch.overview().gaps) == 1
    watch.now += timedelta(days=8)
    assert watch.overview().gaps == ()


async def test_a_server_that_lies_with_304_is_found_out_and_asked_without_conditions(watch: Watch) -> None:
    feed = Feed([item(1)])

    def lying(request: Request) -> Answer:
        if "if-none-match" in request.headers:
            return Answer(b"", 304, (("ETag", request.headers["if-none-match"]),))
        return feed(request)

    watch.server.pages["/rss"] = lying
    watch.open("/rss")
    await watch.look()
    feed.items = [item(2), item(1)]
    assert (await watch.look(HOUR)).outcome is Outcome.NOT_MODIFIED
    assert len(watch.server.asked("/rss")) == 2
    found = await watch.look(AUDIT_EVERY)
    assert (found.outcome, found.counts.new) == (Outcome.OK, 1)
    assert len(watch.server.asked("/rss")) == 4
    feed.items = [item(3), item(2), item(1)]
    assert (await watch.look(HOUR)).counts.new == 1
    last = watch.server.asked("/rss")[-1]
    assert not {"if-none-match", "if-modified-since"} & set(last.headers)


async def test_a_server_whose_304_is_true_keeps_being_believed(watch: Watch) -> None:
    watch.server.pages["/rss"] = Feed([item(1)])
    watch.open("/rss")
    await watch.look()
    audited = await watch.look(AUDIT_EVERY)
    assert audited.outcome is Outcome.UNCHANGED
    assert (await watch.look(HOUR)).outcome is Outcome.NOT_MODIFIED
    assert watch.state().lies == 0


async def test_what_is_gone_for_good_is_told_and_still_tried_daily(watch: Watch) -> None:
    watch.server.pages["/rss"] = lambda _: Answer(b"", 410)
    watch.open("/rss")
    began = watch.now
    for _ in range(3):
        report = await watch.look(timedelta(days=1))
        assert report.next_fetch_at - watch.now == timedelta(days=1)
    (failing,) = watch.overview().failing
    assert (failing.gone(), failing.status, failing.tries) == (True, 410, 3)
    assert failing.failing_since == began + timedelta(days=1)
    watch.now += DEAD_AFTER
    assert watch.overview().failing[0].dead(watch.now)
    watch.server.pages["/rss"] = Feed([item(1)])
    assert (await watch.look()).good
    assert watch.overview().failing == ()


async def test_a_permanent_redirect_is_adopted_once_it_has_held_and_given_up_when_it_fails(watch: Watch) -> None:
    watch.server.pages["/new"] = Feed([item(1)])
    watch.server.pages["/rss"] = moved("/new", 301)
    watch.open("/rss")
    step = HELD_FOR / (HELD_TIMES - 2)
    for _ in range(HELD_TIMES - 1):
        assert (await watch.look(step)).good
    (still,) = watch.overview().moved
    assert (still.adopted, still.to) == (False, f"{watch.server.base}/new")
    await watch.look(step)
    assert watch.state().asked_url == f"{watch.server.base}/new"
    assert watch.state().url == f"{watch.server.base}/rss"
    asked = len(watch.server.asked("/rss"))
    await watch.look(HOUR)
    assert len(watch.server.asked("/rss")) == asked
    watch.server.pages["/new"] = lambda _: NOT_THERE
    watch.server.pages["/rss"] = Feed([item(2)])
    assert not (await watch.look(HOUR)).good
    assert watch.state().asked_url is None
    assert (await watch.look(HOUR)).counts.new == 1


async def test_an_adopted_address_survives_a_bad_hour_and_not_a_bad_day(watch: Watch) -> None:
    with FeedServer() as new:
        new.pages["/new"] = Feed([item(1)])
        watch.server.pages["/rss"] = moved(f"{new.base}/new", 301)
        watch.open("/rss")
        for _ in range(HELD_TIMES):
            await watch.look(HELD_FOR / (HELD_TIMES - 2))
        adopted = watch.state().asked_url
        assert adopted == f"{new.base}/new"
        new.pages["/new"] = lambda _: Answer(b"Too many requests", 403, (("Content-Type", "text/plain"),))
        assert not (await watch.look(HOUR)).good
        assert watch.state().asked_url == adopted
        new.pages["/new"] = Feed([item(1)])
        assert (await watch.look(HOUR)).good
    for _ in range(4):
        assert (await watch.look(HOUR)).outcome is Outcome.UNREACHABLE
        assert watch.state().asked_url == adopted
    await watch.look(HOUR)
    assert watch.state().asked_url is None


async def test_a_host_is_left_alone_once_it_has_refused_two_of_its_feeds(watch: Watch) -> None:
    for name in ("/a", "/b", "/c"):
        watch.server.pages[name] = lambda _: Answer(b"", 429, (("Retry-After", "1800"),))
    watch.open("/a", "/b", "/c")
    await watch.look(HOUR, feed=0)
    assert watch.state(1).quiet_until is None
    await watch.look(feed=1)
    assert watch.state(2).quiet_until == watch.now + timedelta(minutes=30)
    assert not watch.state(2).due(watch.now)
    assert watch.due() == []
    watch.now += timedelta(minutes=31)
    assert len(watch.due()) == 3


async def test_a_rate_limit_that_is_sent_as_403_is_told_as_what_it_is(watch: Watch) -> None:
    watch.server.pages["/rss"] = lambda _: Answer(b"Too many requests", 403, (("Content-Type", "text/plain"),))
    watch.open("/rss")
    report = await watch.look()
    assert report.error == "HTTP 403: too many requests"
    assert watch.state().failures == 0.5


async def test_silence_everywhere_is_taken_for_a_fault_of_our_own(watch: Watch) -> None:
    with FeedServer() as good:
        good.pages["/rss"] = Feed([item(1)])
        silent = good.base.replace("127.0.0.1", "localhost").rpartition(":")[0] + ":1"
        watch.desk.sync(watch.desk.spec("good", f"{good.base}/rss"), watch.desk.spec("silent", f"{silent}/rss"))
        assert (await watch.look(feed=0)).good
        # Another host has answered last: the silence is the feed's own.
        assert (await watch.look(HOUR, feed=1)).outcome is Outcome.UNREACHABLE
        assert watch.state(1).failures == 0.25
    # Now silence is the last word of all other hosts, and this one falls silent too.
    report = await watch.look(HOUR, feed=0)
    assert report.outcome is Outcome.UNREACHABLE
    assert watch.state(0).failures == 0
    assert report.error is not None
    assert "no other host" in report.error
