"""What the API answers: the shapes of the commands, page by page, asked on condition."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine, reading
from tests.conftest import Desk
from tests.daemon.newsroom import Newsroom
from tests.web.serving import Client, asking, parts_on

SOON = timedelta(seconds=10)


@pytest.fixture(scope="module")
def archived(archive: Newsroom) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{archive.folder / 'riwaya.db'}", read_only=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def client(archived: Engine) -> Iterator[Client]:
    with asking(parts_on(archived, now=lambda: datetime.now(UTC) + SOON)) as client:
        yield client


def told(client: Client, address: str) -> Any:
    got = client.get(f"/api/v1/{address}")
    assert got.status_code == 200, got.text
    return got.json()


def test_the_commands_say_the_same(client: Client, archive: Newsroom) -> None:
    clusters = told(client, "clusters?limit=200")["items"]
    assert clusters == archive.call("clusters", "--json", "-n", "200").rows
    assert len(clusters) > 3
    for one in clusters[:4]:
        assert told(client, f"clusters/{one['id']}") == archive.call("show", one["id"], "--json").data
    for order in ("size", "growth"):
        ordered = told(client, f"clusters?order={order}&limit=200")["items"]
        assert ordered == archive.call("clusters", "--order", order, "--json", "-n", "200").rows
    assert told(client, "articles/1/history") == archive.call("history", "1", "--json").data
    assert told(client, "search?q=قطار")["items"] == archive.call("search", "قطار", "--json").rows
    status = archive.call("status", "--json").data
    found = told(client, "status")
    for name in ("sources", "feeds", "articles", "versions", "clusters", "unclustered", "last_fetch"):
        assert found[name] == status[name]
    # What only the machine can tell is the command's alone.
    assert status.keys() - found.keys() == {
        "clusterer", "running", "memory_bytes", "memory_limit_bytes", "disk_free_bytes", "disk_limit_bytes", "shared",
        "unwritable",
        "advice",
    }  # fmt: skip
    assert found.keys() <= status.keys()


@pytest.mark.parametrize("address", ["clusters?", "clusters?order=size&", "clusters?order=growth&", "search?q=قطار&"])
def test_pages_put_together_are_the_list(client: Client, address: str) -> None:
    whole = told(client, f"{address}limit=200")
    assert whole["next"] is None
    found, following = [], f"/api/v1/{address}limit=2"
    while following:
        got = client.get(following)
        assert len(got.json()["items"]) <= 2
        found += got.json()["items"]
        following = got.links.get("next", {}).get("url", "")
        assert bool(following) == (got.json()["next"] is not None)
    assert found == whole["items"]
    assert len(found) > 2


def test_filters_are_those_of_the_commands(client: Client, archive: Newsroom) -> None:
    for options, query in (
        (("--min-sources", "3"), "min_sources=3"),
        (("--source", "almarfa"), "source=almarfa"),
        (("--wire", "reuters"), "wire=رويترز"),
        (("--since", "1h"), "since=1h"),
    ):
        found = told(client, f"clusters?limit=200&{query}")["items"]
        assert found == archive.call("clusters", *options, "--json", "-n", "200").rows, query
        assert found or query == "wire=رويترز"
    assert {1} != {one["id"] for one in told(client, "clusters?q=قطار")["items"]} != set()
    assert told(client, "clusters?until=2020-01-01")["items"] == []
    for query in ("since=soon", "wire=nobody", "q=(", "order=best", "limit=0", "limit=201", "min_sources=0"):
        got = client.get(f"/api/v1/clusters?{query}")
        assert got.status_code == 422
        assert got.json()["errors"][0]["where"] == f"query.{query.partition('=')[0]}"


def test_two_texts_are_compared(client: Client) -> None:
    events = told(client, "events?kind=figure_change")["items"]
    article, cluster = events[0]["article"], events[0]["cluster"]
    before, after = (one["version"] for one in told(client, f"articles/{article}/history")["versions"][:2])
    found = told(client, f"clusters/{cluster}/diff?a={before}&b={after}")
    assert {"place": "title", "from": "12", "to": "19"} in found["changed_figures"]
    assert {piece["kind"] for piece in found["title"]} == {"same", "removed", "added"}
    assert found["a"]["article"] == found["b"]["article"] == article
    same = told(client, f"clusters/{cluster}/diff?a={before}&b={before}")
    assert [piece["kind"] for piece in same["title"]] == ["same"]
    assert client.get(f"/api/v1/clusters/{cluster}/diff?a={before}&b=999999").status_code == 404
    assert client.get(f"/api/v1/clusters/{cluster}/diff?a={before}").status_code == 422


def test_outlets_and_their_feeds(client: Client, archived: Engine) -> None:
    sources = told(client, "sources")["items"]
    with reading(archived) as conn:
        articles = conn.exec_driver_sql("SELECT count(*) FROM article").scalar_one()
    assert sum(one["articles"]["all"] for one in sources) == articles
    assert all(one["articles"]["day"] == one["articles"]["week"] == one["articles"]["all"] for one in sources)
    one = told(client, f"sources/{sources[0]['id']}")
    assert {name: one[name] for name in sources[0]} == sources[0]
    feeds = told(client, "feeds")["items"]
    assert [feed for feed in feeds if feed["source"] == one["id"]] == one["feed_list"]
    for feed in feeds:
        assert feed["words"]
        assert feed in told(client, f"feeds?state={feed['state']}")["items"]
    assert client.get("/api/v1/sources/nobody").status_code == 404
    assert client.get("/api/v1/feeds?state=sad").status_code == 422
    assert told(client, "copying")["items"]
    assert {one["agency"] for one in told(client, "wires")["items"]} >= {"reuters"}
    assert told(client, "wires?since=2099-01-01")["items"] == []


@pytest.mark.parametrize(
    "address", ["clusters", "clusters/1", "articles/1/history", "search?q=قطار", "sources", "events", "corrections"]
)
def test_what_one_has_is_not_sent_again(client: Client, address: str) -> None:
    got = client.get(f"/api/v1/{address}")
    tag = got.headers["etag"]
    assert not tag.startswith("W/")
    for held in (tag, f'"x", {tag}', "*", f"W/{tag}"):
        again = client.get(f"/api/v1/{address}", If_None_Match=held)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
    assert client.get(f"/api/v1/{address}", If_None_Match='"x"').status_code == 200


@pytest.mark.parametrize("address", ["clusters/1", "articles/1/history"])
def test_what_has_not_changed_since_is_not_sent_again(client: Client, address: str) -> None:
    modified = client.get(f"/api/v1/{address}").headers["last-modified"]
    assert client.get(f"/api/v1/{address}", If_Modified_Since=modified).status_code == 304
    assert client.get(f"/api/v1/{address}", If_Modified_Since=modified, If_None_Match='"x"').status_code == 200
    for other in (format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True), "yesterday", ""):
        assert client.get(f"/api/v1/{address}", If_Modified_Since=other).status_code == 200


def test_an_old_id_leads_to_the_story_that_took_it_over(desk: Desk) -> None:
    desk.open("alpha")
    for number in (1, 2):
        desk.save("alpha", desk.entry(f"guid:{number}", text=f"نص {number}"))
    desk.found(*desk.queue())
    desk.save("alpha", desk.entry("guid:3", text="نص 3"))
    desk.place(desk.placement(desk.queue()[0], 1, merges=[2]))
    with asking(parts_on(desk.engine)) as client:
        for rest, query in (("", ""), ("/timeline", ""), ("/diff", "?a=1&b=2&x=%FF"), ("/events", "?limit=1")):
            for spelled in ("2", "002"):
                got = client.get(f"/api/v1/clusters/{spelled}{rest}{query}")
                assert got.status_code == 308
                assert got.headers["location"] == f"/api/v1/clusters/1{rest}{query}"
                assert client.get(got.headers["location"]).status_code == 200
        assert client.get("/api/v1/clusters/3").status_code == 404


def test_an_answer_that_is_kept_is_given_only_while_nothing_is_written(desk: Desk) -> None:
    desk.open("alpha")
    with asking(parts_on(desk.engine)) as client:
        for number in range(1, 4):
            desk.save("alpha", desk.entry(f"guid:{number}", text=f"نص {number}"))
            desk.found(*desk.queue())
            for _ in range(2):
                got = client.get("/api/v1/clusters")
                assert len(got.json()["items"]) == number
                assert len(got.headers.get_list("content-security-policy")) == 1
            assert client.ask("HEAD", "/api/v1/clusters").content == b""
