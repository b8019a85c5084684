"""Real articles, replayed as feeds and grouped from their file, where a machine has them."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.corpus import corpus_folder
from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import QUICK, Newsroom, called, eventually
from tests.daemon.replay import replayed

pytestmark = [pytest.mark.slow, pytest.mark.corpus]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A newsroom on the feeds of one day that stands still, before the first fetch."""
    with FeedServer() as nobody, replayed("--start", "2018-05-06", "--speed", "0") as feeds:
        room = Newsroom(tmp_path_factory.mktemp("day"), nobody, urls={name: [url] for name, url in feeds.items()})
        room.write()
        yield room


def test_one_round_stores_the_day_and_a_second_one_nothing(day: Newsroom) -> None:
    first = day.fetch_all()
    assert len(first) == 5
    assert {(row["outcome"], row["new"]) for row in first.values()} == {("ok", 40)}
    assert day.count("article") == 200
    assert day.count("version WHERE cluster_id IS NULL") == 0
    before = day.call("clusters", "-n", "500", "--json").out

    second = day.fetch_all()
    assert {(row["outcome"], row["status"]) for row in second.values()} == {("not_modified", 304)}
    assert day.count("article") == day.count("version") == 200
    # Every call is a process' life: the ids are those of before.
    assert day.call("clusters", "-n", "500", "--json").out == before


def test_stories_of_several_outlets(day: Newsroom) -> None:
    day.fetch_all()
    rows = day.call("clusters", "--min-sources", "2", "--json").rows
    assert rows
    for row in rows:
        assert {"id", "title", "articles", "sources", "first_seen", "published"} <= set(row)
        assert len(row["sources"]) >= 2
        versions = day.call("show", row["id"], "--json").data["versions"]
        assert len(versions) >= 2
        for version in versions:
            assert {"source", "url", "title", "text", "published", "first_seen", "similarity"} <= set(version)
            assert version["text"].strip()
            assert datetime.fromisoformat(version["published"]).year == 2018
    assert len(day.call("clusters", "--json", "-n", "500").rows) < 200


def test_news_that_come_in_quickly_with_a_kill_among_them(tmp_path: Path) -> None:
    with FeedServer() as nobody, replayed("--start", "2018-05-06T06:00:00", "--speed", "1800") as feeds:
        room = Newsroom(tmp_path, nobody, fetch=dict(QUICK), urls={name: [url] for name, url in feeds.items()})
        room.write()
        with room.service() as service:
            eventually(lambda: service.said("texts:"))
            service.kill()
        before = dict(room.rows("SELECT id, cluster_id FROM article WHERE cluster_id IS NOT NULL"))
        stored = room.count("article")
        with room.service() as service:
            eventually(lambda: room.count("article") > stored + 5)
            eventually(lambda: room.count("version WHERE cluster_id IS NULL") == 0)
            assert service.stop() < 10
            assert service.process.returncode == 0
    after = dict(room.rows("SELECT id, cluster_id FROM article"))
    redirects = dict(room.rows("SELECT id, merged_into FROM cluster WHERE merged_into IS NOT NULL"))
    assert before
    assert {article: redirects.get(cluster, cluster) for article, cluster in before.items()} == {
        article: after[article] for article in before
    }
    assert room.rows("SELECT source_id, key FROM article GROUP BY 1, 2 HAVING count(*) > 1") == []
    assert room.count("sighting") == room.count("version")


def test_the_backtest_reaches_what_it_must_on_the_labelled_articles(tmp_path: Path) -> None:
    folder, out = corpus_folder(), tmp_path / "clusters.jsonl"
    files = [folder / "snn-dev.jsonl.gz", folder / "ant-dev.jsonl.gz"]
    ended = called("backtest", *files, "--labels", folder / "labels-dev.jsonl", "--out", out, "--json")
    assert ended.code == 0
    facts = ended.data
    assert facts["articles"] == 37_210
    assert facts["labels"]["ari"] >= 0.85
    assert facts["labels"]["missing"] == 0
    lines = out.read_text("utf-8").splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 37_210
