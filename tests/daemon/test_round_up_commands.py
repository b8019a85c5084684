"""What `show` and `why` tell of a text that carries another story among others, and of one that left its story."""

import re

import pytest

from tests.clustering.arabic_text import Writer, respelled
from tests.daemon.corrected import home
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom

OUTLETS = ("one", "two", "three")
WRITER = Writer(77)
STORY, OWN, OTHER = WRITER.story(3), WRITER.story(5), WRITER.story(4)


def article(newsroom: Newsroom, outlet: str) -> int:
    ((found,),) = newsroom.rows("SELECT id FROM article WHERE source_id = :outlet", outlet=outlet)
    return int(found)


@pytest.fixture
def round_up(any_newsroom: Newsroom) -> tuple[Newsroom, int, int, int]:
    """A story of two outlets, carried in a longer text of a third."""
    newsroom = any_newsroom
    title, body = STORY
    newsroom.feed("one", Item("n", title, body))
    newsroom.feed("two", Item("n", title, respelled(body)))
    newsroom.fetch_all()
    newsroom.feed("three", Item("n", OWN[0], f"{OWN[1]}\nمن جهة أخرى، {body}"))
    newsroom.fetch_all()
    one, two, three = (article(newsroom, outlet) for outlet in OUTLETS)
    return newsroom, one, two, three


def test_a_round_up_is_no_version_and_is_told_of(round_up: tuple[Newsroom, int, int, int]) -> None:
    newsroom, one, two, three = round_up
    story, larger = home(newsroom, one), home(newsroom, three)
    assert home(newsroom, two) == story != larger

    told = newsroom.call("show", larger, "--json").data["round_ups"]
    assert {(row["relation"], row["other_article"], row["other_cluster"]) for row in told} == {
        ("contains", one, story),
        ("contains", two, story),
    }
    assert all(row["share"] > 0.9 for row in told)
    back = newsroom.call("show", story, "--json").data["round_ups"]
    assert {(row["relation"], row["other_article"], row["other_cluster"]) for row in back} == {
        ("inside", three, larger)
    }
    assert re.search(rf"carries \d+% of story {story} \(article {one}\) as well", newsroom.call("show", larger).out)
    assert re.search(rf"% of it is carried inside story {larger} \(article {three}\)", newsroom.call("show", story).out)


def test_why_says_that_one_carries_the_other(round_up: tuple[Newsroom, int, int, int]) -> None:
    newsroom, one, two, three = round_up
    said = re.compile(rf"Article {three} carries article {one} as one item among others \(\d+% of its text\)\.")
    for pair in ((one, three), (three, one)):
        assert said.fullmatch(newsroom.call("why", *pair, "--json").data["round_up"])
        assert said.search(newsroom.call("why", *pair).out)
    assert newsroom.call("why", one, two, "--json").data["round_up"] is None


def test_a_revision_that_tells_another_story_leaves_its_own(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    title, body = STORY
    newsroom.feed("one", Item("n", title, body))
    newsroom.feed("two", Item("n", title, respelled(body)))
    newsroom.feed("three", Item("n", OTHER[0], OTHER[1]))
    newsroom.fetch_all()
    one, two, three = (article(newsroom, outlet) for outlet in OUTLETS)
    story, other = home(newsroom, one), home(newsroom, three)
    assert home(newsroom, two) == story != other

    newsroom.feed("two", Item("n", OTHER[0], respelled(OTHER[1])))
    newsroom.fetch_all()
    assert (home(newsroom, one), home(newsroom, two), home(newsroom, three)) == (story, other, other)
    moves = newsroom.rows("SELECT cluster_id, other_cluster_id, article_id FROM event WHERE kind = 'moved'")
    assert [(set(row[:2]), row[2]) for row in moves] == [({story, other}, two)]
    shown = {row["article"] for row in newsroom.call("show", other, "--json").data["versions"]}
    assert shown == {two, three}
    assert {row["article"] for row in newsroom.call("show", story, "--json").data["versions"]} == {one}
    assert newsroom.call("why", two, three, "--json").data["together"] is True
    assert newsroom.call("why", one, two, "--json").data["together"] is False
