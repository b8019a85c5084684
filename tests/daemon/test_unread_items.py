"""Items that are known by their bytes are left out of the reading: what is stored is the same as if all were read."""

import asyncio
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.event import listens_for
from sqlalchemy.exc import OperationalError

from daemon.feed_fetcher import FeedFetcher, FetchReport
from sources.entry import Document
from sources.http import Answer, FetchSettings, HttpClient
from sources.identity import Step
from sources.parsing.feed_reader import read_document
from sources.parsing.items import Origin
from sources.parsing.pool import ParserPool
from sources.schedule import Bounds
from storage.articles import lock_source
from storage.engine import open_engine, reading, writing
from storage.schema import Article, Body, Event, Feed, Fetch, Page, Sighting, Version
from tests.conftest import Desk

URL = "https://petra.example/rss"
TEXTS = tuple(f"قالت البلدية إن الجسر رقم {n} يفتح غدا أمام السيارات." * 3 for n in range(3))
DATES = tuple(format_datetime(datetime(2026, 3, 1, hour, tzinfo=UTC)) for hour in (5, 6, 7, 9))


@dataclass(frozen=True)
class Told:
    """An item as a feed tells it; the names are few, so that many are alike."""

    guid: str | None
    link: str | None
    title: str
    date: str | None
    text: str

    def xml(self) -> str:
        link = self.link and f"https://petra.example/{self.link}"
        fields = {"link": link, "title": self.title, "pubDate": self.date, "description": self.text}
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items() if value is not None)
        named = "" if self.guid is None else f'<guid isPermaLink="false">{self.guid}</guid>'
        return f"<item>{named}{inner}</item>"


def document(items: Iterable[Told], head: str = "") -> bytes:
    inner = "".join(item.xml() for item in items)
    return f'<rss version="2.0"><channel><title>صحيفة</title>{head}{inner}</channel></rss>'.encode()


class Papers(HttpClient):
    """Answers with the bytes that it is given."""

    def __init__(self) -> None:
        super().__init__(FetchSettings("test"))
        self.body = b""

    async def get(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, accept: str | None = None
    ) -> Answer:
        _ = etag, last_modified, accept
        return Answer(200, url, None, None, None, "text/xml", None, None, None, self.body, len(self.body))


class Reading(ParserPool):
    """Reads in this process; `whole` reads every item every time."""

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__(1, 30.0)
        self.whole = whole
        self.unread: list[int] = []

    async def parse(
        self,
        body: bytes,
        content_type: str | None,
        url: str,
        *,
        zone: str | None = None,
        seen: datetime | None = None,
        known: Iterable[bytes] = (),
    ) -> Document:
        origin = Origin(url, zone, seen or datetime.now(UTC))
        found = read_document(body, content_type, origin, 2000, () if self.whole else tuple(known))
        self.unread.append(len(found.known))
        return found


class Reader:
    """One feed, fetched document by document into a store of its own; minutes count from the first."""

    def __init__(self, engine: Engine, *, whole: bool = False) -> None:
        self.desk = Desk(engine)
        self.desk.sync(self.desk.spec("petra", URL, full_text="auto"))
        self.parser = Reading(whole=whole)
        self.papers = Papers()
        self.minutes = 0
        self.executor = ThreadPoolExecutor(1)
        self.fetcher = FeedFetcher(
            engine,
            self.papers,
            self.parser,
            Bounds(60, 600, 3600),
            self.executor,
            now=lambda: self.desk.at(self.minutes),
            jitter=lambda: 0.5,
        )

    def fetch(self, body: bytes) -> FetchReport:
        """Let the feed show a document."""
        self.papers.body = body
        self.minutes += 10
        return asyncio.run(self.fetcher.fetch(self.desk.feed("petra")))

    def show(self, body: bytes) -> FetchReport:
        """Let the feed show a document; what is new is grouped, each by itself."""
        report = self.fetch(body)
        if waiting := self.desk.queue():
            self.desk.found(*waiting)
        return report

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that the fetches left, but for how long they took and the marks themselves."""
        chosen = {
            "article": select(Article),
            "version": select(Version.article_id, Version.number, Version.title, Body.text, Version.seen_at)
            .outerjoin(Body, Body.id == Version.body_id)
            .order_by(Version.id),
            "sighting": select(
                Sighting.version_id, Sighting.article_id, Sighting.first_seen_at, Sighting.last_seen_at
            ),
            "feed": select(Feed),
            "fetch": select(
                Fetch.outcome, Fetch.entries_seen, Fetch.entries_new, Fetch.entries_changed, Fetch.entries_shared,
                Fetch.missed_from, Fetch.repairs, Fetch.error, Fetch.used_charset,
            ),
            "event": select(Event.kind, Event.article_id, Event.version_id, Event.at),
            "page": select(Page.article_id, Page.due_at),
        }  # fmt: skip
        with reading(self.desk.engine) as conn:
            return {name: sorted(map(tuple, conn.execute(query)), key=repr) for name, query in chosen.items()}


@contextmanager
def reader(template: Path, path: Path, *, whole: bool = False) -> Iterator[Reader]:
    shutil.copyfile(template, path)
    engine = open_engine(f"sqlite:///{path}")
    one = Reader(engine, whole=whole)
    try:
        yield one
    finally:
        one.executor.shutdown()
        engine.dispose()


@pytest.fixture
def petra(sqlite_template: Path, tmp_path: Path) -> Iterator[Reader]:
    with reader(sqlite_template, tmp_path / "petra.db") as one:
        yield one


def some(*values: str | None) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


ITEMS = st.builds(
    Told,
    guid=some(None, "a", "b", "c", "d", "e"),
    link=some(None, "1", "2", "3", "4", ""),
    title=st.sampled_from(("افتتاح جسر", "إغلاق طريق", "سقوط أمطار")),
    date=some(None, *DATES),
    text=st.sampled_from(TEXTS),
)
# Most feeds are in order; of the others, every kind of disorder.
ORDERLY = st.integers(0, 30).map(
    lambda n: Told(f"g{n}", f"{n}", f"عنوان {n}", DATES[n % len(DATES)], TEXTS[n % len(TEXTS)] + str(n))
)


@st.composite
def documents(draw: st.DrawFn) -> list[list[Told]]:
    pool = draw(st.lists(st.one_of(ITEMS, ORDERLY, ORDERLY), min_size=2, max_size=14, unique=True))
    chosen = st.lists(st.sampled_from(pool), max_size=12, unique=draw(st.integers(0, 3)) > 0)
    return draw(st.lists(chosen, min_size=2, max_size=5))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, phases=set(Phase) - {Phase.explain})
@given(documents())
def test_what_is_stored_is_the_same_as_if_every_item_were_read(sqlite_template: Path, shown: list[list[Told]]) -> None:
    with (
        TemporaryDirectory() as folder,
        reader(sqlite_template, Path(folder) / "unread.db") as unread,
        reader(sqlite_template, Path(folder) / "whole.db", whole=True) as whole,
    ):
        for number, items in enumerate(shown):
            body = document(items, f"<ttl>{number}</ttl>")
            assert unread.show(body).outcome == whole.show(body).outcome
            for name, rows in unread.stored().items():
                assert rows == whole.stored()[name], name
        event(f"items left unread: {min(sum(unread.parser.unread), 5)}")


def told(numbers: Sequence[int], **changes: Any) -> list[Told]:
    """Return items of their own names; `changes` are those of the first."""
    first, *others = (Told(f"g{n}", f"{n}", f"عنوان {n}", DATES[0], TEXTS[0]) for n in numbers)
    return [replace(first, **changes), *others]


def test_of_a_changed_document_only_what_is_new_is_read(petra: Reader) -> None:
    petra.show(document(told(range(10))))
    report = petra.show(document(told(range(2, 12))))
    assert petra.parser.unread == [0, 8]
    assert (report.counts.seen, report.counts.new, report.counts.changed) == (10, 2, 0)
    report = petra.show(document(told(range(2, 12)), "<ttl>60</ttl>"))
    assert petra.parser.unread == [0, 8, 10]
    assert (report.outcome, report.counts.seen, report.counts.new) == ("ok", 10, 0)


def test_an_item_whose_text_has_changed_is_read(petra: Reader) -> None:
    petra.show(document(told(range(10))))
    report = petra.show(document(told(range(10), text=TEXTS[1])))
    assert petra.parser.unread == [0, 9]
    assert (report.counts.new, report.counts.changed) == (0, 1)


def test_a_new_item_with_the_name_of_a_known_one_has_all_of_them_read(petra: Reader) -> None:
    petra.show(document(told(range(10))))
    petra.show(document([Told("g5", "77", "خبر جديد", DATES[1], TEXTS[2]), *told(range(10))]))
    # Read without them first, and then again with all.
    assert petra.parser.unread == [0, 10, 0]


def test_an_item_under_a_new_guid_turns_no_feed_whose_others_keep_theirs(petra: Reader) -> None:
    first, *others = told(range(4))
    petra.show(document([first, *others]))
    petra.show(document([replace(first, guid="renewed"), *others]))
    assert petra.parser.unread == [0, 3]
    assert petra.desk.feed("petra").identity_step == Step.GUID


def test_other_settings_have_everything_read_again(petra: Reader) -> None:
    petra.show(document(told(range(10))))
    petra.desk.sync(petra.desk.spec("petra", URL, full_text="auto", timezone="Asia/Riyadh"))
    petra.show(document(told(range(11))))
    petra.show(document(told(range(12))))
    assert petra.parser.unread == [0, 0, 11]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_workers_that_both_think_a_feed_theirs_store_it_once(store: Engine) -> None:
    """As after a lease that lapsed while its holder was still at work."""
    workers = [Reader(store), Reader(store)]
    for number in range(3):
        body = document(told(range(number, number + 10)))
        with ThreadPoolExecutor(2) as threads:
            with writing(store) as conn:
                # Both get as far as they can before either may write.
                lock_source(conn, "petra")
                fetches = [threads.submit(worker.fetch, body) for worker in workers]
                time.sleep(0.5)
            reports = [fetch.result() for fetch in fetches]
        assert [(report.outcome, report.error) for report in reports] == [("ok", None)] * 2
    stored = workers[0].stored()
    assert len(stored["article"]) == len(stored["sighting"]) == 12
    assert sum(ended is None for *_, ended in stored["sighting"]) == 10
    for worker in workers:
        worker.executor.shutdown()


def test_a_store_in_trouble_at_the_wrong_moment_has_all_items_read(petra: Reader) -> None:
    """It is told when the result cannot be stored; until then it is no fault of the feed."""
    petra.show(document(told(range(10))))
    troubles = 1

    @listens_for(petra.desk.engine, "before_cursor_execute")
    def fail_once(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal troubles
        if "FROM sighting" in statement and troubles:
            troubles -= 1
            raise OperationalError(statement, {}, Exception("the server is restarting"))

    report = petra.show(document(told(range(11))))
    assert not troubles
    assert (report.outcome, report.counts.new, petra.parser.unread) == ("ok", 1, [0, 0])


def test_a_mark_that_nobody_knows_has_its_item_read(petra: Reader) -> None:
    petra.show(document(told(range(10))))
    with writing(petra.desk.engine) as conn:
        conn.execute(update(Sighting).where(Sighting.version_id == 3).values(mark=b"of another release"))
    petra.show(document(told(range(10)), "<ttl>60</ttl>"))
    petra.show(document(told(range(10)), "<ttl>30</ttl>"))
    assert petra.parser.unread == [0, 9, 10]
