"""/healthz and /readyz of the web interface."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from storage.engine import open_engine, writing
from web.app import create_app
from web.parts import Parts, WebSettings

TOKEN = "a-token-of-enough-letters"  # noqa: S105 - of a test


def client(engine: Engine, desk: Any, minutes: float, **settings: Any) -> httpx.AsyncClient:
    known: dict[str, Any] = {"open_reading": True, "free_disk": 1}
    parts = Parts(
        engine=engine,
        settings=WebSettings(**(known | settings)),
        version="1",
        now=lambda: desk.at(minutes),
        read_query=lambda _words, _now: pytest.fail("nobody searches"),
        read_moment=lambda _words, _now: pytest.fail("nobody asks"),
    )
    transport = httpx.ASGITransport(create_app(parts))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "empty.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    yield engine
    engine.dispose()


async def test_a_store_that_is_kept_up_is_ready(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("a"))
    desk.found(*desk.queue())
    asked = client(desk.engine, desk, 1)
    assert (await asked.get("/healthz")).json() == {"alive": True, "version": "1"}
    answered = await asked.get("/readyz")
    assert answered.status_code == 200
    assert answered.headers["cache-control"] == "no-store"
    told = answered.json()
    assert told["ready"] is True
    assert list(told["checks"]) == ["database", "schema", "fetching", "clustering", "disk"]
    assert all(check["ok"] and check["reason"] for check in told["checks"].values())


async def test_each_reason_for_not_being_ready_is_named(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("a"))
    answered = await client(desk.engine, desk, 30, free_disk=10**18).get("/readyz")
    assert answered.status_code == 503
    told = answered.json()["checks"]
    wrong = {name for name, check in told.items() if not check["ok"]}
    assert wrong == {"fetching", "clustering"} | ({"disk"} if desk.engine.dialect.name == "sqlite" else set())
    assert "the first for 1800 s" in told["clustering"]["reason"]


async def test_a_store_without_schema_is_not_ready_and_alive(empty: Engine, desk: Any) -> None:
    asked = client(empty, desk, 0)
    answered = await asked.get("/readyz")
    assert answered.status_code == 503
    assert "riwaya db upgrade" in answered.json()["checks"]["schema"]["reason"]
    assert (await asked.get("/healthz")).status_code == 200


async def test_a_store_that_is_broken_or_gone_is_not_ready_and_alive(desk: Any) -> None:
    asked = client(desk.engine, desk, 0)
    with writing(desk.engine) as conn:
        conn.execute(text('ALTER TABLE "fetch" RENAME TO fetched'))
    answered = await asked.get("/readyz")
    assert answered.status_code == 503
    assert list(answered.json()["checks"]) == ["database"]
    assert "fetch" in answered.json()["checks"]["database"]["reason"]
    assert (await asked.get("/healthz")).status_code == 200


async def test_a_closed_server_tells_strangers_which_conditions_hold_and_no_more(desk: Any) -> None:
    desk.open("petra")
    asked = client(desk.engine, desk, 60, open_reading=False, token=TOKEN)
    told = await asked.get("/readyz")
    assert told.status_code == 503
    assert told.json()["checks"]["fetching"] == {"ok": False}
    told = await asked.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert told.json()["checks"]["fetching"]["reason"] == "no fetch yet, 1 of 1 feeds late"
