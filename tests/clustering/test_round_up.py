"""When a text carries another story as one of several items."""

from clustering.profile import Profile, profile
from clustering.round_up import carried
from clustering.version import Version
from tests.clustering.arabic_text import Writer, first_paragraphs

WRITER = Writer(29)
ITEM = WRITER.story(3)
OWN = WRITER.story(4)
TURN = "من جهة أخرى، "


def made(body: str, title: str = "") -> Profile:
    return profile(Version(1, 1, "alfajr", title, body, 0.0))


def test_a_text_with_news_of_its_own_and_then_the_item_carries_it() -> None:
    share = carried(made(f"{OWN[1]}\n{TURN}{ITEM[1]}", OWN[0]), made(ITEM[1], ITEM[0]))
    assert share is not None
    assert share > 0.95


def test_part_of_an_item_is_told_by_its_share() -> None:
    share = carried(made(f"{OWN[1]}\n{first_paragraphs(ITEM[1], 2)}"), made(ITEM[1]))
    assert share is not None
    assert 0.5 < share < 0.8


def test_less_than_half_of_an_item_is_not_carried() -> None:
    item = made(f"{ITEM[1]}\n{WRITER.paragraph()}\n{WRITER.paragraph()}\n{WRITER.paragraph()}\n{WRITER.paragraph()}")
    assert carried(made(f"{OWN[1]}\n{OWN[1]}\n{first_paragraphs(ITEM[1], 3)}\n{WRITER.story(9)[1]}"), item) is None


def test_what_brings_the_background_of_an_item_and_not_its_news_does_not_carry_it() -> None:
    background = ITEM[1].split("\n", 2)[2]
    longer = f"{WRITER.paragraph()}\n{WRITER.paragraph()}\n{background}"
    assert carried(made(f"{OWN[1]}\n{background}"), made(longer)) is None


def test_a_longer_version_of_the_same_text_is_no_round_up() -> None:
    assert carried(made(f"{ITEM[1]}\n{OWN[1]}"), made(ITEM[1])) is None


def test_texts_of_one_length_do_not_carry_one_another() -> None:
    assert carried(made(ITEM[1]), made(ITEM[1])) is None
    slightly = f"{WRITER.words(6)}.\n{ITEM[1]}"
    assert carried(made(slightly), made(ITEM[1])) is None


def test_short_news_of_its_own_ends_where_the_text_turns() -> None:
    # The item begins inside the first letters that are otherwise taken for the round-up's own news.
    own = WRITER.words(30)
    item = first_paragraphs(ITEM[1], 1)
    assert carried(made(f"{own}.\n{TURN}{item}"), made(item)) is not None
    assert carried(made(f"{own}.\n{item}"), made(item)) is None


def test_nothing_is_carried_of_a_text_without_words() -> None:
    assert carried(made(OWN[1]), made("")) is None
