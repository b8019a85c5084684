"""robots.txt: what may be read, for how long that is known, and what silence means."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.http import HttpClient
from sources.robots import FRESH, LONGEST_DELAY_S, LONGEST_SILENCE, RETRY, Kept, keep, product_token, robots_url
from sources.robots_keeper import RobotsKeeper
from tests.sources.loopback import Loopback, reply

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SITE = "https://sahifa.example"

RULES = """
User-agent: *
Disallow: /خاص/
Disallow: /print/
Allow: /print/open$
Crawl-delay: 7

User-agent: riwaya
Disallow: /*?print=
"""


def kept(status: int | None, text: str = "", before: Kept | None = None, agent: str = "riwaya") -> Kept:
    return keep(NOW, before, status, text.encode(), agent)


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("other", "/news/1", True),
        ("other", "/print/1", False),
        ("other", "/print/open", True),
        ("other", "/خاص/1", False),
        ("other", "/%D8%AE%D8%A7%D8%B5/1", False),
        # A group of our own replaces the one for everybody.
        ("riwaya", "/print/1", True),
        ("riwaya", "/news/1?print=1", False),
    ],
)
def test_the_group_that_names_us_counts(agent: str, path: str, *, allowed: bool) -> None:
    assert kept(200, RULES, agent=agent).robots.allows(SITE + path) is allowed


@pytest.mark.parametrize(
    ("status", "allowed", "good_for"),
    [
        (404, True, FRESH),
        (410, True, FRESH),
        (403, True, FRESH),
        (304, True, FRESH),
        (429, False, RETRY),
        (500, False, RETRY),
        (503, False, RETRY),
        (None, False, RETRY),
    ],
)
def test_no_file_means_open_and_no_answer_means_closed(
    status: int | None, good_for: timedelta, *, allowed: bool
) -> None:
    answer = kept(status, "User-agent: *\nDisallow: /")
    assert answer.robots.allows(SITE + "/news/1") is allowed
    assert answer.until == NOW + good_for


def test_a_server_that_fails_keeps_its_last_word_and_is_given_up_after_a_month() -> None:
    known = kept(200, RULES, agent="other")
    for hours in range(0, 24 * 40, 6):
        now = NOW + timedelta(hours=hours)
        known = keep(now, known, 503, b"", "other")
        silent = now - NOW
        assert known.robots.allows(SITE + "/print/1") is (silent >= LONGEST_SILENCE)
    assert keep(NOW, known, 200, RULES.encode(), "other").failing_since is None


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("riwaya/0.1 (Arabic news feed reader)", "riwaya"),
        ("ExampleBot/2 (+https://example.org)", "examplebot"),
        (" أرشيف", "riwaya"),
        ("", "riwaya"),
    ],
)
def test_our_name_is_the_first_product_of_the_user_agent(agent: str, token: str) -> None:
    assert product_token(agent) == token


@pytest.mark.parametrize(
    ("url", "robots"),
    [
        ("https://a.example/x/y?z#f", "https://a.example/robots.txt"),
        ("http://u:p@a.example:8080/", "http://a.example:8080/robots.txt"),
    ],
)
def test_each_scheme_host_and_port_has_its_own_file(url: str, robots: str) -> None:
    assert robots_url(url) == robots


@pytest.mark.parametrize(
    ("line", "delay"),
    [("7", 7), ("0.5", 0.5), ("86400", LONGEST_DELAY_S), ("-3", 0), ("nan", 0), ("soon", 0)],
)
def test_a_crawl_delay_is_bounded(line: str, delay: float) -> None:
    assert kept(200, f"User-agent: *\nCrawl-delay: {line}").robots.delay_s == delay


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.text(max_size=40))
def test_any_file_and_any_address_get_an_answer(body: bytes, path: str) -> None:
    answer = keep(NOW, None, 200, body, "riwaya")
    assert answer.robots.allows(f"{SITE}/{path}") in (True, False)
    assert 0 <= answer.robots.delay_s <= LONGEST_DELAY_S


def test_what_follows_half_a_megabyte_is_left_out() -> None:
    text = "User-agent: *\n" + "#" * (500 << 10) + "\nDisallow: /"
    assert kept(200, text).robots.allows(SITE + "/news/1")


async def test_a_site_is_asked_once_a_day_whoever_wants_to_know(server: Loopback, client: HttpClient) -> None:
    server.pages["/robots.txt"] = reply(b"User-agent: riwaya\nDisallow: /closed")
    clock = [NOW]
    keeper = RobotsKeeper(client, "riwaya/0", now=lambda: clock[0])
    answers = await asyncio.gather(*(keeper.robots(f"{server.base}/{n}") for n in range(5)))
    assert all(robots.allows(f"{server.base}/open") for robots in answers)
    assert not answers[0].allows(f"{server.base}/closed/1")
    assert len(server.requests) == 1
    clock[0] += FRESH
    server.pages["/robots.txt"] = reply(b"", "503 Service Unavailable")
    assert not (await keeper.robots(server.base + "/1")).allows(f"{server.base}/closed/1")
    assert len(server.requests) == 2
    clock[0] += RETRY
    server.pages["/robots.txt"] = reply(b"User-agent: *\nAllow: /")
    assert (await keeper.robots(server.base + "/1")).allows(f"{server.base}/closed/1")


async def test_a_site_that_cannot_be_reached_is_closed(client: HttpClient) -> None:
    keeper = RobotsKeeper(client, "riwaya/0")
    assert not (await keeper.robots("http://127.0.0.1:9/news/1")).allows("http://127.0.0.1:9/news/1")
