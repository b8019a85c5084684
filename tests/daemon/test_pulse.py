"""What systemd hears of the service, over real sockets."""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from daemon.answering_thread import AnsweringThread
from daemon.long_start import long_start
from daemon.notify import notify, reloading, watchdog_s
from daemon.pulse import Pulse
from daemon.status_line import ago, status_line
from daemon.watchdog import CLUSTERER_PATIENCE_S, STORE_PATIENCE_S, TICK_PATIENCE_S
from storage.brief import Brief, brief
from storage.engine import open_engine, reading
from tests.daemon.manager import Manager, manager
from tests.daemon.newsroom import eventually

MARKS = count()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def systemd() -> Iterator[Manager]:
    with manager() as listening:
        yield listening


@pytest.fixture
def thread(clock: Clock) -> Iterator[AnsweringThread]:
    with AnsweringThread("store", clock) as made:
        yield made


@pytest.fixture
def pulse(store: Engine, thread: AnsweringThread, systemd: Manager, clock: Clock) -> Pulse:
    environ = {"NOTIFY_SOCKET": systemd.address}
    return Pulse(store, thread, clusters=True, send=lambda message: notify(message, environ), clock=clock)


async def signs_of_life(pulse: Pulse, systemd: Manager) -> int:
    """Let the heart beat once; return how many signs were sent."""
    before = systemd.lines.count("WATCHDOG=1")
    await pulse.beat()
    # Messages keep their order: what was sent before this one has come when it has.
    mark = f"MARK={next(MARKS)}"
    notify(mark, {"NOTIFY_SOCKET": systemd.address})
    eventually(lambda: systemd.heard(mark))
    return systemd.lines.count("WATCHDOG=1") - before


class TestPulse:
    pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

    async def test_it_is_ready_once_and_not_before_the_store_could_be_used(
        self, pulse: Pulse, systemd: Manager
    ) -> None:
        pulse.ticked(usable=False)
        pulse.reloading()
        await pulse.reloaded()
        await signs_of_life(pulse, systemd)
        assert not [line for line in systemd.lines if line.startswith(("READY", "RELOADING"))]
        for _ in range(3):
            pulse.ticked(usable=True)
        pulse.stopping()
        eventually(lambda: systemd.heard("STOPPING=1"))
        assert systemd.lines.count("READY=1") == 1

    async def test_a_reload_is_announced_and_its_end_told(self, pulse: Pulse, systemd: Manager) -> None:
        pulse.ticked(usable=True)
        before = time.monotonic_ns() // 1000
        pulse.reloading()
        await pulse.reloaded("the configuration has mistakes")
        eventually(lambda: any(line.startswith("STATUS=") for line in systemd.lines))
        ready, begun, moment, ended, status = systemd.lines
        assert (ready, begun, ended) == ("READY=1", "RELOADING=1", "READY=1")
        assert before <= int(moment.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
        refused = "a reload was refused: the configuration has mistakes"
        assert status == f"STATUS=0 feeds, 0 late, no cluster yet; {refused}"
        # The next good one takes the complaint back.
        pulse.reloading()
        await pulse.reloaded()
        eventually(lambda: systemd.lines[-1] == "STATUS=0 feeds, 0 late, no cluster yet")

    async def test_each_part_alone_can_hold_the_sign_of_life_back(
        self, pulse: Pulse, systemd: Manager, clock: Clock, thread: AnsweringThread, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        assert await signs_of_life(pulse, systemd) == 1
        eventually(lambda: not thread.busy)
        clock.now += TICK_PATIENCE_S + 1
        thread.submit(lambda: None).result()
        eventually(lambda: not thread.busy)
        assert await signs_of_life(pulse, systemd) == 0
        assert await signs_of_life(pulse, systemd) == 0
        assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
            "tick silent for 61 s: systemd gets no sign of life until it goes on"
        ]
        pulse.ticked(usable=True)
        assert await signs_of_life(pulse, systemd) == 1
        assert caplog.messages[-1] == "tick goes on"

        clock.now += CLUSTERER_PATIENCE_S - TICK_PATIENCE_S
        pulse.ticked(usable=True)
        thread.submit(lambda: None).result()
        eventually(lambda: not thread.busy)
        assert await signs_of_life(pulse, systemd) == 0
        assert "clusterer silent for 301 s" in caplog.text
        pulse.clustered()
        assert await signs_of_life(pulse, systemd) == 1

    async def test_a_store_that_does_not_answer(
        self, pulse: Pulse, systemd: Manager, clock: Clock, thread: AnsweringThread
    ) -> None:
        release = threading.Event()
        thread.submit(release.wait)
        clock.now += STORE_PATIENCE_S + 1
        pulse.ticked(usable=True)
        pulse.clustered()
        assert await signs_of_life(pulse, systemd) == 0
        await pulse.tell()
        eventually(lambda: systemd.lines[-1].endswith("no cluster yet; store silent for 121 s"))
        release.set()
        eventually(lambda: not thread.busy)
        assert await signs_of_life(pulse, systemd) == 1

    async def test_a_process_that_only_fetches_needs_no_clusterer(
        self, store: Engine, thread: AnsweringThread, systemd: Manager, clock: Clock
    ) -> None:
        environ = {"NOTIFY_SOCKET": systemd.address}
        pulse = Pulse(store, thread, clusters=False, send=lambda message: notify(message, environ), clock=clock)
        clock.now += CLUSTERER_PATIENCE_S + 1
        pulse.ticked(usable=True)
        thread.submit(lambda: None).result()
        assert await signs_of_life(pulse, systemd) == 1


async def test_the_status_tells_of_a_store_that_cannot_be_used(
    tmp_path: Path, systemd: Manager, thread: AnsweringThread, clock: Clock
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    environ = {"NOTIFY_SOCKET": systemd.address}
    pulse = Pulse(engine, thread, clusters=True, send=lambda message: notify(message, environ), clock=clock)
    await pulse.tell()
    engine.dispose()
    eventually(lambda: systemd.lines == ["STATUS=the store cannot be used: no such table: feed"])


async def test_the_status_counts_on_each_database(
    desk: Any, systemd: Manager, thread: AnsweringThread, clock: Clock
) -> None:
    desk.open("a", "b")
    environ = {"NOTIFY_SOCKET": systemd.address}
    pulse = Pulse(desk.engine, thread, clusters=True, send=lambda message: notify(message, environ), clock=clock)
    await pulse.tell()
    # The feeds are due since the spring of the tests, which is long ago.
    eventually(lambda: systemd.lines)
    assert systemd.lines == ["STATUS=2 feeds, 2 late, no cluster yet"]
    # What a person has switched off is not waited for, and a story changes when a text is put into it.
    desk.sync(desk.spec("a"))
    desk.save("a", desk.entry("k"))
    desk.found(*desk.queue())
    with reading(desk.engine) as conn:
        found = brief(conn, desk.at(1))
    assert (found.feeds, found.late) == (1, 0)
    assert found.last_cluster is not None


class TestAnsweringThread:
    def test_work_that_fails_is_an_answer(self, clock: Clock, thread: AnsweringThread) -> None:
        clock.now += 5
        with pytest.raises(ZeroDivisionError):
            thread.submit(lambda: 1 // 0).result()
        eventually(lambda: not thread.busy)
        assert thread.answered_at == clock.now

    def test_work_that_waits_or_is_called_off(self, clock: Clock, thread: AnsweringThread) -> None:
        begun = thread.answered_at
        release = threading.Event()
        first = thread.submit(release.wait)
        second = thread.submit(lambda: None)
        clock.now += 5
        assert second.cancel()
        assert thread.busy
        assert thread.answered_at == begun
        release.set()
        first.result()
        eventually(lambda: not thread.busy)
        assert thread.answered_at == clock.now

    def test_after_a_shutdown_nothing_is_open(self, clock: Clock) -> None:
        thread = AnsweringThread("store", clock)
        thread.shutdown()
        with pytest.raises(RuntimeError):
            thread.submit(lambda: None)
        assert not thread.busy


class TestNotify:
    @pytest.mark.parametrize("abstract", [False, True])
    def test_the_message_arrives(self, tmp_path: Path, abstract: bool) -> None:
        # A path in full may be too long for a socket.
        path = None if abstract else os.path.relpath(tmp_path / "n")
        with manager(path) as systemd:
            assert systemd.address.startswith("@") == abstract
            notify("READY=1\nSTATUS=جاهز", {"NOTIFY_SOCKET": systemd.address})
            eventually(lambda: systemd.lines == ["READY=1", "STATUS=جاهز"])

    @pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
    def test_nobody_listening_is_no_error(self, environ: dict[str, str]) -> None:
        notify("READY=1", environ)

    def test_a_manager_that_takes_nothing_in_is_not_waited_for(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
            deaf.bind(f"\0riwaya-deaf-{os.getpid()}")
            environ = {"NOTIFY_SOCKET": f"@riwaya-deaf-{os.getpid()}"}
            # Until its queue is full; then each message gives up by itself, else this would never end.
            queue = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text("utf-8"))
            for _ in range(queue + 2):
                notify("WATCHDOG=1", environ)

    @pytest.mark.parametrize(
        ("environ", "wanted"),
        [
            ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "7"}, 120.0),
            ({"WATCHDOG_USEC": "500000"}, 0.5),
            ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "8"}, None),
            ({"WATCHDOG_USEC": "0"}, None),
            ({"WATCHDOG_USEC": "soon"}, None),
            ({"WATCHDOG_USEC": ""}, None),
            ({}, None),
        ],
    )
    def test_the_watchdog_is_read_as_systemd_writes_it(self, environ: dict[str, str], wanted: float | None) -> None:
        assert watchdog_s(environ, 7) == wanted

    def test_a_reload_says_since_when(self) -> None:
        first, second = reloading().split("\n")
        assert first == "RELOADING=1"
        assert 0 <= time.monotonic_ns() // 1000 - int(second.removeprefix("MONOTONIC_USEC=")) < 60_000_000


class TestStatusLine:
    def test_it_reads_as_people_want_it(self) -> None:
        brief = Brief(feeds=412, late=3, last_cluster=NOW - timedelta(seconds=12.7))
        assert status_line(brief, NOW) == "412 feeds, 3 late, last cluster 12 s ago"
        assert status_line(Brief(1, 0, None), NOW) == "1 feed, 0 late, no cluster yet"
        assert status_line(Brief(1, 1, None), NOW, ["tick silent for 61 s"]).endswith("yet; tick silent for 61 s")

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(-5, "0 s"), (0, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (172_800, "2 d")],
    )
    def test_spans(self, seconds: int, words: str) -> None:
        assert ago(timedelta(seconds=seconds)) == f"{words} ago"

    @given(st.lists(st.text()))
    def test_nothing_that_stands_in_it_makes_a_second_message(self, troubles: list[str]) -> None:
        assert "\n" not in status_line(Brief(1, 0, None), NOW, troubles)


def test_a_long_start_asks_for_time_until_it_is_over() -> None:
    sent: list[str] = []
    with long_start(sent.append, every_s=0.01):
        eventually(lambda: len(sent) >= 3)
    after = len(sent)
    time.sleep(0.05)
    assert len(sent) == after
    assert set(sent) == {"EXTEND_TIMEOUT_USEC=60000000\nSTATUS=opening the store"}
