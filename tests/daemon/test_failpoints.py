"""The points at which a test lets the process die: armed by one variable."""

import signal

from daemon.failpoints import VARIABLE, Point
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom


def test_the_process_dies_at_the_time_named(newsroom: Newsroom) -> None:
    for source in ("one", "two", "three"):
        newsroom.feed(source, Item("a", "عنوان", "نص الخبر"))
    ended = newsroom.process("fetch", "--all", env={VARIABLE: f"{Point.FETCH_WRITTEN}:3"})
    assert ended.code == -signal.SIGKILL
    # Two are committed; what the third had written is not.
    assert newsroom.count("article") == newsroom.count('"fetch"') == 2
    assert newsroom.call("fetch", "--all").code == 0
    assert newsroom.count("article") == 3


def test_a_name_that_no_point_has_is_refused(newsroom: Newsroom) -> None:
    newsroom.feed("one")
    ended = newsroom.process("fetch", env={VARIABLE: "nowhere"})
    assert ended.code != 0
    assert "'nowhere' is not a valid Point" in ended.err
