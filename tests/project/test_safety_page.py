"""The numbers of docs/safety.md are those of the code."""

from pathlib import Path

import httpcore
import pytest

from daemon.config.sections import FetchConfig, RetentionConfig
from sources import http, inflate, outcome, transport
from sources.parsing import entities, items, markup, pool, raw_feed
from storage import kept_bodies

FETCH = FetchConfig()
MEGABYTE = 1_000_000

TOLD = [
    f"| {FETCH.timeout.total_seconds():g} s for a whole fetch (`fetch.timeout`)",
    f"| {FETCH.connect_timeout.total_seconds():g} s for a connection (`fetch.connect_timeout`)",
    f"| {FETCH.max_bytes // MEGABYTE} MB a body (`fetch.max_bytes`)",
    f"larger than {FETCH.max_bytes} bytes",
    f"| {FETCH.parse_timeout.total_seconds():g} s by the clock for one document (`fetch.parse_timeout`)",
    f"| {http.FetchSettings('x').max_redirects} redirects |",
    f"| {inflate._MOST_CODINGS} content codings",
    f"{inflate._MOST_MEMBERS:,} gzip members",
    f"in pieces of {inflate._PIECE >> 10} KB",
    f"after each {http._BREATH_S * 1000:g} ms",
    f"| {httpcore._async.http11.AsyncHTTP11Connection.MAX_INCOMPLETE_EVENT_SIZE >> 10} KB of headers",
    f"| {transport._LONGEST_HEAD >> 10} KB until the header",
    f"| {http._LONGEST_VALIDATOR:,} letters of an ETag",
    f"| {pool._MEMORY_BYTES >> 30} GB of address space",
    f"| {pool._JOBS_PER_WORKER} documents a worker",
    f"| {pool._MAX_ENTRIES:,} entries a document",
    f"only the first {pool._MAX_ENTRIES} entries read",
    f"| {entities._MOST_DECLARED:,} declared entities, {entities.MOST_UNFOLDED:,} characters",
    f"within {markup._REACH:,} characters",
    f"| {items._LONGEST_URL:,} letters of a link, {raw_feed.LONGEST_AUTHOR} of an author, {items._MOST_CATEGORIES}",
    f"{RetentionConfig().raw_bodies // MEGABYTE} MB in all (`retention.raw_bodies`)",
    f"at most {outcome._MAX_REASON} letters",
]


@pytest.mark.parametrize("told", TOLD)
def test_the_page_on_safety_tells_this_limit(root: Path, told: str) -> None:
    assert told in " ".join((root / "docs/safety.md").read_text("utf-8").split())


def test_the_page_on_safety_tells_how_many_bodies_of_a_feed_are_kept(root: Path) -> None:
    assert kept_bodies.PER_FEED == 3
    assert "three different ones of a feed" in " ".join((root / "docs/safety.md").read_text("utf-8").split())
