"""The road of an article whose feed gives a summary: the summary at once, the page's text when it has been read."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from storage import schema
from storage.engine import open_engine, reading, writing
from tests.daemon.feed_server import HANG, Item, Page, page
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.sources.article_pages import PARAGRAPHS, SUMMARY, TITLE, article_page

BRIDGE = Item("bridge", TITLE, SUMMARY)
WHOLE = "\n".join(PARAGRAPHS)
PUBLISHER = Item("bridge", TITLE, WHOLE * 2)


def html(body: bytes) -> Page:
    return page(body, "text/html; charset=utf-8")


@pytest.fixture
def open_newsroom(any_newsroom: Newsroom) -> Newsroom:
    """A source whose pages may be read, with one article that its feed gives in short; its page is whole."""
    any_newsroom.full_text = "auto"
    any_newsroom.server.pages["/one/a/bridge"] = html(article_page())
    any_newsroom.feed("one", BRIDGE)
    return any_newsroom


def texts(newsroom: Newsroom) -> list[tuple[int, str, bool]]:
    rows = newsroom.rows(
        "SELECT number, text, from_page FROM version JOIN body ON body.id = body_id ORDER BY version.id"
    )
    return [(number, text, bool(from_page)) for number, text, from_page in rows]


def outcomes(newsroom: Newsroom) -> list[tuple[str | None, int]]:
    return [(outcome, tries) for outcome, tries in newsroom.rows("SELECT outcome, tries FROM page ORDER BY article_id")]


def due_in(newsroom: Newsroom) -> timedelta:
    """Return how long the one page still has to wait."""
    engine = open_engine(newsroom.database, read_only=True)
    with reading(engine) as conn:
        due = conn.execute(select(schema.Page.due_at)).scalar_one()
    engine.dispose()
    assert due is not None
    return due - datetime.now(UTC)


def make_due(newsroom: Newsroom) -> None:
    """Let the time of every waiting page come."""
    engine = open_engine(newsroom.database)
    with writing(engine) as conn:
        conn.execute(update(schema.Page).where(schema.Page.due_at.is_not(None)).values(due_at=datetime.now(UTC)))
    engine.dispose()


def test_the_text_of_the_page_is_a_version_beside_the_summary(open_newsroom: Newsroom) -> None:
    ended = open_newsroom.call("fetch", "--all")
    assert ended.code == 0
    assert "1 article pages asked for, 1 gave a fuller text" in ended.out
    assert texts(open_newsroom) == [(1, SUMMARY, False), (2, WHOLE, True)]
    assert open_newsroom.rows("SELECT text FROM version JOIN body ON body.id = summary_id") == [(SUMMARY,), (SUMMARY,)]
    assert outcomes(open_newsroom) == [("read", 0)]
    assert open_newsroom.count("version WHERE cluster_id IS NULL") == 0
    paths = [request.path for request in open_newsroom.server.requests]
    assert paths == ["/one/rss.xml", "/robots.txt", "/one/a/bridge"]


def test_a_page_is_asked_for_once_and_again_when_its_entry_changes(open_newsroom: Newsroom) -> None:
    open_newsroom.fetch_all()
    open_newsroom.fetch_all()
    assert len(open_newsroom.server.asked("/one/a/bridge")) == 1
    longer = (*PARAGRAPHS, "وأعلنت البلدية بعد الظهر أن حركة السير على الجسر بدأت دون حوادث.")
    open_newsroom.server.pages["/one/a/bridge"] = html(article_page(paragraphs=longer))
    open_newsroom.feed("one", Item("bridge", f"{TITLE} بحضور الوزير", SUMMARY))
    open_newsroom.fetch_all()
    assert len(open_newsroom.server.asked("/one/a/bridge")) == 2
    assert texts(open_newsroom)[2:] == [(3, SUMMARY, False), (4, "\n".join(longer), True)]


def test_an_entry_with_its_whole_text_needs_no_page(open_newsroom: Newsroom) -> None:
    open_newsroom.feed("one", PUBLISHER)
    open_newsroom.fetch_all()
    assert open_newsroom.server.asked("/one/a/bridge") == []
    assert open_newsroom.count("page") == 0


def test_full_text_reads_the_pages_of_whole_entries_too(open_newsroom: Newsroom) -> None:
    open_newsroom.full_text = True
    open_newsroom.feed("one", PUBLISHER)
    open_newsroom.fetch_all()
    assert len(open_newsroom.server.asked("/one/a/bridge")) == 1
    assert outcomes(open_newsroom) == [("no_fuller", 0)]


def test_without_full_text_no_page_is_asked_for(open_newsroom: Newsroom) -> None:
    open_newsroom.full_text = False
    open_newsroom.write()
    open_newsroom.fetch_all()
    assert [request.path for request in open_newsroom.server.requests] == ["/one/rss.xml"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            html(article_page("طقس الغد", ("يسود غدا طقس حار في معظم المناطق مع رياح خفيفة إلى معتدلة.",) * 3)),
            "other_text",
        ),
        (html(article_page(paragraphs=(SUMMARY,))), "no_fuller"),
        (page(b"%PDF-1.7", "application/pdf"), "no_text"),
        (page(b"", "text/html", status=404), "http_error"),
    ],
)
def test_the_summary_stays_where_the_page_gives_nothing(open_newsroom: Newsroom, answer: Page, outcome: str) -> None:
    open_newsroom.server.pages["/one/a/bridge"] = answer
    ended = open_newsroom.call("fetch", "--all")
    assert ended.code == 0
    assert "1 article pages asked for, 0 gave a fuller text" in ended.out
    assert texts(open_newsroom) == [(1, SUMMARY, False)]
    assert [found for found, _ in outcomes(open_newsroom)] == [outcome]


def test_what_robots_txt_forbids_is_left_alone(open_newsroom: Newsroom) -> None:
    open_newsroom.server.pages["/robots.txt"] = page("User-agent: *\nDisallow: /one/a/", "text/plain")
    open_newsroom.fetch_all()
    assert open_newsroom.server.asked("/one/a/bridge") == []
    assert [found for found, _ in outcomes(open_newsroom)] == ["robots"]
    assert "robots.txt keeps robots from it" in open_newsroom.call("status").out


def test_a_page_that_fails_for_a_while_is_read_when_it_is_back(open_newsroom: Newsroom) -> None:
    open_newsroom.server.pages["/one/a/bridge"] = page(b"", "text/html", status=503)
    open_newsroom.fetch_all()
    assert outcomes(open_newsroom) == [("http_error", 1)]
    assert timedelta(minutes=4) < due_in(open_newsroom) <= timedelta(minutes=5)
    open_newsroom.server.pages["/one/a/bridge"] = html(article_page())
    make_due(open_newsroom)
    open_newsroom.call("fetch")
    assert outcomes(open_newsroom) == [("read", 0)]
    assert texts(open_newsroom)[-1] == (2, WHOLE, True)


def test_a_silent_edit_is_seen_by_a_re_check(open_newsroom: Newsroom) -> None:
    open_newsroom.pages = {"recheck": ["1h", "6h"]}
    open_newsroom.write()
    open_newsroom.fetch_all()
    assert timedelta(minutes=55) < due_in(open_newsroom) <= timedelta(hours=1)
    edited = (PARAGRAPHS[0], PARAGRAPHS[1].replace("12 مليون", "21 مليون"), PARAGRAPHS[2])
    open_newsroom.server.pages["/one/a/bridge"] = html(article_page(paragraphs=edited))
    make_due(open_newsroom)
    open_newsroom.call("fetch")
    assert texts(open_newsroom)[1:] == [(2, WHOLE, True), (3, "\n".join(edited), True)]
    make_due(open_newsroom)
    open_newsroom.call("fetch")
    make_due(open_newsroom)
    open_newsroom.call("fetch")
    assert len(open_newsroom.server.asked("/one/a/bridge")) == 3
    assert len(texts(open_newsroom)) == 3


def test_the_page_makes_a_copy_of_the_summary_join_its_story(open_newsroom: Newsroom) -> None:
    open_newsroom.full_text = "auto"
    open_newsroom.feed("two", Item("other", "جسر جديد فوق النهر يخفف الازدحام", WHOLE))
    open_newsroom.fetch_all()
    assert open_newsroom.groups() == {frozenset({("one", "guid:bridge"), ("two", "guid:other")})}


def test_show_says_where_a_text_is_from(open_newsroom: Newsroom) -> None:
    open_newsroom.fetch_all()
    ((cluster,),) = open_newsroom.rows("SELECT id FROM cluster")
    assert "its page" in open_newsroom.call("show", cluster).out
    versions = open_newsroom.call("show", cluster, "--json").data["versions"]
    assert [version["from_page"] for version in versions] == [False, True]


@pytest.mark.slow
def test_the_service_reads_pages_and_one_that_is_killed_loses_none(open_newsroom: Newsroom) -> None:
    open_newsroom.fetch = dict(QUICK)
    open_newsroom.server.pages["/one/a/bridge"] = lambda _: HANG
    open_newsroom.write()
    with open_newsroom.service() as running:
        eventually(lambda: open_newsroom.server.asked("/one/a/bridge"))
        running.kill()
    assert texts(open_newsroom) == [(1, SUMMARY, False)]
    # Nobody knows that the reader is dead before its time is over.
    assert timedelta(minutes=1) < due_in(open_newsroom) < timedelta(minutes=5)
    make_due(open_newsroom)
    open_newsroom.server.pages["/one/a/bridge"] = html(article_page())
    with open_newsroom.service() as running:
        eventually(lambda: len(texts(open_newsroom)) == 2)
        assert running.stop() < 10
    assert texts(open_newsroom)[1] == (2, WHOLE, True)


@pytest.mark.slow
def test_a_stop_gives_the_page_back(open_newsroom: Newsroom) -> None:
    open_newsroom.server.pages["/one/a/bridge"] = lambda _: HANG
    open_newsroom.write()
    with open_newsroom.service() as running:
        eventually(lambda: open_newsroom.server.asked("/one/a/bridge"))
        assert due_in(open_newsroom) > timedelta(minutes=1)
        assert running.stop() < 10
    assert due_in(open_newsroom) <= timedelta(0)
