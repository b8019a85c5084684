"""Corrections over HTTP, on a store that a newsroom has filled."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from daemon.config import load_config
from daemon.web_desk import WebDesk
from storage.engine import open_engine
from tests.daemon.corrected import filled, home
from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import Newsroom
from tests.web.serving import TOKEN, Client, asking, parts_on


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def room(tmp_path_factory: pytest.TempPathFactory, server: FeedServer, store_url: str) -> Newsroom:
    return Newsroom(tmp_path_factory.mktemp("room"), server, database=store_url)


def decide(client: Client, **asked: Any) -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return client.ask("POST", "/api/v1/corrections", json={"author": "سلمى", **asked}, headers=headers)


def test_every_decision_and_its_undoing(room: Newsroom) -> None:
    one, two, three = filled(room)
    engine = open_engine(room.database, read_only=True)
    desk = WebDesk(load_config(room.config, os.environ))
    with asking(parts_on(engine, desk=desk)) as client:
        first, second = home(room, one[0]), home(room, two[0])
        made = decide(client, kind="merge", clusters=[first, second], note="خبر واحد")
        assert made.status_code == 201, made.text
        merged = made.json()
        assert (merged["state"], merged["note"], merged["author"]) == ("in force", "خبر واحد", "سلمى")
        assert home(room, two[0]) == min(first, second)
        assert client.get(made.headers["location"]).json() == merged
        gone = max(first, second)
        assert client.get(f"/api/v1/clusters/{gone}").status_code == 308
        assert client.get(f"/api/v1/clusters/{min(first, second)}").json()["corrections"] == [merged]

        refused = decide(client, kind="never", articles=[one[0], two[0]])
        assert refused.status_code == 409
        assert f"correction {merged['correction']}" in refused.json()["detail"]

        undone = decide(client, kind="undo", correction=merged["correction"])
        assert (undone.status_code, undone.json()["state"]) == (201, "undone")
        assert client.get(f"/api/v1/clusters/{gone}").status_code == 200
        assert decide(client, kind="undo", correction=merged["correction"]).status_code == 409

        split = decide(client, kind="split", cluster=home(room, three[0]), articles=[three[2]])
        assert split.status_code == 201
        assert home(room, three[2]) == split.json()["cluster"] != home(room, three[0])
        pinned = decide(client, kind="pin", article=three[1], cluster=home(room, three[1]))
        assert pinned.status_code == 201
        kept_apart = decide(client, kind="never", articles=[one[0], three[0]])
        assert kept_apart.status_code == 201

        listed = client.get("/api/v1/corrections").json()["items"]
        assert listed == room.call("corrections", "--json").rows[::-1]
        page = client.get("/api/v1/corrections?limit=2")
        rest = client.get(page.links["next"]["url"])
        assert page.json()["items"] + rest.json()["items"] == listed
        assert rest.json()["next"] is None
    engine.dispose()


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"kind": "burn"}, {"kind": "merge", "clusters": [1]}, {"kind": "merge", "clusters": ["1_0", 2]},
        {"kind": "merge", "clusters": [1, 2**63]}, {"kind": "merge", "clusters": [1, 2], "more": 1},
        {"kind": "split", "cluster": 1, "articles": []}, {"kind": "pin", "article": 1}, {"kind": "undo"},
        {"kind": "never", "articles": [1, 2, 3]}, {"kind": "never", "articles": [1, 2], "author": "  "},
        {"kind": "never", "articles": [1, 2], "note": "x" * 2_001}, {"kind": "merge", "clusters": list(range(1, 600))},
    ],
)  # fmt: skip
def test_what_is_no_decision_is_refused(hostile_store: Any, asked: dict[str, Any]) -> None:
    class Untouched:
        def hand_in(self, decision: object) -> Any:
            raise AssertionError(decision)

        def take_back(self, number: int, author: str) -> Any:
            raise AssertionError(number, author)

    with asking(parts_on(hostile_store, desk=Untouched())) as client:
        got = decide(client, **asked)
    assert got.status_code == 422
    assert got.json()["errors"]
