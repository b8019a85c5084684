"""What `riwaya check` shows of a configuration."""

import json
from pathlib import Path

from daemon.config import load_config
from daemon.config.describe import FeedRow, Totals, describe, feed_rows, totals

TEXT = """
database: postgresql://u:hunter2@db.example/n
fetch: {every: 10m, allow_private: [b.internal, a.internal]}
sources:
  - id: sada
    name: صدى الساحل
    homepage: https://sada.example
    country: YE
    full_text: auto
    feeds:
      - {url: "https://feeds.example/1", category: عام}
      - {url: "https://feeds.example:8443/2"}
  - id: fajr
    name: الفجر
    homepage: https://fajr.example
    country: YE
    feeds: [{url: "https://fajr.example/rss"}]
"""


def test_rows_totals_and_values(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(TEXT, encoding="utf-8")
    config = load_config(path, {})

    assert feed_rows(config) == (
        FeedRow("sada", "صدى الساحل", "YE", "عام", "https://feeds.example/1"),
        FeedRow("sada", "صدى الساحل", "YE", "", "https://feeds.example:8443/2"),
        FeedRow("fajr", "الفجر", "YE", "", "https://fajr.example/rss"),
    )
    assert totals(config) == Totals(sources=2, feeds=3, countries=1, hosts=2)

    values = json.loads(json.dumps(describe(config)))
    assert values["database"] == "postgresql://u:***@db.example/n"
    assert values["fetch"]["every"] == "10m"
    assert values["fetch"]["max_bytes"] == 10_000_000
    assert values["fetch"]["allow_private"] == ["a.internal", "b.internal"]
    assert values["retention"] == {"fetches": "90d", "raw_bodies": 50_000_000, "lone_articles": None, "alerts": "30d"}
    assert values["sources"][0]["full_text"] == "auto"
    assert values["totals"] == {"sources": 2, "feeds": 3, "countries": 1, "hosts": 2}
    assert values["sources"][1]["feeds"] == [{"url": "https://fajr.example/rss", "category": None}]
