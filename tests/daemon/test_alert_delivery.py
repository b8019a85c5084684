"""The outbox and its deliveries on both databases: slow, hanging, lying and dead receivers, and Apprise."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from daemon.alerts import desk as alert_desk
from daemon.alerts import webhook
from daemon.alerts.apprise_target import send_by_apprise
from daemon.alerts.delivery import AT_A_TIME
from daemon.alerts.desk import AlertDesk
from daemon.alerts.payload import body_of, payload_of_test
from daemon.clusterer_lease import ClustererLease
from daemon.config import load_config
from storage.alerts import NewAlert, add_alerts, alert_log, delete_settled, due_alerts, target_figures
from storage.engine import reading, writing
from tests.daemon.alert_receiver import Receiver
from tests.daemon.feed_server import HANG, Answer, FeedServer
from tests.daemon.newsroom import eventually

HOLDER = "test:1:1"
HIDDEN = "s3cretT0ken"


class Outbox:
    """Alerts written by hand, and the desk that brings them away."""

    def __init__(self, desk: Any, folder: Path, targets: dict[str, Any]) -> None:
        self.desk = desk
        desk.open("almarfa")
        desk.save("almarfa", desk.entry("k"))
        (self.cluster,) = desk.found(*desk.queue())
        self.now = datetime.now(UTC)
        source = {"id": "almarfa", "name": "المرفأ", "homepage": "https://a.example", "country": "JO"}
        content = {
            "database": desk.engine.url.render_as_string(hide_password=False),
            "sources": [{**source, "feeds": [{"url": "https://a.example/rss"}]}],
            "targets": targets,
            # Nothing here rings; the rule keeps the queue from being thrown away unseen.
            "alerts": [{"name": "r", "event": "split", "to": [*targets]}],
        }
        path = folder / "config.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        self.config = load_config(path, {})
        assert ClustererLease(desk.engine, HOLDER).take()
        self.alerts = AlertDesk(desk.engine, self.config, HOLDER)

    def add(self, target: str, count: int) -> list[str]:
        """Write alerts for a target."""
        made = []
        for number in range(count):
            id_ = f"alert_{target}_{number}"
            body = body_of(payload_of_test(id_, "r", self.now))
            made.append(NewAlert(id_, f"r{number}", target, self.cluster, None, body))
        with writing(self.desk.engine) as conn:
            add_alerts(conn, made, self.now)
        return [alert.id for alert in made]

    def states(self) -> dict[str, tuple[str, int, str | None]]:
        """Return what became of each: state, attempts, reason."""
        with reading(self.desk.engine) as conn:
            rows = alert_log(conn, 1000, ("waiting", "delivered", "dead"))
        return {row.id: (row.state, row.attempts, row.last_error) for row in rows}


@pytest.fixture
async def outbox(desk: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Outbox]]:
    made: list[Outbox] = []

    def make(**targets: Any) -> Outbox:
        made.append(Outbox(desk, tmp_path, targets))
        return made[-1]

    yield make
    for one in made:
        await one.alerts.close()


async def test_a_hanging_receiver_holds_up_nobody(
    outbox: Callable[..., Outbox], server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than the quick ones take on a busy machine.
    monkeypatch.setattr(webhook, "TIMEOUT_S", 5.0)
    receiver = Receiver(server, "hangs", "quick")
    receiver.answers["hangs"] = lambda _: HANG
    box = outbox(hangs=receiver.target("hangs"), quick=receiver.target("quick"))
    hanging, quick = box.add("hangs", AT_A_TIME + 1), box.add("quick", 30)
    await box.alerts.tick()
    while len(receiver.taken("quick")) < len(quick):
        await asyncio.sleep(0.01)
        await box.alerts.tick()
    # So many were begun, and none has ended.
    assert len(server.asked("/hook/hangs")) == AT_A_TIME
    assert [box.states()[id_][:2] for id_ in hanging] == [("waiting", 0)] * (AT_A_TIME + 1)
    await box.alerts.deliver_all()
    assert {box.states()[id_] for id_ in hanging} == {("waiting", 1, "not finished after 5 s")}
    assert {box.states()[id_] for id_ in quick} == {("delivered", 1, None)}
    assert sorted(receiver.times("quick").values()) == [1] * 30


async def test_without_the_lease_nothing_is_sent(outbox: Callable[..., Outbox], server: FeedServer) -> None:
    receiver = Receiver(server, "desk")
    box = outbox(desk=receiver.target("desk"))
    box.add("desk", 1)
    ClustererLease(box.desk.engine, HOLDER).drop()
    await box.alerts.deliver_all()
    assert receiver.posts("desk") == []
    assert ClustererLease(box.desk.engine, HOLDER).take()
    await box.alerts.deliver_all()
    assert len(receiver.posts("desk")) == 1


async def test_a_stop_in_the_middle_notes_nothing(
    outbox: Callable[..., Outbox], server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_desk, "DRAIN_S", 0.2)
    receiver = Receiver(server, "desk")
    receiver.answers["desk"] = lambda _: HANG
    box = outbox(desk=receiver.target("desk"))
    (id_,) = box.add("desk", 1)
    await box.alerts.tick()
    await asyncio.to_thread(eventually, lambda: server.asked("/hook/desk"))
    await box.alerts.close()
    assert box.states()[id_] == ("waiting", 0, None)


async def test_lying_receivers_are_failures(outbox: Callable[..., Outbox], server: FeedServer) -> None:
    receiver = Receiver(server, "huge", "short", "teapot")
    receiver.answers["huge"] = lambda _: Answer(b"x" * 5_000_000, 500, ())
    receiver.answers["short"] = lambda _: Answer(b"", 500, (), missing=100)
    receiver.answers["teapot"] = lambda _: Answer("\x1b[31m\u202eإبريق".encode(), 418, ())
    targets = {path: receiver.target(path) for path in ("huge", "short", "teapot")}
    nobody = {"webhook": "http://127.0.0.1:1/", "secret": targets["huge"]["secret"]}
    box = outbox(**targets, nobody=nobody)
    ids = {path: box.add(path, 1)[0] for path in (*targets, "nobody")}
    await box.alerts.deliver_all()
    states = box.states()
    assert {states[id_][:2] for id_ in ids.values()} == {("waiting", 1)}
    reasons = {path: str(states[id_][2]) for path, id_ in ids.items()}
    assert len(reasons["huge"]) < 200
    assert reasons["short"] == "HTTP 500"
    assert reasons["teapot"] == "HTTP 418: [31m إبريق"
    assert reasons["nobody"].startswith("no connection")
    with reading(box.desk.engine) as conn:
        figures = {figure.target: figure for figure in target_figures(conn)}
        assert due_alerts(conn, "huge", datetime.now(UTC), 9, ()) == []
        assert len(due_alerts(conn, "huge", datetime.now(UTC) + timedelta(minutes=1), 9, ())) == 1
    assert (figures["huge"].waiting, figures["huge"].failing, figures["huge"].dead) == (1, 1, 0)


async def test_settled_alerts_go_when_they_are_old(outbox: Callable[..., Outbox], server: FeedServer) -> None:
    receiver = Receiver(server, "desk", "gone")
    receiver.answers["gone"] = lambda _: Answer(b"", 410, ())
    box = outbox(desk=receiver.target("desk"), gone=receiver.target("gone"))
    box.add("desk", 3)
    box.add("gone", 1)
    await box.alerts.deliver_all()
    (waiting,) = box.add("nobody", 1)
    with writing(box.desk.engine) as conn:
        assert delete_settled(conn, box.now - timedelta(days=1), 10) == 0
        assert delete_settled(conn, datetime.now(UTC) + timedelta(seconds=1), 3) == 3
        assert delete_settled(conn, datetime.now(UTC) + timedelta(seconds=1), 3) == 1
    assert [*box.states()] == [waiting]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise's, on Python 3.11 and 3.12
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_apprise_brings_a_text_and_keeps_its_address_to_itself(
    outbox: Callable[..., Outbox], server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.pages[f"/{HIDDEN}"] = lambda _: Answer(b"", 200, ())
    server.pages[f"/{HIDDEN}/broken"] = lambda _: Answer(HIDDEN.encode(), 500, ())
    base = server.base.replace("http://", "json://")
    box = outbox(
        chat={"apprise": f"{base}/{HIDDEN}"},
        broken={"apprise": f"{base}/{HIDDEN}/broken"},
        unknown={"apprise": f"nosuch://{HIDDEN}"},
    )
    taken, broken, unknown = (box.add(target, 1)[0] for target in ("chat", "broken", "unknown"))
    await box.alerts.deliver_all()
    states = box.states()
    assert states[taken] == ("delivered", 1, None)
    assert states[broken][:2] == states[unknown][:2] == ("waiting", 1)
    assert "500" in str(states[broken][2])
    (request,) = server.asked(f"/{HIDDEN}")
    said = json.loads(request.body)
    assert said["title"] == "رواية · \u2068r\u2069"
    assert "تنبيه تجريبي" in said["message"]
    assert "لا خبر وراءه" in said["message"]
    assert HIDDEN not in caplog.text + str(states) + repr(box.config)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
async def test_a_service_that_hangs_is_left_behind(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.alerts.apprise_target.DEADLINE_S", 0.3)
    server.pages["/x"] = lambda _: HANG
    failure = await send_by_apprise(f"{server.base.replace('http://', 'json://')}/x", "t", "x")
    assert failure is not None
    assert failure.reason == "no answer after 0.3 s"
    server.closing.set()
