"""Several processes on one PostgreSQL, killed and added: every feed is asked in its time, every text is grouped."""

import time
from contextlib import ExitStack
from functools import partial
from itertools import pairwise

import pytest

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom, RunningService, eventually

pytestmark = pytest.mark.slow

FEEDS = 24
EVERY_S = 4
FAILOVER_S = 15


class Crew:
    """Services that come and go; each asks under a name of its own, so that the feeds know who came."""

    def __init__(self, newsroom: Newsroom, stack: ExitStack) -> None:
        self._newsroom = newsroom
        self._stack = stack
        self.killed: dict[str, float] = {}
        self.members: dict[str, RunningService] = {}

    def add(self, part: str) -> str:
        name = f"riwaya-test-{len(self.members)}"
        made = self._newsroom.service("--only", part, env={"RIWAYA_FETCH_USER_AGENT": name})
        self.members[name] = self._stack.enter_context(made)
        return name

    def kill(self, name: str) -> None:
        self.members[name].kill()
        self.killed[name] = time.monotonic()

    def has_asked(self, name: str) -> bool:
        return any(request.headers["user-agent"] == name for request in self._newsroom.server.requests)


def test_workers_come_and_go_and_no_feed_is_forgotten_or_asked_twice(newsroom_on_postgresql: Newsroom) -> None:
    newsroom = newsroom_on_postgresql
    # A worker that was killed holds its feeds until the next one starts, or this long: 2 x 2 + 2 + 60 s.
    every = f"{EVERY_S}s"
    newsroom.fetch = {
        "every": every,
        "min_every": every,
        "max_every": every,
        "timeout": "2s",
        "parse_timeout": "2s",
        "connect_timeout": "1s",
    }
    newsroom.fetch["per_host"] = 8
    writer = Writer(51)
    feeds = {f"s{number:02}": newsroom.feed(f"s{number:02}", validators=False) for number in range(FEEDS)}
    stories = 0

    def publish() -> None:
        """Let every feed carry one more story, each its own."""
        nonlocal stories
        for feed in feeds.values():
            feed.items.insert(0, Item(f"n{stories}", *writer.story(3)))
        stories += 1

    def grouped() -> bool:
        return newsroom.count("version WHERE cluster_id IS NOT NULL") == FEEDS * stories

    def holder() -> str:
        (row,) = newsroom.rows("SELECT holder FROM lease WHERE name = 'clusterer'") or [("::",)]
        return str(row[0]).split(":")[-2]

    with ExitStack() as stack:
        crew = Crew(newsroom, stack)
        publish()
        clusterers = [crew.add("cluster")]
        eventually(lambda: crew.members[clusterers[0]].said("riwaya runs"))
        clusterers.append(crew.add("cluster"))
        fetchers = [crew.add("fetch") for _ in range(4)]
        eventually(grouped)
        for victim in fetchers[:2]:
            publish()
            # Only who has work can die at it.
            eventually(partial(crew.has_asked, victim))
            crew.kill(victim)
            fetchers.append(crew.add("fetch"))
            eventually(grouped)

        # Whoever starts frees what the dead held, which is not what is measured now.
        eventually(lambda: all(service.said("riwaya runs") for service in crew.members.values()))
        # The one that groups dies, with work to do; the one that stands by takes it up.
        assert holder() == str(crew.members[clusterers[0]].process.pid)
        publish()
        crew.kill(clusterers[0])
        eventually(lambda: holder() == str(crew.members[clusterers[1]].process.pid))
        took_s = time.monotonic() - crew.killed[clusterers[0]]
        assert took_s < FAILOVER_S
        eventually(grouped)
        eventually(lambda: all(crew.has_asked(name) for name in fetchers))
        for name, service in crew.members.items():
            if name not in crew.killed:
                service.stop()
                assert service.process.returncode == 0
                assert not [line for line in service.log if line["level"] == "error"]

    assert newsroom.count("article") == newsroom.count("version") == FEEDS * stories
    assert newsroom.call("db", "check").code == 0
    asked = newsroom.server.requests
    assert {request.headers["user-agent"] for request in asked} == set(fetchers)
    for source in feeds:
        requests = newsroom.server.asked(f"/{source}/rss.xml")
        # What a worker asked for in its last moment was not stored, and had to be asked for again.
        lost = [r for r in requests if crew.killed.get(r.headers["user-agent"], r.at + 60) < r.at + 2]
        times = [request.at for request in requests if request not in lost]
        assert len(lost) <= 1 + len(crew.killed)
        assert min((later - earlier for earlier, later in pairwise(times)), default=EVERY_S) >= EVERY_S - 0.5, source
