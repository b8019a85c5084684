"""Sources made of an OPML list: whatever it holds, the configuration takes them."""

from pathlib import Path

import pytest
import yaml

from daemon.config import load_config
from daemon.opml_sources import sources_yaml
from sources.opml import OpmlFeed


def ids(*urls: str, taken: tuple[str, ...] = ()) -> list[str]:
    made = yaml.safe_load(sources_yaml([OpmlFeed("عنوان", url, None, None) for url in urls], "JO", taken))
    return [source["id"] for source in made["sources"]]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.almarfa.example/rss", "almarfa"),
        ("https://feeds.almarfa.com/rss", "almarfa"),
        ("https://arabic.news.example/rss", "arabic-news"),
        ("https://news.almarfa.co.test/rss", "almarfa"),
        ("https://صحيفة.example/rss", "xn-ogbhx3c3b"),
        ("http://127.0.0.1:8000/rss", "127-0-0"),
        ("http://localhost/rss", "localhost"),
        (f"https://{'a' * 63}.{'b' * 63}.example/rss", "a" * 40),
        (f"https://{'ط' * 70}.example/rss", "source"),
    ],
)
def test_ids_are_made_of_the_telling_part_of_the_host(url: str, expected: str) -> None:
    assert ids(url) == [expected]


def test_ids_are_new_and_differ() -> None:
    assert ids("https://sada.example/a", "https://sada.test/a", taken=("sada",)) == ["sada-2", "sada-3"]


def test_feeds_of_one_site_are_one_source() -> None:
    assert ids("https://www.sada.example/a", "https://sada.example/b") == ["sada"]


def test_the_configuration_takes_what_comes_out(tmp_path: Path) -> None:
    feeds = [
        OpmlFeed("صدى: «الساحل» # اليوم", "https://sada.example/rss?a=1&b=2", "https://sada.example/", "سياسة: عامة"),
        OpmlFeed("- yes", "https://yes.example/rss", None, "null"),
        OpmlFeed("1.0", "https://one.example/rss", None, None),
        OpmlFeed("", "https://blank.example/rss", None, None),
    ]
    path = tmp_path / "config.yaml"
    path.write_text(sources_yaml(feeds, "LB", ()), "utf-8")
    config = load_config(path, {})
    assert [source.name for source in config.sources] == ["صدى: «الساحل» # اليوم", "- yes", "1.0", "blank.example"]
    assert [source.feeds[0].category for source in config.sources] == ["سياسة: عامة", "null", None, None]
    assert {source.country for source in config.sources} == {"LB"}
