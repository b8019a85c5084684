"""`riwaya export` and `riwaya import`: everything out, and articles from elsewhere in."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from storage import export as export_module
from storage.export import EXPORTS
from storage.views import VIEWS
from tests.clustering.arabic_text import Writer
from tests.daemon.invented_items import items
from tests.daemon.newsroom import Newsroom, eventually

WRITER = Writer(66)
STORIES = [WRITER.story(5) for _ in range(30)]
DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read an export back, whatever its format, as texts and numbers."""
    if path.suffix == ".parquet":
        return [dict(row) for row in pyarrow.parquet.read_table(path).to_pylist()]
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".csv" in path.suffixes:
        return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    return [json.loads(line) for line in raw.decode().splitlines()]


@pytest.fixture
def full(any_newsroom: Newsroom) -> Newsroom:
    any_newsroom.feed("one", *items(2, 1, 0))
    any_newsroom.feed("two", *items(3, 1))
    any_newsroom.fetch_all()
    return any_newsroom


@pytest.mark.parametrize("what", EXPORTS)
@pytest.mark.parametrize("name", ["x.parquet", "x.csv", "x.csv.gz", "x.jsonl", "x.jsonl.gz"])
def test_every_export_holds_every_row_in_every_format(
    full: Newsroom, what: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "CHUNK", 2)
    path = full.folder / name
    ended = full.call("export", what, path)
    assert ended.code == 0, ended.err
    export = EXPORTS[what]
    found = rows_of(path)
    names = [column for column, _ in export.columns]
    assert [list(row) for row in found] == [names] * len(found)
    stored = full.rows(f"SELECT {', '.join(names)} FROM {export.view} ORDER BY {names[0]}")  # noqa: S608 - our own words
    assert len(found) == len(stored) > 0
    assert [int(row[names[0]]) for row in found] == [row[0] for row in stored]
    for place, (column, kind) in enumerate(export.columns):
        if kind == "text":
            assert [row[column] for row in found] == [row[place] for row in stored], column
        if kind == "time" and column != "updated":
            values = [row[column] for row in found]
            times = [value if isinstance(value, datetime) else datetime.fromisoformat(value) for value in values]
            assert all(time.tzinfo is not None for time in times)
    assert sorted(full.folder.glob(".*")) == []


def test_the_columns_are_those_of_the_views() -> None:
    views = {view.name: [name for name, _ in view.columns] for view in VIEWS}
    for export in EXPORTS.values():
        assert views[export.view] == [name for name, _ in export.columns]
        assert export.dated in views[export.view]


def test_a_range_of_time_bounds_an_export(full: Newsroom) -> None:
    def count(*options: str) -> int:
        return len(full.call("export", "versions", "-", "--format", "jsonl", *options).rows)

    assert count() == 5
    assert count("--since", "1h") == 5
    assert count("--until", "1h") == 0
    assert count("--since", "2999-01-01") == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("versions", "x.txt"), 2, "tells no format"),
        (("versions", "-"), 2, "tells no format"),
        (("versions", "-", "--format", "parquet"), 2, "written to files only"),
        (("articles", "x.csv"), 2, "articles"),
        (("versions", "nowhere/x.csv"), 1, "nowhere/x.csv: No such file or directory"),
    ],
)
def test_what_cannot_be_exported_is_told(full: Newsroom, arguments: tuple[str, ...], code: int, words: str) -> None:
    ended = full.call("export", *arguments)
    assert ended.code == code
    assert words in ended.err


def test_a_file_is_not_written_over_by_accident(full: Newsroom) -> None:
    path = full.folder / "x.csv"
    path.write_text("mine", "utf-8")
    assert full.call("export", "events", path).code == 1
    assert path.read_text("utf-8") == "mine"
    assert full.call("export", "events", path, "--force").code == 0
    assert rows_of(path)


def article(number: int, source: str, minutes: float = 0, **more: object) -> dict[str, object]:
    title, text = STORIES[number]
    known = {"id": f"{source}-{number}", "source": source, "title": title, "text": text}
    return known | {"published": (DAY + timedelta(minutes=minutes)).isoformat()} | more


def archive(newsroom: Newsroom, *articles: object, name: str = "archive.jsonl") -> Path:
    newsroom.folder.mkdir(exist_ok=True)
    path = newsroom.folder / name
    text = "".join(
        (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in articles
    )
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["archive.jsonl", "archive.jsonl.gz"])
def test_articles_become_the_history_of_their_sources(any_newsroom: Newsroom, name: str) -> None:
    any_newsroom.feed("one", *items(0))
    path = archive(any_newsroom, article(0, "one"), article(0, "old", 30), article(1, "old", 40), name=name)
    ended = any_newsroom.call("import", path, "--json")
    assert ended.code == 0, ended.err
    assert ended.data == {"seen": 3, "new": 3, "changed": 0, "bad": 0, "grouped": 3}
    assert any_newsroom.groups() == {
        frozenset({("one", "guid:one-0"), ("old", "guid:old-0")}),
        frozenset({("old", "guid:old-1")}),
    }
    assert any_newsroom.rows("SELECT id, active FROM source ORDER BY id") == [("old", False), ("one", True)]
    times = any_newsroom.rows("SELECT published_at, first_seen_at FROM article")
    assert all(str(published) < str(seen) for published, seen in times)
    assert any_newsroom.count("sighting") == 0
    # A start of the service leaves the loaded outlet as it is, and the feed's items are its articles.
    any_newsroom.fetch_all()
    assert any_newsroom.rows("SELECT id, active FROM source ORDER BY id") == [("old", False), ("one", True)]


def test_loading_again_stores_nothing_and_a_broken_off_load_goes_on(any_newsroom: Newsroom) -> None:
    any_newsroom.write()
    everything = [article(number, "old", number) for number in range(20)]
    archive(any_newsroom, *everything[:12])
    path = any_newsroom.folder / "archive.jsonl"
    assert any_newsroom.call("import", path, "--json").data["new"] == 12
    before = any_newsroom.rows("SELECT * FROM version ORDER BY id")
    archive(any_newsroom, *everything)
    assert any_newsroom.call("import", path, "--json").data["new"] == 8
    assert any_newsroom.rows("SELECT * FROM version ORDER BY id")[:12] == before
    again = any_newsroom.call("import", path, "--json").data
    assert (again["seen"], again["new"], again["changed"], again["grouped"]) == (20, 0, 0, 0)


def test_the_order_of_the_file_and_newer_news_do_not_matter(any_newsroom: Newsroom) -> None:
    any_newsroom.feed("one", *items(0, 1, 2))
    any_newsroom.fetch_all()
    copies = [
        article(number, source, number * 600 + shift) for number in range(12) for source, shift in (("a", 0), ("b", 90))
    ]
    path = archive(any_newsroom, *sorted(copies, key=lambda one: (str(one["source"]), str(one["id"])), reverse=True))
    assert any_newsroom.call("import", path).code == 0
    groups = {group for group in any_newsroom.groups() if {source for source, _ in group} & {"a", "b"}}
    assert groups == {frozenset({("a", f"guid:a-{n}"), ("b", f"guid:b-{n}")}) for n in range(12)}
    # And what comes now is grouped as before.
    any_newsroom.feed("two", *items(1))
    any_newsroom.fetch_all()
    assert frozenset({("one", "guid:n1"), ("two", "guid:n1")}) in any_newsroom.groups()


def test_a_further_text_of_an_article_stands_for_its_own_time(any_newsroom: Newsroom) -> None:
    any_newsroom.write()
    later = article(1, "a", 300, id="a-0")
    path = archive(any_newsroom, article(0, "a"), later, article(1, "b", 310), article(0, "b", 5))
    assert any_newsroom.call("import", path, "--json").data["changed"] == 1
    dated = [str(at) for (at,) in any_newsroom.rows("SELECT dated_at FROM version ORDER BY dated_at")]
    assert dated[-1] < "2026-03-02"


BAD = [
    ("not json", "Expecting value"),
    ("[1]", "no JSON object"),
    ({"id": "x", "title": "ع"}, "source is missing"),
    ({"source": "a", "title": "ع"}, "neither id nor url"),
    ({"source": "a", "id": "x"}, "no title and no text"),
    ({"source": "a", "id": 7, "title": "ع"}, "id must be a text, not 7"),
    ({"source": "a", "id": "x", "title": "ع", "published": "yesterday"}, "published must be a time"),
    ("[" * 100_000, "more levels than anyone needs"),
    ('{"source": "\\udcff', ""),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason or "broken" for _, reason in BAD])
def test_bad_lines_are_named_and_the_others_stored(newsroom: Newsroom, line: object, reason: str) -> None:
    newsroom.write()
    path = archive(newsroom, article(0, "a"), line, article(1, "a", 5))
    ended = newsroom.call("import", path)
    assert ended.code == 1
    assert f"{path}:2: " in ended.err
    assert reason in ended.err
    assert "1 lines are no article" in ended.err
    assert newsroom.count("article") == 2


def test_a_file_that_cannot_be_read_is_told(newsroom: Newsroom) -> None:
    newsroom.write()
    assert "No such file" in newsroom.call("import", newsroom.folder / "nothing.jsonl").err
    path = archive(newsroom, *(article(number, "a") for number in range(5)), name="x.jsonl.gz")
    path.write_bytes(path.read_bytes()[:-30])
    ended = newsroom.call("import", path)
    assert ended.code == 1
    assert f"{path}: " in ended.err


@pytest.mark.slow
def test_a_running_service_groups_what_is_loaded(any_newsroom: Newsroom) -> None:
    any_newsroom.feed("one", *items(0))
    with any_newsroom.service() as running:
        eventually(lambda: running.said("new"))
        path = archive(any_newsroom, article(3, "a"), article(3, "b", 10))
        ended = any_newsroom.call("import", path)
        assert ended.code == 0, ended.err
        eventually(lambda: any_newsroom.count("version WHERE cluster_id IS NULL") == 0)
    assert frozenset({("a", "guid:a-3"), ("b", "guid:b-3")}) in any_newsroom.groups()
