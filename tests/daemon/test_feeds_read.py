"""The output feeds as programs of others read them: newsboat, and riwaya itself."""

import os
import shutil
import socket
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.invented_items import items
from tests.daemon.newsroom import Newsroom, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def served(newsroom: Newsroom) -> Iterator[str]:
    """The address of a running server over stories of two outlets, one of them of one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    newsroom.web = {"port": port, "requests_a_minute": 0}
    newsroom.feed("ghad", *items(0, 1, 2))
    newsroom.feed("sada", *items(0, 1))
    newsroom.fetch_all()
    base = f"http://127.0.0.1:{port}"
    with newsroom.service("--only", "web"):
        eventually(lambda: answers(base))
        yield base


def answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/feeds/sources.opml", timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.skipif(shutil.which("newsboat") is None and not os.environ.get("CI"), reason="newsboat is not installed")
def test_newsboat_reads_every_feed_and_finds_nothing_new_twice(served: str, newsroom: Newsroom, tmp_path: Path) -> None:
    # newsboat knows an item by its id alone, whichever feed it is in: each has a reader of its own.
    readers = [Newsboat(tmp_path / ending, f"{served}/feeds/clusters.{ending}") for ending in ("atom", "rss")]
    first = [reader.reload() for reader in readers]
    titles = {title for (title,) in newsroom.rows("SELECT title FROM cluster")}
    assert len(titles) == 3
    newsroom.feed("sada", *items(0, 1, 2))
    newsroom.fetch_all()
    for reader, before in zip(readers, first, strict=True):
        assert {title for title, _ in before.values()} == titles
        after = reader.reload()
        assert after.keys() == before.keys()
        grown = [guid for guid in after if after[guid] != before[guid]]
        assert len(grown) == 1, "the story that grew is shown anew, and no other"
    assert first[0].keys() == first[1].keys()


class Newsboat:
    """newsboat with a configuration and a cache of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        (folder / "urls").write_text(f"{url}\n")
        (folder / "config").write_text("reload-threads 1\ndownload-retries 1\n")
        self._folder = folder

    def reload(self) -> dict[str, tuple[str, str]]:
        """Fetch the feed; return title and content of the items that it then holds, by id."""
        environment = {"HOME": str(self._folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
        command = ["newsboat", "-u", "urls", "-C", "config", "-c", "cache.db", "-x", "reload"]
        done = subprocess.run(command, cwd=self._folder, env=environment, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        cache = sqlite3.connect(self._folder / "cache.db")
        rows = cache.execute("SELECT guid, title, content FROM rss_item").fetchall()
        cache.close()
        return {guid: (title, content) for guid, title, content in rows}


def test_riwaya_reads_its_own_feeds(served: str, newsroom: Newsroom, tmp_path: Path) -> None:
    mirror = Newsroom(tmp_path / "mirror", newsroom.server)
    mirror.urls = {ending: [f"{served}/feeds/clusters.{ending}?limit=50"] for ending in ("atom", "rss", "json")}
    mirror.write()
    assert {name: row["outcome"] for name, row in mirror.fetch_all().items()} == dict.fromkeys(mirror.urls, "ok")
    stories = newsroom.rows("SELECT id, title FROM cluster ORDER BY id")
    told = {(f"{served}/clusters/{cluster}", title) for cluster, title in stories}
    for name in mirror.urls:
        query = (
            "SELECT article.url, version.title FROM article JOIN version ON version.id = article.latest_version_id"
            " WHERE article.source_id = :name"
        )
        assert set(mirror.rows(query, name=name)) == told
    assert {row["outcome"] for row in mirror.fetch_all().values()} == {"not_modified"}
    newsroom.feed("sada", *items(0, 1, 2))
    newsroom.fetch_all()
    mirror.fetch_all()
    assert mirror.count("article") == 9, "a story that grew is the same item"
    assert mirror.count("version") == 12, "with another text, in each of the three"
