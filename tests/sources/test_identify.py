"""Items are the articles that they were before, also where a feed changes their names."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.identity import Item, Known, Marks, Step, identify, names_of, wanted_keys


def item(guid: str = "", link: str = "", title: str = "عنوان", text: str = "نص", date: str = "Mon") -> Item:
    words = hashlib.sha256(f"{title}|{text}".encode()).digest()
    return Item(names_of(Marks(guid, link, date, title, text)), title, date or None, words)


class Desk:
    """What a source has stored, and the step its feed stands on."""

    def __init__(self) -> None:
        self.step = Step.GUID
        self.stored: dict[str, Known] = {}

    def fetch(self, *items: Item) -> list[str | None]:
        keys, links = wanted_keys(items)
        known = [one for one in self.stored.values() if one.key in keys or one.link_key in links]
        found = identify(items, self.step, known)
        self.step = found.step
        for key, one in zip(found.keys, items, strict=True):
            if key is not None:
                first = self.stored.get(key)
                self.stored[key] = Known(
                    key,
                    first.link_key if first else one.names[Step.LINK],
                    one.title,
                    first.date if first else one.date,
                    one.words,
                )
        return list(found.keys)


def url(name: object) -> str:
    return f"https://e.example/{name}"


def document(count: int, turn: object = 0, **same: str) -> list[Item]:
    """Items with guids of this turn of the feed; everything else stays."""
    return [
        item(
            same.get("guid", f"{turn}-{n}"),
            same.get("link", url(n)),
            same.get("title", f"عنوان {n}"),
            f"نص {n}",
            same.get("date", f"day {n}"),
        )
        for n in range(count)
    ]


def test_the_same_document_again_names_the_same_articles() -> None:
    desk = Desk()
    first = desk.fetch(*document(9))
    assert desk.fetch(*document(9)) == first
    assert (len(desk.stored), desk.step) == (9, Step.GUID)


@pytest.mark.parametrize("count", [1, 3, 20])
def test_guids_that_change_on_every_fetch_are_given_up_for_good(count: int) -> None:
    desk = Desk()
    first = desk.fetch(*document(count))
    assert desk.fetch(*document(count, 1)) == first
    assert desk.step is Step.LINK
    for turn in range(2, 5):
        assert desk.fetch(*document(count, turn)) == first
        assert desk.step is Step.LINK
    # A new item has its link for a name, and an edit is one of the article of that link.
    assert desk.fetch(item("5-new", url("new"), "جديد")) == ["link:e.example/new"]
    assert desk.fetch(item("6-0", url(0), "عنوان معدل", "نص معدل", "later")) == first[:1]


def test_a_guid_that_holds_the_headline_names_the_same_article_after_an_edit() -> None:
    desk = Desk()
    feed = [item(f"title-{n}", url(n), f"عنوان {n}", f"نص {n}") for n in range(20)]
    first = desk.fetch(*feed)
    feed[3] = item("title-3-edited", url(3), "عنوان 3 معدل", "نص 3 معدل")
    assert desk.fetch(*feed) == first
    # With another date it is another item at the same address.
    feed[3] = item("title-3-new", url(3), "عنوان 3 آخر", "نص 3 آخر", "Tue")
    assert [key for key in desk.fetch(*feed) if key not in first] == ["guid:title-3-new"]
    assert desk.step is Step.GUID


def test_one_guid_that_changed_while_its_item_says_the_same_is_no_new_item() -> None:
    desk = Desk()
    feed = document(20)
    first = desk.fetch(*feed)
    feed[3] = item("other", url(3), "عنوان 3", "نص 3", "day 3")
    assert desk.fetch(*feed) == first
    assert desk.step is Step.GUID


def test_a_daily_bulletin_at_one_address_is_a_new_item_every_day() -> None:
    desk = Desk()
    for day in range(5):
        desk.fetch(item(f"bulletin-{day}", url("bulletin"), f"نشرة يوم {day}", f"أخبار {day}", f"day {day}"))
    assert len(desk.stored) == 5
    assert desk.step is Step.GUID


@pytest.mark.parametrize(
    ("same", "step"),
    [
        ({"guid": "https://e.example/"}, Step.LINK),
        ({"guid": "", "link": "https://e.example/"}, Step.LINK_DATE),
        ({"guid": "x", "link": "", "date": ""}, Step.TITLE),
        ({"guid": "x", "link": "", "date": "", "title": "عاجل"}, Step.CONTENT),
    ],
)
def test_a_feed_whose_names_go_bad_goes_down_stores_nothing_twice_and_stays(same: dict[str, str], step: Step) -> None:
    desk = Desk()
    desk.fetch(*document(20, **same))
    assert (desk.step, len(desk.stored)) == (step, 20)
    desk.fetch(*document(20, **same))
    assert (desk.step, len(desk.stored)) == (step, 20)
    # Good names again do not bring it up: flapping would store articles twice.
    desk.fetch(*document(20, **{"guid": ""} | {k: v for k, v in same.items() if k != "guid"}))
    desk.fetch(*document(2))
    assert desk.step is step


def test_going_down_a_step_repeats_no_article_that_is_known_by_its_guid() -> None:
    desk = Desk()
    first = desk.fetch(*document(20))
    assert desk.fetch(*document(20, guid="")) == first
    assert desk.step is Step.LINK
    assert desk.fetch(*document(20)) == first
    assert desk.step is Step.LINK


def test_another_spelling_of_a_link_is_the_same_article() -> None:
    desk = Desk()
    first = desk.fetch(item(link="http://www.e.example/خبر?utm_source=rss"))
    assert desk.fetch(item(link="https://e.example/%D8%AE%D8%A8%D8%B1/amp/", title="معدل", text="نص معدل")) == first


def test_no_article_is_two_items() -> None:
    desk = Desk()
    desk.fetch(item("a", url(1)))
    keys = desk.fetch(item("b", url(1)), item("c", url(1), text="نص آخر"))
    assert len(set(keys)) == 2


texts = st.sampled_from(["", "a", "b", "c"])
links = st.sampled_from(["", url(1), url(2)])
items = st.builds(item, texts, links, texts, texts, texts)


@given(st.lists(st.lists(items, max_size=5), max_size=4))
def test_whatever_comes_no_two_items_of_a_document_share_a_key_and_no_step_is_gone_up(turns: list[list[Item]]) -> None:
    desk = Desk()
    for turn in turns:
        before = desk.step
        given_keys = [key for key in desk.fetch(*turn) if key is not None]
        assert len(set(given_keys)) == len(given_keys)
        assert desk.step >= before


@given(st.lists(items, max_size=6))
def test_what_was_stored_is_found_again(turn: list[Item]) -> None:
    desk = Desk()
    desk.fetch(*turn)
    settled, stored = desk.step, set(desk.stored)
    desk.fetch(*turn)
    assert set(desk.stored) == stored
    assert desk.step is settled
