"""What breaks around a running service while it runs: it goes on by itself, and loses nothing."""

import os
import random
import resource
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import QUICK, Newsroom, eventually

pytestmark = pytest.mark.slow

FILES = 256


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text("ascii").split()]
    return found


def article(number: int) -> Item:
    """Return an article that has nothing to do with another one."""
    title, body = Writer(300 + number).story(4)
    return Item(f"n{number}", title, body)


def test_workers_that_die_few_files_and_feeds_that_all_fail_are_outlived(newsroom: Newsroom) -> None:
    newsroom.fetch = dict(QUICK)
    feeds = {name: newsroom.feed(name) for name in ("one", "two", "three", "four")}
    with newsroom.service() as service:
        pid = service.process.pid
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (FILES, FILES))
        for number in range(4):
            eventually(lambda: children(pid))
            for worker in children(pid):
                os.kill(worker, signal.SIGKILL)
            for feed in feeds.values():
                feed.items = [article(number), *feed.items]
            eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 4 * (number + 1))  # noqa: B023 - called at once
        # Nobody answers well any more; then everybody does again.
        pages = dict(newsroom.server.pages)
        newsroom.server.pages.clear()
        eventually(lambda: newsroom.count("feed WHERE tries > 0") == len(feeds))
        newsroom.server.pages.update(pages)
        for feed in feeds.values():
            feed.items = [article(4), *feed.items]
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 20)
        assert newsroom.count("feed WHERE tries > 0") == 0
        assert len(list(Path(f"/proc/{pid}/fd").iterdir())) < FILES
        service.stop()
        assert service.process.returncode == 0
    assert newsroom.count("article") == newsroom.count("version") == 20
    assert len(newsroom.groups()) == 5


def test_parsers_killed_at_random_in_busy_rounds_lose_no_entry(newsroom: Newsroom) -> None:
    newsroom.fetch = dict(QUICK)
    chance, writer = random.Random(11), Writer(61)  # noqa: S311 - not a secret
    # Long documents, sent whole every time: the parsers are at work when they are killed.
    old = [Item(f"old{number}", *writer.story(8)) for number in range(40)]
    feeds = {name: newsroom.feed(name, *old, validators=False) for name in "abcdefgh"}
    stories = len(old)
    with newsroom.service() as service:
        pid = service.process.pid
        eventually(lambda: service.said("riwaya runs"))
        for number in range(4):
            new = Item(f"new{number}", *writer.story(3))
            stories += 1
            for feed in feeds.values():
                feed.items.insert(0, new)
            for _ in range(12):
                time.sleep(chance.uniform(0.02, 0.15))
                if workers := children(pid):
                    os.kill(chance.choice(workers), signal.SIGKILL)
            eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == len(feeds) * stories)  # noqa: B023 - as above
        assert newsroom.count("fetch WHERE outcome = 'parser_killed'") > 0
        eventually(lambda: newsroom.count("feed WHERE tries > 0") == 0)
        service.stop()
        assert service.process.returncode == 0
    assert newsroom.count("article") == newsroom.count("version") == len(feeds) * stories
    assert len(newsroom.groups()) == stories
    assert not [line for line in service.log if line["level"] == "error" or "exception" in line]


def test_a_postgresql_that_goes_away_and_comes_back_is_waited_for(
    newsroom_on_postgresql: Newsroom, postgresql_server: URL
) -> None:
    newsroom = newsroom_on_postgresql
    newsroom.fetch = dict(QUICK)
    feed = newsroom.feed("one", article(0))
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    name = newsroom.database.rsplit("/", 1)[1].split("?")[0]

    def let_in(allowed: str) -> None:
        with admin.connect() as conn:
            conn.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}"))
            if allowed == "false":
                conn.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))  # noqa: S608 - a test's own words

    with newsroom.service() as service:
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 1)
        let_in("false")
        try:
            feed.items = [article(1), *feed.items]
            eventually(lambda: service.said("the store cannot be used, fetching waits"))
            assert service.process.poll() is None
        finally:
            let_in("true")
            admin.dispose()
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 2)
        service.stop()
        assert service.process.returncode == 0
    assert newsroom.count("article") == 2
    assert not any("Traceback" in str(line) for line in service.log)
    assert newsroom.count("feed WHERE lease_until IS NOT NULL") == 0
