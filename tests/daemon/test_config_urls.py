"""Which addresses are accepted, and which of them are the same feed."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.config.database import check_database, resolve_database, shown_database
from daemon.config.url import check_url, same_feed_key


@pytest.mark.parametrize(
    "url",
    [
        "https://feeds.example/rss",
        "http://127.0.0.1:8700/feed.xml",
        "http://[::1]:80/",
        "https://أخبار.example/خلاصة?قسم=1",
        "https://a_b.example/x?cat=1&b=2#part",
        "https://example.",
    ],
)
def test_these_can_be_fetched(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "an empty URL"),
        ("ftp://x.example", 'not an http or https URL: "ftp://x.example"'),
        ("feeds.example/rss", "not an http or https URL"),
        ("javascript:alert(1)", "not an http or https URL"),
        ("file:///etc/passwd", "not an http or https URL"),
        ("https://", "without a usable host"),
        ("https:///rss", "without a usable host"),
        ("https://-x.example/", "without a usable host"),
        ("https://a..example/", "without a usable host"),
        (f"https://{'a' * 254}/", "without a usable host"),
        ("https://a.example/x y", "blanks"),
        (" https://a.example/", "blanks"),
        ("https://a.example/\x7f", "control characters"),
        ("https://a.example\u202e/", "control characters"),
        ("https://a.example:99999/", "not a URL"),
        ("https://a.example:x/", "not a URL"),
        ("https://[::1/", "not a URL"),
        (f"https://a.example/{'x' * 2048}", "longer than 2048"),
    ],
)
def test_these_cannot_and_the_reason_says_why(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        check_url(url)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="user name or password") as caught:
        check_url("https://reader:hunter2@a.example/rss")
    assert "hunter2" not in str(caught.value)


@given(st.text(max_size=40).map(lambda rest: "https://" + rest))
def test_a_url_is_accepted_or_refused_with_one_printable_line(url: str) -> None:
    reason = ""
    try:
        same_feed_key(check_url(url))
    except ValueError as error:
        reason = str(error)
    assert reason.encode().count(b"\n") == 0


@pytest.mark.parametrize(
    "other",
    [
        "http://news.example/feed",
        "https://NEWS.example/feed",
        "https://news.example:443/feed",
        "http://news.example:80/feed",
        "https://news.example/feed/",
        "https://news.example./feed",
        "https://news.example/feed#top",
    ],
)
def test_trivial_spellings_are_one_feed(other: str) -> None:
    assert same_feed_key(other) == same_feed_key("https://news.example/feed")


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/Feed",
        "https://news.example/feed?section=1",
        "https://news.example:8443/feed",
        "https://www.news.example/feed",
    ],
)
def test_these_are_other_feeds(other: str) -> None:
    assert same_feed_key(other) != same_feed_key("https://news.example/feed")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///riwaya.db",
        "sqlite:////var/lib/riwaya/riwaya.db",
        "postgresql://u:p@h/n",
        "postgresql+psycopg://u@/n?host=/run/postgresql",
    ],
)
def test_known_databases_are_accepted(url: str) -> None:
    assert check_database(url) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://root:hunter2@h/n", 'unknown database "mysql"'),
        ("postgres://u:hunter2@h/n", 'did you mean "postgresql"?'),
        ("hunter2", "not a database URL"),
        ("riwaya.db", "not a database URL"),
        ("sqlite://", "an SQLite URL needs a file"),
        ("sqlite:///", "an SQLite URL needs a file"),
        ("sqlite://riwaya.db", "three slashes"),
        ("sqlite:///:memory:", "in memory"),
    ],
)
def test_other_databases_are_refused_without_their_password(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        check_database(url)
    assert "hunter2" not in str(caught.value)


def test_relative_files_are_seen_from_the_folder_and_nothing_else_moves() -> None:
    folder = Path("/etc/riwaya")
    assert resolve_database("sqlite:///riwaya.db", folder) == "sqlite:////etc/riwaya/riwaya.db"
    assert resolve_database("sqlite:///data/r.db?timeout=5", folder) == "sqlite:////etc/riwaya/data/r.db?timeout=5"
    assert resolve_database("sqlite:////var/r.db", folder) == "sqlite:////var/r.db"
    assert resolve_database("postgresql://h/n", folder) == "postgresql://h/n"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2@h:5432/n",
        "postgresql+psycopg://u:a@hunter2@h/n",
        "postgresql://h/n?user=u&password=hunter2",
        "postgresql://u:x/hunter2@h/n",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    shown = shown_database(url)
    assert "hunter2" not in shown
    assert "***" in shown
    assert shown.startswith(url.split(":", 1)[0])


def test_urls_without_password_are_shown_as_they_are() -> None:
    for url in ("sqlite:////var/lib/r.db", "postgresql://u@h:5432/n", "postgresql:///n"):
        assert shown_database(url) == url
