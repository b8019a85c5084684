"""Which configuration a command takes, what `check`, `sources` and `db` say of it and of its store."""

import os
import sqlite3
from pathlib import Path

import pytest
import yaml

from daemon.config import load_config
from daemon.demo.stories import load_outlets
from sources.opml import read_opml
from storage.migrate import head
from tests.daemon.newsroom import ROOT, Newsroom, called, program

SOURCE = {
    "id": "sada",
    "name": "صدى الساحل",
    "homepage": "https://sada.example/",
    "country": "YE",
    "feeds": [{"url": "https://sada.example/rss", "category": "سياسة"}, {"url": "https://sada.example/sport"}],
}
FEEDS = {("https://sada.example/rss", "سياسة"), ("https://sada.example/sport", None)}


def write(folder: Path, name: str = "config.yaml", **changes: object) -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump({"sources": [SOURCE], **changes}, allow_unicode=True), "utf-8")
    return path


def test_the_option_chooses_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "other.yaml")
    facts = called("check", "--json", config=path).data
    assert facts["config"] == str(path)
    assert facts["totals"] == {"sources": 1, "feeds": 2, "countries": 1, "hosts": 1}


def test_the_environment_chooses_the_file_and_the_option_wins(tmp_path: Path) -> None:
    one, two = write(tmp_path, "one.yaml"), write(tmp_path, "two.yaml", web={"port": 8181})
    assert called("check", "--json", env={"RIWAYA_CONFIG": str(two)}).data["web"]["port"] == 8181
    assert called("check", "--json", config=one, env={"RIWAYA_CONFIG": str(two)}).data["web"]["port"] == 8080


def test_without_a_word_it_is_the_file_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    facts = called("check", "--json").data
    assert facts["config"] == "config.yaml"
    assert facts["database"] == f"sqlite:///{tmp_path}/riwaya.db"


@pytest.mark.skipif(Path("/etc/riwaya/config.yaml").exists(), reason="this machine has a configuration of its own")
def test_no_configuration_anywhere_is_told_with_the_places_that_were_tried(tmp_path: Path) -> None:
    ended = program("check", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    (message,) = ended.err.splitlines()
    assert "neither config.yaml nor /etc/riwaya/config.yaml exists" in message
    assert "--config" in message


def test_a_named_file_that_is_not_there(tmp_path: Path) -> None:
    for command in ("check", "status", "fetch", "run", "clusters"):
        ended = called(command, config=tmp_path / "missing.yaml")
        assert (ended.code, ended.out) == (2, "")
        (message,) = ended.err.splitlines()
        assert str(tmp_path / "missing.yaml") in message


def test_every_mistake_is_told_with_file_line_key_and_reason(tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    extra.write_text(yaml.safe_dump({"sources": [SOURCE, {**SOURCE, "id": "two"}]}, allow_unicode=True), "utf-8")
    path = tmp_path / "config.yaml"
    path.write_text("fetch:\n  every: 15\n  evry: 5m\nweb: {port: 0}\ninclude: [extra.yaml, none.yaml]\n", "utf-8")
    ended = called("check", config=path)
    assert ended.code == 2
    lines = [line.replace(f"{tmp_path}/", "") for line in ended.err.splitlines()]
    for place, key, reason in (
        ("config.yaml:2", "fetch.every", "without a unit"),
        ("config.yaml:3", "fetch.evry", "every"),
        ("config.yaml:4", "web.port", ""),
        ("none.yaml", "", "No such file"),
        ("extra.yaml:", "url", "stands twice"),
    ):
        assert any(line.startswith(place) and key in line and reason in line for line in lines), (place, lines)


def test_environment_variables_override_settings(tmp_path: Path) -> None:
    path = write(tmp_path)
    database = f"sqlite:///{tmp_path}/elsewhere.db"
    assert called("check", "--json", config=path, env={"RIWAYA_DATABASE": database}).data["database"] == database
    ended = called("check", config=path, env={"RIWAYA_WEB_PROT": "1"})
    assert ended.code == 2
    assert "RIWAYA_WEB_PORT" in ended.err


def test_check_never_shows_a_password(tmp_path: Path) -> None:
    path = write(tmp_path, database="postgresql://reader:hunter2@db.example/news")
    for options in ([], ["--json"]):
        ended = called("check", *options, config=path)
        assert ended.code == 0
        assert "hunter2" not in ended.out + ended.err


def test_check_lists_every_feed_and_the_totals(tmp_path: Path) -> None:
    path = write(tmp_path)
    lines = called("check", config=path).out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["source", "sada", "sada"]
    assert "سياسة" in lines[1]
    assert lines[-1] == f"{path} is right: 1 sources of 1 countries, 2 feeds on 1 hosts"


def test_the_shipped_configuration_is_right() -> None:
    ended = called("check", "--json", config=ROOT / "config.yaml")
    assert ended.code == 0
    totals = ended.data["totals"]
    assert totals["sources"] >= 40
    assert totals["feeds"] >= 60
    assert totals["countries"] >= 15


def test_sources_as_json_lines(archive: Newsroom) -> None:
    rows = archive.call("sources", "list", "--json").rows
    assert [row["id"] for row in rows] == [outlet.id for outlet in load_outlets()]
    assert [row["name"] for row in rows] == [outlet.name for outlet in load_outlets()]
    assert all(row["feeds"][0]["url"].startswith("http://127.0.0.1:") for row in rows)


def test_sources_as_a_table(archive: Newsroom) -> None:
    lines = archive.call("sources", "list").out.splitlines()
    assert lines[0].split() == ["source", "name", "country", "feeds", "homepage"]
    assert len(lines) == 7


def test_opml_out_and_in_again_is_the_same_list(tmp_path: Path) -> None:
    path, opml, included = write(tmp_path), tmp_path / "feeds.opml", tmp_path / "more.yaml"
    ended = called("sources", "export", opml, config=path)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"2 feeds written to {opml}\n"
    # Standard output gets the same text.
    assert called("sources", "export", config=path).out == opml.read_text("utf-8")
    assert {(feed.url, feed.category) for feed in read_opml(opml.read_text("utf-8"))} == FEEDS

    empty = tmp_path / "empty"
    empty.mkdir()
    other = write(empty, sources=[{**SOURCE, "id": "other", "feeds": [{"url": "https://other.example/rss"}]}])
    ended = called("sources", "import", opml, "--country", "YE", config=other)
    assert ended.code == 0
    assert ended.err == "2 feeds; 0 are configured already\n"
    included.write_text(ended.out, "utf-8")
    whole = write(empty, sources=[], include=[str(included)])
    (source,) = load_config(whole, {}).sources
    assert (source.id, source.name, source.country) == ("sada", SOURCE["name"], "YE")
    assert {(feed.url, feed.category) for feed in source.feeds} == FEEDS


def test_a_country_must_be_named_since_a_source_needs_one(tmp_path: Path) -> None:
    path, opml = write(tmp_path), tmp_path / "feeds.opml"
    opml.write_text("<opml><body/></opml>", "utf-8")
    assert called("sources", "import", opml, config=path).code == 2
    ended = called("sources", "import", opml, "--country", "XX", config=path)
    assert ended.code == 2
    assert "--country: not a two-letter ISO 3166 country code" in ended.err


def test_importing_leaves_out_what_is_configured_and_gives_new_sources_free_ids(tmp_path: Path) -> None:
    path, opml = write(tmp_path), tmp_path / "feeds.opml"
    opml.write_text(
        '<opml version="2.0"><body>'
        '<outline text="صدى" xmlUrl="https://sada.example/rss" htmlUrl="https://sada.example/"/>'
        '<outline text="صدى الرياضة" xmlUrl="https://sada.test/rss"/>'
        '<outline text="المنار" xmlUrl="https://www.almanar.test/a.xml"/>'
        '<outline text="المنار" xmlUrl="https://www.almanar.test/b.xml"/>'
        "</body></opml>",
        "utf-8",
    )
    ended = called("sources", "import", opml, "--country", "LB", config=path)
    assert ended.err == "3 feeds; 1 are configured already\n"
    sources = yaml.safe_load(ended.out)["sources"]
    assert [(source["id"], len(source["feeds"])) for source in sources] == [("sada-2", 1), ("almanar", 2)]
    (tmp_path / "more.yaml").write_text(ended.out, "utf-8")
    assert called("check", config=write(tmp_path, include=["more.yaml"])).code == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<opml", "not well-formed"),
        (b"<rss/>", "not <opml>"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "not accepted"),
        (b'<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>', "only http"),
        (b"\xff\xfe\xff", "codec"),
        (None, "No such file"),
    ],
)
def test_a_list_that_cannot_be_imported_is_one_message(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path, opml = write(tmp_path), tmp_path / "feeds.opml"
    if content is not None:
        opml.write_bytes(content)
    ended = called("sources", "import", opml, "--country", "YE", config=path)
    assert (ended.code, ended.out) == (1, "")
    (message,) = ended.err.splitlines()
    assert str(opml) in message
    assert reason in message


def test_exporting_where_nothing_can_be_written(tmp_path: Path) -> None:
    ended = called("sources", "export", tmp_path / "none" / "x.opml", config=write(tmp_path))
    assert ended.code == 1
    assert ended.err == f"Error: {tmp_path}/none/x.opml: No such file or directory\n"


def test_db_upgrade_makes_a_store_and_version_tells_of_it(newsroom: Newsroom) -> None:
    newsroom.feed("one")
    ended = newsroom.call("db", "upgrade")
    assert (ended.code, ended.out) == (0, f"the store has schema {head()}\n")
    assert newsroom.call("db", "version", "--json").data == {"schema": head(), "release": head()}
    assert newsroom.call("db", "upgrade").code == 0
    assert newsroom.call("status", "--json").data["articles"] == 0


def test_db_upgrade_and_version_on_every_database(tmp_path: Path, empty_store_url: str) -> None:
    path = write(tmp_path, database=empty_store_url)
    assert called("db", "version", "--json", config=path).code == (1 if empty_store_url.startswith("sqlite") else 0)
    assert called("db", "upgrade", config=path).code == 0
    assert called("db", "version", "--json", config=path).data["schema"] == head()


def test_a_store_of_a_newer_release_is_left_alone(newsroom: Newsroom) -> None:
    newsroom.feed("one")
    newsroom.call("db", "upgrade")
    store = newsroom.folder / "riwaya.db"
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (["fetch", "--all"], ["run"], ["db", "upgrade"], ["clusters"]):
        ended = newsroom.call(*command)
        assert (ended.code, ended.out) == (1, "")
        (message,) = ended.err.splitlines()
        assert "9999" in message
        assert head() in message
    told = newsroom.call("status")  # tells besides what can be known without the store
    assert told.code == 1
    assert "9999" in told.err
    assert newsroom.call("db", "version", "--json").data == {"schema": "9999", "release": head()}
    assert newsroom.server.requests == []


def test_the_store_of_another_program_is_left_alone(newsroom: Newsroom) -> None:
    store = newsroom.folder / "riwaya.db"
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = store.read_bytes()
    newsroom.feed("one")
    ended = newsroom.call("fetch", "--all")
    assert ended.code == 1
    assert "another program" in ended.err
    assert store.read_bytes() == before


def test_a_folder_without_the_right_to_write(newsroom: Newsroom) -> None:
    locked = Path("/proc")  # not even root makes files there
    if os.geteuid() != 0:
        locked = newsroom.folder / "locked"
        locked.mkdir(mode=0o500)
    newsroom.database = f"sqlite:///{locked}/riwaya.db"
    newsroom.feed("one")
    ended = newsroom.call("fetch", "--all")
    assert ended.code == 1
    assert f"{locked}/riwaya.db" in ended.err
    assert newsroom.server.requests == []
