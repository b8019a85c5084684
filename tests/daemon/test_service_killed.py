"""The service killed at any moment: nothing lost, nothing doubled, no story that changes its id."""

import time
from random import Random

import pytest

from storage.clusters import resolve
from storage.engine import StoreUnavailable, open_engine, reading
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.daemon.story_stream import Stream

pytestmark = pytest.mark.slow

STORIES = 10
KILLS = 4
MOST_BETWEEN_KILLS_S = 1.2

Memory = dict[tuple[str, str], int]
"""The cluster of each article (source, key) as it was known at some moment."""


def known(newsroom: Newsroom) -> Memory:
    stored = newsroom.rows("SELECT source_id, key, cluster_id FROM article WHERE cluster_id IS NOT NULL")
    return {(source, key): cluster for source, key, cluster in stored}


def counted(newsroom: Newsroom, table: str) -> int:
    try:
        return newsroom.count(table)
    except StoreUnavailable:
        return 0


def resolved(newsroom: Newsroom, cluster: int) -> int | None:
    engine = open_engine(newsroom.database or f"sqlite:///{newsroom.folder / 'riwaya.db'}", read_only=True)
    try:
        with reading(engine) as conn:
            return resolve(conn, cluster)
    finally:
        engine.dispose()


def test_a_service_killed_again_and_again_loses_and_doubles_nothing(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    chance = Random(1)  # noqa: S311 - moments, not secrets
    newsroom.fetch = dict(QUICK)
    stream = Stream(newsroom, STORIES, pause=0.3)
    stream.start()
    memories: list[Memory] = []
    for kill in range(KILLS):
        with newsroom.service() as service:
            before = len(newsroom.server.requests)
            eventually(lambda: len(newsroom.server.requests) > before)  # noqa: B023 - called at once
            if kill == KILLS - 1:  # a slow machine may have grouped nothing so far
                eventually(lambda: counted(newsroom, "version WHERE cluster_id IS NOT NULL") > 0)
            time.sleep(chance.uniform(0, MOST_BETWEEN_KILLS_S))
            service.kill()
        memories.append(known(newsroom))
    with newsroom.service() as service:
        stream.finish()
        eventually(lambda: service.said("riwaya runs"))
        eventually(lambda: counted(newsroom, "version WHERE cluster_id IS NOT NULL") >= stream.items, 90)
        assert service.stop() < 10
        assert service.process.returncode == 0

    # Articles in the store = items served; each has one text, each text one place.
    assert newsroom.count("article") == stream.items
    assert newsroom.count("version") == stream.items
    assert newsroom.count("sighting") == stream.items
    assert newsroom.count("version WHERE cluster_id IS NULL") == 0
    assert newsroom.groups() == stream.expected
    assert newsroom.count("event WHERE kind IN ('born', 'joined')") == stream.items
    assert newsroom.rows("SELECT version_id, other_version_id FROM match GROUP BY 1, 2 HAVING count(*) > 1") == []
    # What a cluster id meant before a kill it means now.
    now = known(newsroom)
    assert memories[-1]
    for memory in memories:
        for article, cluster in memory.items():
            assert resolved(newsroom, cluster) == now[article]
    # Nobody holds anything, and every stored outcome is a good one.
    assert newsroom.count("feed WHERE lease_until IS NOT NULL") == 0
    assert newsroom.count("lease") == 0
    outcomes = {outcome for (outcome,) in newsroom.rows('SELECT DISTINCT outcome FROM "fetch"')}
    assert outcomes <= {"ok", "not_modified", "unchanged", "abandoned"}
    assert "ok" in outcomes


def test_a_start_in_the_middle_of_a_queue_takes_it_up(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    newsroom.fetch = dict(QUICK)
    stream = Stream(newsroom, 4, pause=0)
    stream.start()
    stream.finish()
    with newsroom.service("--only", "fetch") as service:
        eventually(lambda: counted(newsroom, "version") == stream.items)
        service.kill()
    assert newsroom.count("version WHERE cluster_id IS NOT NULL") == 0
    # A whole round groups what waits, although no feed is due or brings anything.
    ended = newsroom.call("fetch", "--json")
    assert ended.code == 0
    assert newsroom.groups() == stream.expected
