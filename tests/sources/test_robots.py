import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sources.http import HttpClient
from sources.robots import LONGEST_DELAY_S, Robots, product_token, site_of
from tests.sources.loopback import Loopback, reply

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
RULES = b"""\
User-agent: *
Disallow: /private/
Disallow: /*?print=
Allow: /private/open

User-agent: riwaya
Disallow: /secret
Crawl-delay: 7
"""


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def robots(client: HttpClient, watch: Watch, agent: str = "other") -> Robots:
    return Robots(client, agent, watch)


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("other", "/a/1", True),
        ("other", "/private/1", False),
        ("other", "/private/open/1", True),
        ("other", "/a/1?print=1", False),
        ("riwaya", "/secret/1", False),
        ("riwaya", "/private/1", True),
        ("RIWAYA", "/secret/1", False),
    ],
)
async def test_the_rules_of_a_site_hold_for_the_robot_they_name(
    client: HttpClient, server: Loopback, watch: Watch, agent: str, path: str, allowed: bool
) -> None:
    server.pages["/robots.txt"] = reply(RULES)
    url = f"{server.base}{path}"
    assert (await robots(client, watch, agent).rules(url)).allow(url) is allowed


async def test_arabic_paths_are_compared_as_they_are_sent(client: HttpClient, server: Loopback, watch: Watch) -> None:
    server.pages["/robots.txt"] = reply("User-agent: *\nDisallow: /أرشيف/\n".encode())
    rules = await robots(client, watch).rules(server.base)
    assert not rules.allow(f"{server.base}/%D8%A3%D8%B1%D8%B4%D9%8A%D9%81/1")
    assert rules.allow(f"{server.base}/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1")


async def test_a_delay_is_heard_and_bounded(client: HttpClient, server: Loopback, watch: Watch) -> None:
    server.pages["/robots.txt"] = reply(RULES + b"\nUser-agent: slow\nCrawl-delay: 3600\n")
    assert (await robots(client, watch, "riwaya").rules(server.base)).delay_s == 7
    assert (await robots(client, watch, "slow").rules(server.base)).delay_s == LONGEST_DELAY_S
    assert (await robots(client, watch).rules(server.base)).delay_s == 0


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "204 No Content"])
async def test_no_file_is_no_rule(client: HttpClient, server: Loopback, watch: Watch, status: str) -> None:
    server.pages["/robots.txt"] = reply(b"", status)
    assert (await robots(client, watch).rules(server.base)).allow(f"{server.base}/x")


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow Down"])
async def test_a_server_that_cannot_say_is_not_asked_for_pages(
    client: HttpClient, server: Loopback, watch: Watch, status: str
) -> None:
    server.pages["/robots.txt"] = reply(b"", status)
    known = robots(client, watch)
    rules = await known.rules(server.base)
    assert not rules.allow(f"{server.base}/x")
    assert rules.reason == f"its robots.txt cannot be had: HTTP {status[:3]}"
    # It is asked again soon, but not for every page.
    await known.rules(server.base)
    assert len(server.requests) == 1
    server.pages["/robots.txt"] = reply(RULES)
    watch.now += timedelta(minutes=10)
    assert (await known.rules(server.base)).allow(f"{server.base}/x")


async def test_a_server_that_is_not_there_is_not_asked_for_pages(client: HttpClient, watch: Watch) -> None:
    rules = await robots(client, watch).rules("http://127.0.0.1:9/x")
    assert not rules.allow("http://127.0.0.1:9/x")
    assert "robots.txt" in (rules.reason or "")


async def test_redirects_without_end_are_no_rule(client: HttpClient, server: Loopback, watch: Watch) -> None:
    server.pages["/robots.txt"] = reply(b"", "302 Found", Location="/robots.txt")
    assert (await robots(client, watch).rules(server.base)).allow(f"{server.base}/x")


async def test_a_file_is_believed_for_a_day(client: HttpClient, server: Loopback, watch: Watch) -> None:
    server.pages["/robots.txt"] = reply(RULES)
    known = robots(client, watch)
    for hours in (0, 12, 23):
        watch.now = NOW + timedelta(hours=hours)
        await known.rules(f"{server.base}/{hours}")
    assert len(server.requests) == 1
    watch.now = NOW + timedelta(hours=24)
    await known.rules(server.base)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>not found</html>",
        b"Disallow: /\n" * 10,
        b"\x00" * 1000,
        b"User-agent: *\n" * 50_000,
    ],
)
async def test_nonsense_is_no_rule(client: HttpClient, server: Loopback, watch: Watch, body: bytes) -> None:
    server.pages["/robots.txt"] = reply(body)
    assert (await robots(client, watch).rules(server.base)).allow(f"{server.base}/x")


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("riwaya/0.1 (news archive; a@example.org)", "riwaya"),
        ("riwaya (archive)", "riwaya"),
        ("Archive/2", "Archive"),
    ],
)
def test_we_go_by_the_first_word_of_our_user_agent(agent: str, token: str) -> None:
    assert product_token(agent) == token


def test_a_site_is_scheme_host_and_port() -> None:
    assert site_of("https://user:secret@News.Example:8443/a?b#c") == "https://news.example:8443"
    assert site_of("http://news.example/a") != site_of("https://news.example/a")


async def test_large_files_of_many_sites_are_not_all_kept(
    client: HttpClient, server: Loopback, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.robots._MOST_BYTES", 3 * len(RULES) // 2)
    server.pages["/robots.txt"] = reply(RULES)
    kept = robots(client, watch)
    async with await asyncio.start_server(server.accept, "127.0.0.1", 0) as listening:
        other = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        for site, asked in ((server.base, 1), (server.base, 1), (other, 2), (server.base, 3), (server.base, 3)):
            assert not (await kept.rules(f"{site}/private/1")).allow(f"{site}/private/1")
            assert len(server.requests) == asked
        await server.stop()
