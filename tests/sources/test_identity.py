from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sources.identity import LONGEST_KEY, Marks, entry_keys

words = st.sampled_from(["", "a", "b", "خبر", "https://paper.example/1"])
anything = st.one_of(words, st.text(max_size=600))
marks = st.builds(Marks, guid=anything, link=anything, title=anything, text=anything)


def test_a_guid_names_an_item_whatever_else_it_says() -> None:
    first = entry_keys([Marks("n-1", "https://paper.example/1", "عنوان", "نص")])
    later = entry_keys([Marks("n-1", "https://paper.example/moved", "عنوان معدل", "نص أطول")])
    assert first == later == ["guid:n-1"]


def test_without_a_guid_the_link_names_it_and_without_both_its_words() -> None:
    link, words_only = entry_keys([Marks("", "https://e.example/1", "t", "x"), Marks("", "", "t", "x")])
    assert link == "link:https://e.example/1"
    assert words_only is not None
    assert words_only.startswith("hash:")


def test_a_guid_that_repeats_names_none_of_its_items() -> None:
    a, b, c, d = (Marks("https://paper.example/", f"/{name}", name, "") for name in "abcd")
    keys = entry_keys([a, b, c])
    assert len(set(keys)) == 3
    assert all(key is not None and key.startswith("guid+link:") for key in keys)
    # They keep their names when they change places, and while the feed scrolls on.
    assert entry_keys([c, b, a]) == keys[::-1]
    assert entry_keys([d, a, b])[1:] == keys[:2]


def test_repeated_guid_and_link_fall_back_on_the_title() -> None:
    keys = entry_keys([Marks("same", "/a", "A", ""), Marks("same", "/a", "B", ""), Marks("same", "/a", "C", "")])
    assert None not in keys
    assert len(set(keys)) == 3


def test_an_exact_repetition_has_no_key() -> None:
    item = Marks("n-1", "https://e.example/1", "t", "x")
    assert entry_keys([item] * 5) == ["guid:n-1", None, None, None, None]


@given(st.lists(marks, max_size=8), st.randoms())
def test_the_order_of_the_items_does_not_matter(items: list[Marks], chance: Random) -> None:
    shuffled = chance.sample(items, len(items))
    named = {item: key for item, key in zip(items, entry_keys(items), strict=True) if key is not None}
    assert named == {item: key for item, key in zip(shuffled, entry_keys(shuffled), strict=True) if key is not None}


@given(st.lists(marks, max_size=12))
def test_keys_are_unique_short_and_the_same_every_time(items: list[Marks]) -> None:
    keys = entry_keys(items)
    given_keys = [key for key in keys if key is not None]
    assert len(keys) == len(items)
    assert len(set(given_keys)) == len(given_keys)
    assert all(0 < len(key) <= LONGEST_KEY for key in given_keys)
    assert entry_keys(items) == keys


@given(st.lists(marks, max_size=8, unique_by=lambda item: item.guid or item))
def test_items_with_guids_of_their_own_keep_their_keys_in_any_order(items: list[Marks]) -> None:
    items = [item for item in items if item.guid]
    assert set(entry_keys(items[::-1])) == set(entry_keys(items))


@given(st.lists(marks, max_size=8))
def test_an_item_is_never_lost_but_to_an_equal_one(items: list[Marks]) -> None:
    lost = [item for item, key in zip(items, entry_keys(items), strict=True) if key is None]
    assert all(items.count(item) > 1 for item in lost)
