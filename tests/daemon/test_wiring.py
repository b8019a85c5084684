"""The configuration as each package takes it: no setting is lost on the way."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from clustering.settings import Settings
from daemon.clustering_settings import clustering_settings
from daemon.config import Config, load_config
from daemon.wiring import fetch_settings, lease_time, schedule_bounds, source_specs
from sources.http import FetchSettings
from sources.schedule import Bounds
from storage.catalogue import FeedSpec, SourceSpec

TEXT = """
fetch: {every: 10m, min_every: 2m, max_every: 40m, timeout: 21s, connect_timeout: 4s, parse_timeout: 7s,
        max_bytes: 123456, user_agent: "tester (test@example.org)", allow_private: [127.0.0.1]}
clustering: {index: datasketch, window: 36h}
sources:
  - id: sada
    name: صدى الساحل
    homepage: https://sada.example/
    country: YE
    timezone: Asia/Aden
    full_text: auto
    feeds: [{url: "https://sada.example/rss", category: سياسة}, {url: "https://sada.example/sport"}]
  - {id: b, name: ب, homepage: "https://b.example/", country: JO, full_text: true, feeds: [{url: "https://b.example/r"}]}
"""


def config(folder: Path, text: str = TEXT) -> Config:
    path = folder / "config.yaml"
    path.write_text(text, "utf-8")
    return load_config(path, {})


def test_fetching(tmp_path: Path) -> None:
    assert fetch_settings(config(tmp_path)) == FetchSettings(
        user_agent="tester (test@example.org)",
        timeout_s=21,
        connect_timeout_s=4,
        max_bytes=123456,
        allow_private=frozenset({"127.0.0.1"}),
        parse_timeout_s=7,
    )
    assert schedule_bounds(config(tmp_path)) == Bounds(min_s=120, base_s=600, max_s=2400)


def test_a_lease_outlives_the_longest_fetch(tmp_path: Path) -> None:
    assert lease_time(config(tmp_path)) > timedelta(seconds=21 + 7)


def test_clustering(tmp_path: Path) -> None:
    assert clustering_settings(config(tmp_path)) == Settings(index="datasketch", window=timedelta(hours=36))


def test_without_a_word_it_clusters_as_the_backtest_does(tmp_path: Path) -> None:
    plain = config(tmp_path, TEXT.replace("clustering: {index: datasketch, window: 36h}", ""))
    assert clustering_settings(plain) == Settings()


def test_the_catalogue(tmp_path: Path) -> None:
    sada, other = source_specs(config(tmp_path))
    assert sada == SourceSpec(
        id="sada",
        name="صدى الساحل",
        homepage="https://sada.example/",
        country="YE",
        language="ar",
        timezone="Asia/Aden",
        full_text="auto",
        feeds=(FeedSpec("https://sada.example/rss", "سياسة"), FeedSpec("https://sada.example/sport", None)),
    )
    assert (other.full_text, other.timezone) == ("true", None)
    assert {field.name for field in fields(SourceSpec)} == {
        "id", "name", "homepage", "country", "language", "timezone", "full_text", "feeds",
    }  # fmt: skip
