"""Events: read page by page, listened to, and none left out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, text

from storage.engine import reading, writing
from storage.event_horizon import EVERYTHING, EventHorizon
from storage.events import EventFilters, events_after, tell
from tests.conftest import START, Desk
from tests.daemon.newsroom import eventually
from tests.web.serving import asking, parts_on, served
from web import event_streams
from web.app import create_app


def vanished(cluster: int) -> list[dict[str, object]]:
    return [
        {"cluster_id": cluster, "kind": "vanished", "article_id": None, "version_id": None, "at": START, "cause": {}}
    ]


@pytest.fixture
def cluster(desk: Desk) -> int:
    """A store with one story, and the event of its birth."""
    desk.open("alpha")
    desk.save("alpha", desk.entry("guid:1"))
    return desk.found(*desk.queue())[0]


def told(store: Engine, cluster: int) -> None:
    with writing(store) as conn:
        tell(conn, vanished(cluster))


def read_ids(store: Engine, after: int, horizon: EventHorizon) -> list[int]:
    reached = horizon.reach()
    with reading(store) as conn:
        return [row.id for row in events_after(conn, after, EventFilters(), 100, reached)]


@contextmanager
def begun(store: Engine) -> Iterator[Connection]:
    """A transaction of another process, under way."""
    with store.connect() as conn, conn.begin():
        yield conn


def test_no_event_is_left_out_when_a_higher_id_is_committed_first(store: Engine, cluster: int) -> None:
    horizon = EventHorizon(store)
    if store.dialect.name != "postgresql":
        assert horizon.reach() == EVERYTHING
        return
    seen = read_ids(store, 0, horizon)
    with begun(store) as slow:
        tell(slow, vanished(cluster))  # draws its id now
        told(store, cluster)  # draws the next one and commits
        assert read_ids(store, max(seen), horizon) == []
        told(store, cluster)
        assert read_ids(store, max(seen), horizon) == []
    late = read_ids(store, max(seen), horizon)
    late += read_ids(store, max([*seen, *late]), horizon)
    assert late == [seen[-1] + 1, seen[-1] + 2, seen[-1] + 3]


def test_the_older_transaction_may_draw_the_younger_id(store: Engine, cluster: int) -> None:
    """Then the lower id has the higher number of transaction, and comes last."""
    horizon = EventHorizon(store)
    if store.dialect.name != "postgresql":
        assert horizon.reach() == EVERYTHING
        return
    seen = read_ids(store, 0, horizon)
    with begun(store) as younger:
        with begun(store) as older:
            older.execute(text("SELECT pg_current_xact_id()"))
            tell(younger, vanished(cluster))
            tell(older, vanished(cluster))
        assert read_ids(store, max(seen), horizon) == []
    assert read_ids(store, max(seen), horizon) == [seen[-1] + 1, seen[-1] + 2]


def test_many_writers_and_a_reader(store: Engine, cluster: int) -> None:
    horizon, writers = EventHorizon(store), 4
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(12):
                with writing(store) as conn:
                    tell(conn, vanished(cluster))
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    read: list[int] = read_ids(store, 0, horizon)
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        read += read_ids(store, read[-1], horizon)
    for _ in range(3):
        read += read_ids(store, read[-1], horizon)
    assert not failures
    with reading(store) as conn:
        assert read == [row.id for row in events_after(conn, 0, EventFilters(), 1_000)]
    assert len(read) == 1 + 12 * writers


def test_events_by_pages_and_after_one(store: Engine, cluster: int) -> None:
    for _ in range(5):
        told(store, cluster)
    with asking(parts_on(store)) as client:
        pages, address = [], "/api/v1/events?limit=2"
        while address:
            got = client.get(address)
            pages.append([row["event"] for row in got.json()["items"]])
            address = got.links.get("next", {}).get("url", "")
        everything = sorted((number for page in pages for number in page), reverse=True)
        assert [number for page in pages for number in page] == everything
        assert len(everything) == 6
        first = client.get("/api/v1/events?after=0&limit=4").json()
        assert [row["event"] for row in first["items"]] == everything[::-1][:4]
        rest = client.get(f"/api/v1/events?after={first['last']}").json()
        assert [row["event"] for row in rest["items"]] == everything[::-1][4:]
        assert client.get(f"/api/v1/events?after={rest['last']}").json() == {"items": [], "next": None, "last": None}
        assert [row["kind"] for row in client.get("/api/v1/events?kind=born").json()["items"]] == ["born"]
        assert client.get("/api/v1/events?cluster=99").json()["items"] == []
        assert client.get("/api/v1/events?kind=nonsense").status_code == 422


class Listener:
    """Reads a stream line by line."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def message(self) -> dict[str, str]:
        """Return the next message that is not a comment alone."""
        found: dict[str, str] = {}
        for line in self._lines:
            if not line and found:
                return found
            name, _, value = line.partition(":")
            if name:
                found[name] = value.strip()
        return found

    def rest(self) -> list[str]:
        """Return what comes until the end."""
        return list(self._lines)


@contextmanager
def listening(address: str, query: str = "", **headers: str) -> Iterator[Listener]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with (
        httpx.Client(timeout=20, trust_env=False) as client,
        client.stream("GET", f"{address}/api/v1/events{query}", headers=named) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Listener(response)


def app_on(store: Engine) -> FastAPI:
    app = create_app(parts_on(store))
    app.state.event_streams._every_s = 0.05
    return app


def test_who_listens_is_told_what_happens(store: Engine, cluster: int) -> None:
    with served(app_on(store)) as address, listening(address, "/stream") as one:
        assert one.message() == {"retry": "3000", "id": "1"}
        with listening(address, Accept="text/event-stream") as other:
            assert other.message()["id"] == "1"
            told(store, cluster)
            for listener in (one, other):
                message = listener.message()
                assert (message["id"], message["event"]) == ("2", "vanished")
                assert '"cluster":1' in message["data"]


def test_who_comes_back_misses_nothing(store: Engine, cluster: int) -> None:
    for _ in range(4):
        told(store, cluster)
    with served(app_on(store)) as address:
        with listening(address, "/stream", Last_Event_ID="2") as back:
            assert [back.message()["id"] for _ in range(4)] == ["2", "3", "4", "5"]
            told(store, cluster)
            assert back.message()["id"] == "6"
        with listening(address, "/stream?after=0&kind=born") as chosen:
            assert chosen.message()["id"] == "0"
            assert chosen.message()["event"] == "born"


def test_a_stop_sends_listeners_home(store: Engine, cluster: int) -> None:
    assert cluster
    app = app_on(store)
    with served(app) as address, listening(address, "/stream") as one:
        one.message()
        app.state.event_streams.end()
        assert "".join(one.rest()).strip(":") == ""


def test_there_is_room_for_so_many(store: Engine, cluster: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cluster
    monkeypatch.setattr(event_streams, "MOST_LISTENERS", 1)
    with served(app_on(store)) as address:
        with listening(address, "/stream") as one:
            one.message()
            with httpx.Client(trust_env=False) as client:
                refused = client.get(f"{address}/api/v1/events/stream")
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "30"
        eventually(lambda: has_room(address))


def has_room(address: str) -> bool:
    with httpx.Client(trust_env=False) as client, client.stream("GET", f"{address}/api/v1/events/stream") as response:
        return response.status_code == 200
