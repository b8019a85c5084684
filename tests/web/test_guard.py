"""What stands before every route."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from tests.web.serving import TOKEN, Client, asking, parts_on
from web.asking import Store
from web.guard.arriving import LARGEST_BODY, LONGEST_ADDRESS, Arriving
from web.guard.client_address import ClientAddress
from web.guard.host import is_ours
from web.guard.rate_limit import Buckets
from web.guard.time_limit import TimeLimit
from web.parts import WebSettings

OPEN = WebSettings(open_reading=True, token=TOKEN)


@pytest.fixture(scope="module")
def client(hostile_store: Engine) -> Iterator[Client]:
    with asking(parts_on(hostile_store)) as client:
        yield client


@pytest.mark.parametrize("address", ["/api/v1/corrections", "/openapi.json", "/nowhere", "/api/v1/clusters/x"])
def test_every_answer_tells_browsers_what_they_may(client: Client, address: str) -> None:
    told = client.get(address).headers
    policy = dict(part.strip().partition(" ")[::2] for part in told["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    assert told["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in told["permissions-policy"]
    assert "access-control-allow-origin" not in told


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8080", True), ("localhost", True), ("LOCALHOST:1", True), ("[::1]:8080", True), ("127.9.9.9", True),
        ("news.example", True), ("news.example:8080", True), ("evil.example", False), ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False), ("10.0.0.1", False), ("", False), ("x@127.0.0.1", False), ("[::1", False),
        ("2130706433", False), ("evil.example#127.0.0.1", False),
    ],
)  # fmt: skip
def test_only_our_own_names_are_answered_to(hostile_store: Engine, host: str, ours: bool) -> None:
    settings = replace(OPEN, public_url="https://news.example")
    with asking(parts_on(hostile_store, settings)) as client:
        assert client.get("/api/v1/corrections", Host=host).status_code == (200 if ours else 421)


@given(st.text(max_size=30))
def test_any_host_can_be_judged(host: str) -> None:
    try:
        is_ours(host, None)
    except ValueError:
        assert "[" in host or "]" in host


def test_a_server_for_everyone_answers_to_any_name(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store, replace(OPEN, open_reading=False))) as client:
        got = client.get("/api/v1/corrections", Host="news.example", Authorization=f"Bearer {TOKEN}")
    assert got.status_code == 200


def test_scripts_of_named_sites_may_read(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store, replace(OPEN, allow_origins=("https://friend.example",)))) as client:
        got = client.get("/api/v1/corrections", Origin="https://friend.example")
        assert got.headers["access-control-allow-origin"] == "https://friend.example"
        assert "access-control-allow-credentials" not in got.headers
        assert "etag" in got.headers["access-control-expose-headers"].lower()
        assert (
            "access-control-allow-origin"
            not in client.get("/api/v1/corrections", Origin="https://evil.example").headers
        )
        asked = {"Origin": "https://friend.example", "Access-Control-Request-Method": "POST"}
        assert client.ask("OPTIONS", "/api/v1/corrections", headers=asked).status_code == 400


def test_who_asks_too_often_waits(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store, replace(OPEN, requests_a_minute=3))) as client:
        got = [client.get("/api/v1/corrections") for _ in range(4)]
    assert [one.status_code for one in got] == [200, 200, 200, 429]
    assert [one.headers["ratelimit"] for one in got] == [f'"minute";r={left}' for left in (2, 1, 0, 0)]
    assert got[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert 1 <= int(got[-1].headers["retry-after"]) <= 20
    assert got[-1].headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in got[-1].headers


@given(st.integers(1, 50), st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_a_bucket_never_gives_more_than_it_may(a_minute: int, gaps: list[float]) -> None:
    buckets, now, served = Buckets(a_minute), 0.0, 0
    for gap in gaps:
        now += gap
        verdict = buckets.take("a", now)
        served += verdict.wait_s == 0
        assert served <= a_minute + now * a_minute / 60 + 1e-6
        if verdict.wait_s:
            assert Buckets.take(buckets, "a", now + verdict.wait_s + 1e-6).wait_s == 0
            now += verdict.wait_s + 1e-6
            served += 1


def test_the_memory_of_buckets_is_bounded() -> None:
    buckets = Buckets(10, most=100)
    for number in range(1_000):
        buckets.take(str(number), 0.0)
    assert len(buckets) == 100


def scope_of(peer: str, *forwarded: str) -> Scope:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"type": "http", "client": (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("behind_proxy", "scope", "counted"),
    [
        (False, scope_of("127.0.0.1", "203.0.113.9"), "127.0.0.1"),
        (True, scope_of("127.0.0.1", "203.0.113.9"), "203.0.113.9"),
        (True, scope_of("127.0.0.1", "1.1.1.1, 203.0.113.9"), "203.0.113.9"),
        (True, scope_of("127.0.0.1", "1.1.1.1", "203.0.113.9"), "203.0.113.9"),
        (True, scope_of("203.0.113.7", "1.1.1.1"), "203.0.113.7"),
        (True, scope_of("127.0.0.1"), "127.0.0.1"),
        (False, scope_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
        (False, scope_of("::ffff:203.0.113.7"), "203.0.113.7"),
        (True, scope_of("127.0.0.1", "x" * 500), "x" * 64),
    ],
)
def test_an_address_counts_for_who_asks(behind_proxy: bool, scope: Scope, counted: str) -> None:
    assert ClientAddress(behind_proxy=behind_proxy)(scope) == counted


def test_what_is_too_long_or_too_large_is_refused(client: Client) -> None:
    assert client.get(f"/api/v1/corrections?x={'a' * LONGEST_ADDRESS}").status_code == 414
    assert client.ask("POST", "/api/v1/corrections", content=b"x" * (LARGEST_BODY + 1)).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    assert client.ask("POST", "/api/v1/corrections", content=endless()).status_code == 413


async def test_who_sends_slowly_is_sent_away() -> None:
    told: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(5)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def send(message: Message) -> None:
        told.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise AssertionError

    scope = {"type": "http", "headers": [(b"content-length", b"5")], "query_string": b"", "raw_path": b"/"}
    await Arriving(app, slowest_s=0.05)(scope, receive, send)
    assert told[0]["status"] == 408


def test_head_is_get_without_content(client: Client) -> None:
    got, head = client.get("/api/v1/corrections"), client.ask("HEAD", "/api/v1/corrections")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["etag"] == got.headers["etag"]
    assert client.ask("HEAD", "/api/v1/events/stream").status_code == 200


def test_what_nobody_foresaw_is_told_to_nobody(hostile_store: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with asking(parts_on(hostile_store)) as client:

        @client.app.get("/api/broken")
        def broken() -> None:
            raise KeyError("a secret")

        got = client.get("/api/broken")
    assert got.status_code == 500
    assert "secret" not in got.text
    assert got.json()["type"] == "urn:riwaya:problem:internal"
    assert "content-security-policy" in got.headers
    assert "a secret" in caplog.text


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("GET", "/api/v1/x", 404), ("PUT", "/api/v1/clusters", 405), ("GET", "/api/", 404)],
)
def test_what_is_not_there_is_a_problem_too(client: Client, method: str, address: str, status: int) -> None:
    got = client.ask(method, address)
    assert got.status_code == status
    assert got.headers["content-type"] == "application/problem+json"
    assert got.json()["status"] == status
    assert status != 405 or got.headers["allow"] == "GET"


def endless_question(store: Engine) -> str:
    if store.dialect.name == "postgresql":
        return "SELECT pg_sleep(30)"
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_question_that_takes_too_long_is_broken_off(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TimeLimit.__init__, "__kwdefaults__", {"seconds": 0.2})
    with asking(parts_on(store)) as client:

        @client.app.get("/api/slow")
        def slow(conn: Store) -> PlainTextResponse:
            conn.execute(text(endless_question(store))).all()
            return PlainTextResponse("done")

        got = client.get("/api/slow")
        assert got.status_code == 504
        assert got.json()["type"] == "urn:riwaya:problem:too-slow"
        # The connection is as good as before.
        assert client.get("/api/v1/corrections").status_code == 200


def test_a_store_that_is_gone_is_told(store: Engine, store_url: str) -> None:
    with asking(parts_on(store)) as client:
        assert client.get("/api/v1/corrections").status_code == 200
        with store.begin() as conn:
            conn.execute(text("ALTER TABLE correction RENAME TO elsewhere"))
        got = client.get("/api/v1/corrections")
        with store.begin() as conn:
            conn.execute(text("ALTER TABLE elsewhere RENAME TO correction"))
    assert got.status_code == 503
    assert got.headers["retry-after"] == "5"
    assert "SELECT" not in got.text
    assert store_url not in got.text
