"""Two daemons on one file: the second is refused. On PostgreSQL they share the work, see test_service.py."""

import pytest

from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom, eventually

pytestmark = pytest.mark.slow


def test_a_second_daemon_on_a_file_is_refused_by_the_name_of_the_first(newsroom: Newsroom) -> None:
    newsroom.fetch = {"every": "1s", "min_every": "1s", "max_every": "1s"}
    feed = newsroom.feed("ghad", Item("a", "خبر", "نص الخبر"))
    assert newsroom.call("db", "upgrade").code == 0
    with newsroom.service() as first:
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 1)
        for args in ((), ("--only", "cluster")):
            second = newsroom.process("run", *args)
            assert second.code == 1
            assert f"process {first.process.pid}" in second.err
        assert first.process.poll() is None
        first.kill()
        # Whatever became of the first, its place is free at once.
        with newsroom.service("--only", "fetch") as fetching, newsroom.service("--only", "cluster") as grouping:
            feed.items[:0] = [Item("b", "خبر آخر", "نص خبر آخر")]
            eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 2)
            assert (fetching.process.poll(), grouping.process.poll()) == (None, None)
