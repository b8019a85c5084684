"""Arguments at the edge of what there is, and files that must not be overwritten."""

import json
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.daemon.feed_server import Answer, rss
from tests.daemon.invented_items import items
from tests.daemon.newsroom import ROOT, Newsroom, clean_environment


@pytest.mark.parametrize(
    "words",
    [
        ["show", "99999999999999999999999"],
        ["why", "1", "99999999999999999999999"],
        ["clusters", "-n", "99999999999999999999"],
        ["clusters", "--min-sources", "99999999999999999999"],
        ["clusters", "--since", "0001-01-01T00:00:00+14:00"],
    ],
    ids=" ".join,
)
def test_what_no_database_can_hold_is_wrong_usage(archive: Newsroom, words: list[str]) -> None:
    ended = archive.call(*words)
    assert ended.code == 2
    assert "Invalid value" in ended.err


def test_output_that_cannot_be_written_is_one_line(archive: Newsroom) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "daemon", "--config", str(archive.config), "clusters"]
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=clean_environment(), cwd=ROOT, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[0] == "Error: output: No space left on device"


def test_a_time_beyond_the_calendar_names_file_and_line(newsroom: Newsroom, tmp_path: Path) -> None:
    corpus = tmp_path / "a.jsonl"
    article = {"id": "1", "source": "s", "title": "t", "text": "x", "published": "0001-01-01T00:00:00+14:00"}
    corpus.write_text(json.dumps(article), "utf-8")
    ended = newsroom.call("backtest", corpus)
    assert ended.code == 1
    assert f"{corpus}:1: published is no ISO 8601 time" in ended.err


def test_a_backtest_does_not_overwrite_what_it_reads(newsroom: Newsroom, tmp_path: Path) -> None:
    corpus = tmp_path / "a.jsonl"
    corpus.write_text("", "utf-8")
    for option in ("--out", "--mistakes"):
        ended = newsroom.call("backtest", corpus, "--labels", corpus, option, corpus)
        assert ended.code == 2
        assert "would be overwritten" in ended.err


def test_an_export_overwrites_nothing_but_an_earlier_one(archive: Newsroom, tmp_path: Path) -> None:
    store = archive.folder / "demo.db"
    store.write_bytes(b"SQLite format 3\0 and all our articles")
    ended = archive.call("sources", "export", store)
    assert (ended.code, store.read_bytes()[:6]) == (1, b"SQLite")
    assert f"{store} exists and is no OPML" in ended.err
    file = tmp_path / "feeds.opml"
    assert [archive.call("sources", "export", file).code for _ in range(2)] == [0, 0]


def test_a_port_that_is_no_number_is_a_mistake_of_the_configuration(newsroom: Newsroom) -> None:
    newsroom.database = "postgresql+psycopg://u:secret@h:bad/x"
    newsroom.feed("one", *items(0))
    ended = newsroom.call("check")
    assert ended.code == 2
    assert "database: the port is not a number" in ended.err
    assert "secret" not in ended.err


def test_entries_beyond_the_limit_are_told_and_asked_for_again(newsroom: Newsroom) -> None:
    first = items(0)[0]
    # Texts that have nothing in common: grouping them is quick.
    texts = [sha256(str(number).encode()).hexdigest() for number in range(2_100)]
    body = rss([replace(first, guid=text, title=text, text=text) for text in texts], newsroom.server.base)
    newsroom.publish("many", lambda _: Answer(body, 200, (("Content-Type", "application/rss+xml"), ("ETag", '"x"'))))
    row = newsroom.fetch_all()["many"]
    assert (row["outcome"], row["seen"]) == ("ok", 2_000)
    assert "only the first 2000 entries read" in row["error"]
    assert newsroom.rows("SELECT etag FROM feed") == [(None,)]
