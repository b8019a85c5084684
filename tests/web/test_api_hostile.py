"""Hostile strings, in the store and in what is asked: no answer fails, and none is anything but what it says it is."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import Engine

from tests.web.hostile_strings import HOSTILE
from tests.web.serving import Client, asking, parts_on

LISTS = ("clusters", "events", "sources", "feeds", "copying", "wires", "corrections", "status")
NUMBERS = ("0", "-1", "01", "1_0", "+1", "1.0", "٣", "9" * 19, "9" * 30, "9" * 5_000, "x", "%00", "%ff%fe", "1%00")


@pytest.fixture(scope="module")
def client(hostile_store: Engine) -> Iterator[Client]:
    with asking(parts_on(hostile_store)) as client:
        yield client


def checked(client: Client, address: str, *allowed: int) -> object:
    """Ask, and check what holds of every answer; return its JSON."""
    got = client.get(address)
    assert got.status_code in (allowed or (200,)), (address[:200], got.text[:300])
    kind = "application/json" if got.status_code == 200 else "application/problem+json"
    assert got.headers["content-type"] == kind
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert "Traceback" not in got.text
    return json.loads(got.content)


def test_every_string_is_a_story_of_both_outlets(client: Client) -> None:
    found = checked(client, "/api/v1/clusters?limit=200&min_sources=2")
    assert isinstance(found, dict)
    assert len(found["items"]) == len(HOSTILE)


def test_every_string_comes_back_as_data(client: Client) -> None:
    texts = set()
    for number in range(1, len(HOSTILE) * 2 + 1):
        history = checked(client, f"/api/v1/articles/{number}/history")
        assert isinstance(history, dict)
        assert len(history["versions"]) == 1
        texts.add(history["versions"][0]["title"])
    stored = {string.replace("\0", "\ufffd").encode("utf-8", "replace").decode() for string in HOSTILE.values()}
    assert {text.replace("\ufffd", "?") for text in texts} == {text.replace("\ufffd", "?") for text in stored}


def test_every_story_can_be_read_whole(client: Client) -> None:
    page = checked(client, "/api/v1/clusters?limit=200")
    assert isinstance(page, dict)
    for cluster in page["items"]:
        story = checked(client, f"/api/v1/clusters/{cluster['id']}")
        assert isinstance(story, dict)
        a, b = (version["version"] for version in story["versions"])
        checked(client, f"/api/v1/clusters/{cluster['id']}/diff?a={a}&b={b}", 200, 422)
        for part in ("timeline", "events"):
            checked(client, f"/api/v1/clusters/{cluster['id']}/{part}")


@pytest.mark.parametrize("name", [name for name, string in HOSTILE.items() if len(string) < 1_500])
def test_every_string_may_be_asked_for(client: Client, name: str) -> None:
    string = quote(HOSTILE[name].encode("utf-8", "surrogatepass"), safe="")
    for address in (
        f"search?q={string}",
        f"search?q=x&since={string}&cursor={string}",
        f"clusters?q={string}",
        f"clusters?source={string}&wire={string}",
        f"clusters?since={string}&until={string}",
        f"clusters?cursor={string}",
        f"events?kind={string}",
        f"events?cursor={string}",
        f"sources/{string}",
        f"clusters/{string}",
        f"feeds?source={string}",
        f"copying?since={string}",
        f"{string}",
    ):
        checked(client, f"/api/v1/{address}", 200, 404, 414, 422)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_none_is_told(client: Client, number: str) -> None:
    for address in (
        f"clusters/{number}",
        f"clusters/{number}/timeline",
        f"clusters/{number}/diff?a=1&b=2",
        f"clusters/1/diff?a={number}&b={number}",
        f"articles/{number}",
        f"articles/{number}/history",
        f"corrections/{number}",
        f"events?after={number}",
        f"events?cluster={number}",
        f"clusters?limit={number}",
    ):
        checked(client, f"/api/v1/{address}", 200, 404, 414, 422)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_whatever_comes_as_query(client: Client, name: str) -> None:
    for query in ("?%00", "?%ff=%fe", "?cursor=", "?limit=1&limit=2", "?&&&=", "?since=", "?__proto__=1", "?q[]=1"):
        checked(client, f"/api/v1/{name}{query}", 200, 422)


FORGED = (
    "null", "1", "[]", "{}", '"x"', "[-1]", '["recent"]', '["recent",1,2,null]', '["recent","x",2,null]',
    '["recent","2026-03-01T08:00:00+00:00",-1,null]', '["recent","2026-03-01T08:00:00+00:00",1e400,null]',
    '["recent","0001-01-01T00:00:00+14:00",1,null]', '["recent","2026-03-01",true,null]',
    '["size",1,1,"2026-03-01",99999999999999999999,null]', '["growth",1,"2026-03-01",1,"x"]', "[" * 200, "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("order", ["recent", "size", "growth"])
def test_a_forged_cursor_is_refused(client: Client, forged: str, order: str) -> None:
    cursor = urlsafe_b64encode(forged.encode("utf-8", "surrogatepass")).decode()
    for address in (
        f"clusters?order={order}&cursor={cursor}",
        f"events?cursor={cursor}",
        f"search?q=x&cursor={cursor}",
    ):
        checked(client, f"/api/v1/{address}", 422)
