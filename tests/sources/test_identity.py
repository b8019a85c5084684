"""The names of items, the keys of a document, and the step that a feed stands on."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.identity import LONGEST_KEY, Marks, Names, Step, entry_keys, names_of, settle

words = st.sampled_from(["", "a", "b", "خبر", "https://paper.example/1", "https://paper.example/2"])
anything = st.one_of(words, st.text(max_size=600))
marks = st.builds(Marks, guid=anything, link=anything, date=anything, title=anything, text=anything)
steps = st.sampled_from(Step)


def named(guid: str = "", link: str = "", title: str = "", text: str = "", date: str = "") -> Names:
    return names_of(Marks(guid, link, date, title, text))


def keys(*items: Names, step: Step = Step.GUID) -> list[str | None]:
    return entry_keys(items, step)


def test_a_guid_names_an_item_whatever_else_it_says() -> None:
    first = keys(named("n-1", "https://paper.example/1", "عنوان", "نص"))
    later = keys(named("n-1", "https://paper.example/moved", "عنوان معدل", "نص أطول"))
    assert first == later == ["guid:n-1"]


def test_without_a_guid_the_link_names_it_and_without_both_its_words() -> None:
    link, words_only = keys(named("", "https://e.example/1", "t", "x"), named("", "", "t", "x"))
    assert link == "link:e.example/1"
    assert words_only is not None
    assert words_only.startswith("title:")


def test_spellings_of_a_link_are_one_name() -> None:
    one = named(link="http://www.e.example/خبر/?utm_source=rss")
    assert one == named(link="https://e.example/%d8%ae%d8%a8%d8%b1#top")
    assert named(link="node/7")[Step.LINK] == "link:node/7"


def test_each_step_takes_one_thing_more_into_account() -> None:
    item = {"guid": "g", "link": "https://e.example/1", "date": "Mon", "title": "t", "text": "x"}
    whole = named(**item)
    assert all(whole)
    for number, changed in enumerate(("guid", "link", "date", "title", "text")):
        other = named(**(item | {changed: "https://e.example/2"}))
        same = [step for step in Step if whole[step] == other[step]]
        # A guid counts at its own step only; everything else from its step on.
        assert same == ([step for step in Step if step != 0] if number == 0 else [s for s in Step if s < number])


def test_a_missing_date_is_no_date_of_today() -> None:
    assert named(title="t", text="x")[Step.LINK_DATE] is None
    assert named(link="https://e.example/1") == named(link="https://e.example/1")


def test_a_guid_that_repeats_names_none_of_its_items() -> None:
    a, b, c, d = (named("https://paper.example/", f"https://paper.example/{name}", name) for name in "abcd")
    found = keys(a, b, c)
    assert found == ["link:paper.example/a", "link:paper.example/b", "link:paper.example/c"]
    # They keep their names when they change places, and while the feed scrolls on.
    assert keys(c, b, a) == found[::-1]
    assert keys(d, a, b)[1:] == found[:2]


def test_repeated_guid_and_link_fall_back_on_date_and_title() -> None:
    found = keys(*(named("same", "https://e.example/a", title) for title in "ABC"))
    assert None not in found
    assert len(set(found)) == 3


def test_an_exact_repetition_has_no_key() -> None:
    item = named("n-1", "https://e.example/1", "t", "x")
    assert keys(*[item] * 5) == ["guid:n-1", None, None, None, None]


def feed(count: int, **bad: dict[int, str]) -> list[Names]:
    """Return so many items, each with a guid, a link and a title of its own but where `bad` says otherwise."""
    return [
        named(
            guid=bad.get("guid", {}).get(n, f"g{n}"),
            link=bad.get("link", {}).get(n, f"https://e.example/{n}"),
            date=bad.get("date", {}).get(n, f"day {n}"),
            title=bad.get("title", {}).get(n, f"title {n}"),
            text=f"text {n}",
        )
        for n in range(count)
    ]


def all_of(value: str, count: int) -> dict[int, str]:
    return dict.fromkeys(range(count), value)


@pytest.mark.parametrize(
    ("items", "step"),
    [
        ([], Step.GUID),
        (feed(20), Step.GUID),
        (feed(20, guid={3: "g4"}), Step.GUID),  # one slip
        (feed(20, guid={3: ""}), Step.GUID),
        (feed(100, guid=dict.fromkeys(range(5), "")), Step.GUID),  # 5 %
        (feed(100, guid=dict.fromkeys(range(6), "")), Step.LINK),
        (feed(20, guid={3: "g4", 5: "g4"}), Step.LINK),
        (feed(20, guid=all_of("https://e.example/", 20)), Step.LINK),
        (feed(20, guid=all_of("", 20), link=all_of("https://e.example/", 20)), Step.LINK_DATE),
        (feed(20, guid=all_of("", 20), link=all_of("", 20)), Step.LINK_DATE),
        (feed(20, guid=all_of("", 20), link=all_of("", 20), date=all_of("", 20)), Step.TITLE),
        (feed(20, guid=all_of("", 20), link=all_of("", 20), date=all_of("x", 20)), Step.TITLE),
        (
            feed(20, guid=all_of("", 20), link=all_of("", 20), date=all_of("", 20), title=all_of("عاجل", 20)),
            Step.CONTENT,
        ),
        (feed(1, guid={0: ""}), Step.GUID),
        (feed(20) * 3, Step.GUID),  # repetitions of whole items are no fault of the guids
    ],
)
def test_a_feed_goes_down_when_more_than_one_name_in_twenty_is_bad(items: list[Names], step: Step) -> None:
    assert settle(Step.GUID, items) is step


@given(st.lists(marks.map(names_of), max_size=8), steps)
def test_a_feed_never_goes_up_and_stays_where_it_settled(items: list[Names], step: Step) -> None:
    settled = settle(step, items)
    assert settled >= step
    assert settle(settled, items) is settled
    assert settle(step, items[::-1]) is settled


@given(st.lists(marks.map(names_of), max_size=8), st.randoms(), steps)
def test_the_order_of_the_items_does_not_matter(items: list[Names], chance: Random, step: Step) -> None:
    shuffled = chance.sample(items, len(items))
    assert {key for key in entry_keys(items, step) if key} == {key for key in entry_keys(shuffled, step) if key}


@given(st.lists(marks.map(names_of), max_size=12), steps)
def test_keys_are_unique_short_and_the_same_every_time(items: list[Names], step: Step) -> None:
    found = entry_keys(items, step)
    given_keys = [key for key in found if key is not None]
    assert len(found) == len(items)
    assert len(set(given_keys)) == len(given_keys)
    assert all(0 < len(key) <= LONGEST_KEY for key in given_keys)
    assert entry_keys(items, step) == found


@given(st.lists(marks, max_size=8), steps)
def test_an_item_is_never_lost_but_to_an_equal_one(items: list[Marks], step: Step) -> None:
    names = [names_of(item) for item in items]
    for item, key in zip(names, entry_keys(names, step), strict=True):
        if key is None:
            assert sum(other[max(step, Step.LINK) :] == item[max(step, Step.LINK) :] for other in names) > 1
