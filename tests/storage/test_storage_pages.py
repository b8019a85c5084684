"""Pages to read: wanted with the version that they complete, leased in turns, and their texts kept as versions."""

from typing import Any

import pytest
from sqlalchemy import select

from sources.article_page import PageOutcome
from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.engine import reading, writing
from storage.hosts import HostState, save_host
from storage.leases import free_leases, lease_holders
from storage.page_figures import page_figures
from storage.pages import PageState, PageUpdate, WantedPage, count_due, lease_pages, save_reading, want_pages
from storage.recognition import known_articles
from storage.schema import PAGE_OUTCOMES, Article, Page, Version

READ = PageUpdate("read", 200, None, "النص الكامل للخبر من صفحته", None, 0, 0)


def wanted(key: str, host: str = "a.example") -> WantedPage:
    return WantedPage(key, f"https://{host}/{key}", host)


def want(desk: Any, *pages: WantedPage, source: str = "a", minutes: float = 0) -> int:
    with writing(desk.engine) as conn:
        return want_pages(conn, source, pages, desk.at(minutes))


def lease(
    desk: Any, minutes: float = 0, *, holder: str = "reader", limit: int = 10, per_host: int = 10, gap_s: float = 0
) -> list[PageState]:
    with writing(desk.engine) as conn:
        return lease_pages(conn, desk.at(minutes), holder, desk.at(minutes + 3), limit, per_host, gap_s)


def save(desk: Any, page: PageState, change: PageUpdate = READ, minutes: float = 1) -> bool:
    with writing(desk.engine) as conn:
        return save_reading(conn, page, change, desk.at(minutes))


def versions(desk: Any) -> list[tuple[int, str, bool]]:
    with reading(desk.engine) as conn:
        rows = conn.execute(with_bodies(select(Version.number, TEXT, Version.from_page)).order_by(Version.id))
        return [(row.number, row.text, row.from_page) for row in rows]


@pytest.fixture
def open_desk(desk: Any) -> Any:
    desk.sync(desk.spec("a", full_text="auto"), desk.spec("b", full_text="true"))
    return desk


def test_both_packages_use_the_same_words() -> None:
    assert set(PageOutcome) == set(PAGE_OUTCOMES)


def test_only_new_and_changed_articles_want_their_page(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1"), desk.entry("2"))
    assert want(desk, wanted("1"), wanted("2"), wanted("unknown")) == 2
    desk.save("a", desk.entry("1"), desk.entry("2", "نص آخر"), minutes=5)
    assert want(desk, wanted("1"), wanted("2"), minutes=5) == 1


def test_a_pages_text_is_a_further_version_beside_the_summary(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1", "ملخص", title="عنوان", summary="ملخص"))
    want(desk, wanted("1"))
    (page,) = lease(desk)
    assert (page.title, page.summary, page.text, page.source_id) == ("عنوان", "ملخص", "ملخص", "a")
    assert save(desk, page)
    assert versions(desk) == [(1, "ملخص", False), (2, "النص الكامل للخبر من صفحته", True)]
    with reading(desk.engine) as conn:
        article = conn.execute(select(Article.versions, Article.latest_version_id)).one()
        chosen = with_bodies(select(Version.id, Version.title, SUMMARY, Version.seen_at)).where(Version.number == 2)
        second = conn.execute(chosen).mappings().one()
    assert (article.versions, article.latest_version_id) == (2, second["id"])
    assert (second["title"], second["summary"], second["seen_at"]) == ("عنوان", "ملخص", desk.at(1))
    # And it waits to be grouped, after the summary.
    assert [queued.number for queued in desk.queue()] == [1, 2]


def test_what_the_feed_shows_again_is_no_new_text(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1", "ملخص"))
    want(desk, wanted("1"))
    save(desk, lease(desk)[0])
    counts = desk.save("a", desk.entry("1", "ملخص"), minutes=5)
    assert (counts.new, counts.changed) == (0, 0)
    assert want(desk, wanted("1"), minutes=5) == 0
    assert len(versions(desk)) == 2


def test_the_same_page_again_makes_no_version(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1", "ملخص"))
    want(desk, wanted("1"))
    page = lease(desk)[0]
    assert save(desk, page)
    assert not save(desk, page, minutes=60)
    assert len(versions(desk)) == 2


def test_an_article_is_recognised_by_its_feeds_words_after_its_page_was_read(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1", "ملخص"))
    with reading(desk.engine) as conn:
        before = known_articles(conn, "a", ["1"], [])
    want(desk, wanted("1"))
    save(desk, lease(desk)[0])
    with reading(desk.engine) as conn:
        assert known_articles(conn, "a", ["1"], []) == before != []


def test_a_reading_that_the_feed_has_overtaken_is_dropped(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1", "ملخص"))
    want(desk, wanted("1"))
    (page,) = lease(desk)
    desk.save("a", desk.entry("1", "ملخص", title="عنوان جديد"), minutes=1)
    want(desk, wanted("1"), minutes=1)
    assert not save(desk, page, minutes=2)
    (again,) = lease(desk, 2)
    assert again.title == "عنوان جديد"
    assert again.version_id > page.version_id


def test_a_leased_page_is_left_alone_until_the_claim_lapses(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1"))
    want(desk, wanted("1"))
    assert len(lease(desk)) == 1
    assert lease(desk, 2.9) == []
    assert len(lease(desk, 3)) == 1


def test_pages_wait_for_the_turns_of_their_hosts(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", *(desk.entry(str(number)) for number in range(5)))
    desk.save("b", desk.entry("x"))
    want(desk, *(wanted(str(number)) for number in range(5)))
    want(desk, wanted("x", "b.example"), source="b")
    assert sorted(page.host for page in lease(desk, gap_s=2)) == ["a.example", "b.example"]
    assert lease(desk, 1.9 / 60, gap_s=2) == []
    assert [page.host for page in lease(desk, 2 / 60, gap_s=2)] == ["a.example"]


def test_without_a_gap_so_many_of_a_host_as_allowed(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", *(desk.entry(str(number)) for number in range(5)))
    want(desk, *(wanted(str(number)) for number in range(5)))
    assert len(lease(desk, per_host=2)) == 2
    assert len(lease(desk, limit=1)) == 1


def test_a_host_that_wants_silence_has_it(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1"))
    want(desk, wanted("1"))
    with writing(desk.engine) as conn:
        save_host(conn, "a.example", HostState(quiet_until=desk.at(10)), 2)
    assert lease(desk, 9) == []
    with reading(desk.engine) as conn:
        assert (count_due(conn, desk.at(9)), count_due(conn, desk.at(10))) == (0, 1)
    assert len(lease(desk, 10)) == 1


@pytest.mark.parametrize("specs", [[("a", "false")], [("b", "true")]], ids=["switched off", "taken out"])
def test_pages_of_a_source_that_wants_none_any_more_are_not_read(open_desk: Any, specs: list[tuple[str, str]]) -> None:
    desk = open_desk
    desk.save("a", desk.entry("1"))
    want(desk, wanted("1"))
    desk.sync(*(desk.spec(name, full_text=mode) for name, mode in specs), minutes=1)
    assert lease(desk, 2) == []
    with reading(desk.engine) as conn:
        assert count_due(conn, desk.at(2)) == 0
        assert page_figures(conn, desk.at(2)).waiting == 0


def test_status_counts_what_waits_and_what_became_of_the_others(open_desk: Any) -> None:
    desk = open_desk
    desk.save("a", *(desk.entry(str(number)) for number in range(4)))
    want(desk, *(wanted(str(number)) for number in range(4)))
    first, second, third, _ = lease(desk)
    save(desk, first)
    for page in (second, third):
        save(desk, page, PageUpdate("http_error", 404, "HTTP 404", None, None, 0, 0))
    with reading(desk.engine) as conn:
        figures = page_figures(conn, desk.at(60))
        late = page_figures(conn, desk.at(60 * 25))
        assert conn.execute(select(Page.outcome).where(Page.due_at.is_not(None))).scalars().all() == [None]
    assert figures.waiting == 1
    assert [(row.outcome, row.pages, row.error) for row in figures.outcomes] == [
        ("http_error", 2, "HTTP 404"),
        ("read", 1, None),
    ]
    assert figures.count("read", "http_error") == 3
    assert (late.waiting, late.outcomes) == (1, ())


def test_a_page_that_a_dead_process_was_reading_is_due_at_once(open_desk: Any) -> None:
    open_desk.save("a", *(open_desk.entry(key) for key in "xyz"))
    want(open_desk, *(wanted(key) for key in "xyz"))
    (read,) = lease(open_desk, holder="dead", limit=1)
    save(open_desk, read)
    (dead,) = lease(open_desk, holder="dead", limit=1)
    (alive,) = lease(open_desk, holder="alive", limit=1)
    with writing(open_desk.engine) as conn:
        assert lease_holders(conn) == ["alive", "dead"]
        free_leases(conn, ["dead"], open_desk.at(1))
        assert lease_holders(conn) == ["alive"]
    (again,) = lease(open_desk, 1)
    assert again.article_id == dead.article_id
    assert len({read.article_id, dead.article_id, alive.article_id}) == 3
