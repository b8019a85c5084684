from dataclasses import astuple

from hypothesis import given
from hypothesis import strategies as st

from sources.opml import read_opml
from web.feeds.opml import Subscription, write_opml

lines = st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
plain = lines.filter(lambda text: text.isprintable())
feeds = st.builds(
    Subscription,
    title=plain,
    url=st.integers(0, 999).map(lambda n: f"https://paper{n}.example/rss?a=1&b=<{n}>"),
    homepage=st.none() | st.just("https://paper.example/"),
    category=st.none() | plain,
)


@given(st.lists(feeds, max_size=10, unique_by=lambda feed: feed.url), plain)
def test_what_is_written_is_read_back(items: list[Subscription], title: str) -> None:
    back = read_opml(write_opml(items, title).decode())
    assert {astuple(feed) for feed in back} == {astuple(feed) for feed in items}
    assert len(back) == len(items)


@given(st.text(max_size=40))
def test_any_title_can_be_written(title: str) -> None:
    feed = Subscription(title, "https://paper.example/rss", None, title)
    (back,) = read_opml(write_opml([feed], title).decode())
    assert back.url == feed.url
