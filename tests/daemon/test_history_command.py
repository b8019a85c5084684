"""`riwaya history`: the texts of an article, from feeds and pages that change, and the events about it."""

from datetime import UTC, datetime, timedelta

from tests.daemon.feed_server import Item, page
from tests.daemon.newsroom import Newsroom
from tests.daemon.test_article_pages import make_due
from tests.sources.article_pages import PARAGRAPHS, SUMMARY, TITLE, article_page

HOUR = timedelta(hours=1)
NOON = datetime.now(UTC).replace(microsecond=0) - HOUR
FIRST = "أعلنت فرق الإنقاذ مقتل 12 شخصا وإصابة 47 في حادث قطار قرب دالمور مساء السبت."
SECOND = FIRST.replace("12", "19")


def test_a_changed_figure_is_shown_and_told(any_newsroom: Newsroom) -> None:
    any_newsroom.feed("one", Item("train", "12 قتيلا في حادث قطار", FIRST))
    any_newsroom.fetch_all()
    any_newsroom.feed("one", Item("train", "19 قتيلا في حادث قطار", SECOND))
    any_newsroom.fetch_all()
    ended = any_newsroom.call("history", "1")
    assert ended.code == 0
    assert "text 2: first seen" in ended.out
    assert ended.out.count("[-") == ended.out.count("{+") == 2
    assert "became story 1" in ended.out
    assert "changed" in ended.out.splitlines()[-1]
    data = any_newsroom.call("history", "1", "--json").data
    assert [version["text"] for version in data["versions"]] == [FIRST, SECOND]
    assert [event["kind"] for event in data["events"]] == ["born", "figure_change"]
    change = {(one["place"], one["was"], one["now"]) for one in data["events"][1]["cause"]["changes"]}
    assert change == {("title", "12", "19"), ("lead", "12", "19")}


def test_a_page_is_compared_with_the_page_before(any_newsroom: Newsroom) -> None:
    any_newsroom.full_text = "auto"
    any_newsroom.pages = {"recheck": ["1h"]}
    any_newsroom.server.pages["/one/a/bridge"] = page(article_page(), "text/html")
    any_newsroom.feed("one", Item("bridge", TITLE, SUMMARY))
    any_newsroom.fetch_all()
    edited = (PARAGRAPHS[0], PARAGRAPHS[1].replace("12 مليون", "21 مليون"), PARAGRAPHS[2])
    any_newsroom.server.pages["/one/a/bridge"] = page(article_page(paragraphs=edited), "text/html")
    make_due(any_newsroom)
    any_newsroom.call("fetch")
    data = any_newsroom.call("history", "1", "--json").data
    assert [version["from_page"] for version in data["versions"]] == [False, True, True]
    # The page says more than the summary, which is no change of figures; its edit is one.
    assert [event["kind"] for event in data["events"]] == ["born", "figure_change"]
    assert data["events"][1]["version"] == data["versions"][2]["version"]
    out = any_newsroom.call("history", "1").out
    assert "text 3, from its page" in out
    assert "compared with text 2" in out


def test_an_item_that_its_feed_takes_back_is_told(any_newsroom: Newsroom) -> None:
    items = [
        Item(f"n{number}", f"خبر رقم {number}", f"{FIRST} رقم {number}", NOON - number * HOUR) for number in range(8)
    ]
    feed = any_newsroom.feed("one", *items)
    any_newsroom.fetch_all()
    feed.items = [item for item in items if item.guid != "n2"]
    any_newsroom.fetch_all()
    ((article,),) = any_newsroom.rows("SELECT id FROM article WHERE key = 'guid:n2'")
    assert "vanished from its feed" in any_newsroom.call("history", article).out
    assert any_newsroom.count("event WHERE kind = 'vanished'") == 1


def test_an_unknown_article_is_told(any_newsroom: Newsroom) -> None:
    any_newsroom.feed("one", Item("a", "عنوان", FIRST))
    any_newsroom.fetch_all()
    ended = any_newsroom.call("history", "99")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no article 99" in ended.err
