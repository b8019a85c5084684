"""A clock that is set while the service runs: no feed is forgotten, none is stormed, and the times stay sane."""

import sys
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from daemon.clock_watch import STEP_S, ClockWatch
from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item
from tests.daemon.manager import manager
from tests.daemon.newsroom import QUICK, ROOT, Newsroom, eventually

HOURS = 7200
WATCHDOG_S = 6
DST_ENDS = datetime(2026, 10, 24, 21, tzinfo=UTC)
"""At this moment midnight of the 25th becomes eleven in the evening of the 24th in Beirut."""


class SetClock:
    """The wall clock of a service that is started by way of `before`; the steady one is left alone."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.before = (sys.executable, "-m", "tests.daemon.set_clock", str(file))
        self.set(0)

    def set(self, seconds: float) -> None:
        """Let it go so many seconds before the real one."""
        written = self._file.with_suffix(".new")
        written.write_text(str(round(seconds)), "ascii")
        written.replace(self._file)  # in one stroke: the service reads it all the time
        self.ahead = seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + round(self.ahead), UTC)


@pytest.mark.slow
def test_a_clock_that_is_set_forgets_no_feed_and_storms_none(newsroom: Newsroom, tmp_path: Path) -> None:
    clock = SetClock(tmp_path / "clock")
    newsroom.fetch = QUICK | {"host_gap": "1s"}
    writer = Writer(41)
    feeds = {name: newsroom.feed(name, Item("n0", *writer.story(3))) for name in ("one", "two", "three")}
    published = 1

    def all_goes_on(step: float) -> None:
        """Set the clock, and see that every feed is asked and every item comes, within seconds."""
        nonlocal published
        clock.set(clock.ahead + step)
        asked, set_at = len(newsroom.server.requests), time.monotonic()
        for feed in feeds.values():
            feed.items.insert(0, Item(f"n{published}", *writer.story(3)))
        published += 1
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 3 * published)
        seconds = time.monotonic() - set_at
        since = Counter(request.path for request in newsroom.server.requests[asked:])
        assert len(since) == len(feeds)
        # All feeds are at one host, and a second lies between two requests to it, whatever the clock says.
        assert since.total() <= seconds + 2
        ((latest,),) = newsroom.rows("SELECT max(next_fetch_at) FROM feed")
        assert (datetime.fromisoformat(latest) - clock.now()).total_seconds() < 10

    clock.set((DST_ENDS - datetime.now(UTC)).total_seconds() - 10)
    env = {"PYTHONPATH": str(ROOT), "TZ": "Asia/Beirut", "WATCHDOG_USEC": str(WATCHDOG_S * 1_000_000)}
    with (
        manager() as systemd,
        newsroom.service(env=env | {"NOTIFY_SOCKET": systemd.address}, before=clock.before) as service,
    ):
        eventually(lambda: service.said("riwaya runs"))
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 3)
        eventually(lambda: clock.now() > DST_ENDS)
        all_goes_on(0)
        all_goes_on(HOURS)
        eventually(lambda: service.said("the clock was set forward by 7200 s"))
        all_goes_on(-HOURS)
        all_goes_on(-HOURS)
        assert service.said("the clock was set back by 7200 s")
        # The feeds that were asked while the clock was ahead had to be brought back, and were, each time.
        assert service.said("the clock was set back: 3 feeds are asked as if their last fetch had been now")
        beats = [at for at, message in systemd.messages if "WATCHDOG=1" in message]
        assert max(later - earlier for earlier, later in pairwise(beats)) < WATCHDOG_S
        service.stop()
        assert service.process.returncode == 0
    ((shortest, longest),) = newsroom.rows("SELECT min(duration_ms), max(duration_ms) FROM fetch")
    assert 0 <= shortest <= longest < 20_000
    assert newsroom.rows("SELECT DISTINCT outcome FROM fetch WHERE outcome NOT IN ('ok', 'not_modified')") == []
    ((slowest,),) = newsroom.rows("SELECT max(request_s) FROM host")
    assert 0 <= slowest < 20
    assert newsroom.count("event WHERE kind = 'vanished'") == 0
    assert newsroom.count("feed WHERE missed_from IS NOT NULL") == 0
    assert not [line["message"] for line in service.log if line["level"] == "error"]
    assert newsroom.call("db", "check").code == 0


def test_only_what_was_set_is_a_step() -> None:
    wall, steady = 1_000_000.0, 50.0
    watch = ClockWatch(lambda: wall, lambda: steady)
    wall, steady = wall + 3600, steady + 3600
    assert watch.look() == 0
    wall += STEP_S / 2
    assert watch.look() == 0
    wall -= 7200
    assert watch.look() == pytest.approx(-7200 + STEP_S / 2)
    assert watch.look() == 0
    wall += 7200
    assert watch.look() == pytest.approx(7200)
