"""A disk that runs full under the running service: it pauses, loses nothing and goes on by itself."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item
from tests.daemon.manager import manager
from tests.daemon.newsroom import QUICK, Newsroom, RunningService
from tests.daemon.newsroom import eventually as within

pytestmark = pytest.mark.slow

DISK = 24_000_000
WRITER = Writer(77)


class SmallDisk:
    """A file system of its own, small enough to be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @property
    def free(self) -> int:
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def fill(self, leave: int) -> None:
        """Take all of it but so many bytes."""
        file = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        # Piece by piece: the service may be quicker with the last bytes.
        with contextlib.suppress(OSError):
            while (more := min(self.free - leave, 1 << 16)) > 0:
                os.write(file, bytes(more))
        os.close(file)

    def relieve(self) -> None:
        """Give back what was taken."""
        self._ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "riwaya-test", str(folder)],  # noqa: S607 - the system's own
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a disk to fill needs to be mounted: {mounted.stderr.decode().strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607 - as above


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def small(newsroom: Newsroom, disk: SmallDisk, port: int) -> Newsroom:
    newsroom.fetch = dict(QUICK)
    newsroom.database = f"sqlite:///{disk.folder / 'riwaya.db'}"
    newsroom.metrics = {"enabled": True, "port": port}
    return newsroom


def items(first: int, count: int, sentences: int = 3) -> list[Item]:
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    return [Item(f"n{number}", *WRITER.story(sentences), day) for number in range(first, first + count)]


def ready(port: int) -> dict[str, object]:
    """Return what /readyz says of the disk."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
    return dict(told["checks"]["disk"])


def grouped(newsroom: Newsroom) -> int:
    return newsroom.count("version WHERE cluster_id IS NOT NULL")


def eventually(wanted: Callable[[], object]) -> None:
    within(wanted, 90)


def lines(service: RunningService, words: str) -> list[str]:
    return [line["message"] for line in service.log if words in line["message"]]


def test_little_room_pauses_everything_until_there_is_more(small: Newsroom, disk: SmallDisk, port: int) -> None:
    small.limits = {"free_disk": "8MB"}
    feed = small.feed("one", *items(0, 3))
    with manager() as systemd, small.service(env={"NOTIFY_SOCKET": systemd.address}) as service:
        eventually(lambda: service.said("metrics are at") and grouped(small) == 3)
        assert ready(port)["ok"]
        disk.fill(leave=4_000_000)
        eventually(lambda: service.said("no room for the store"))
        # What had begun comes to its end; from then on nobody is asked.
        time.sleep(1.5)
        asked = len(small.server.requests)
        feed.items[:0] = items(10, 2)
        time.sleep(2.5)
        assert len(small.server.requests) == asked
        told = ready(port)
        assert not told["ok"]
        assert "limits.free_disk is 8 MB" in str(told["reason"])
        eventually(lambda: any("; paused, no room for the store: only " in line for line in systemd.lines))
        status = small.call("status")
        assert status.code == 0
        assert "make room: " in status.out
        assert "fetching: process" in status.out
        disk.relieve()
        eventually(lambda: grouped(small) == 5)
        assert ready(port)["ok"]
        assert len(lines(service, "no room for the store")) == 1
        assert len(lines(service, "there is room for the store again")) == 1
        assert service.stop() < 10
        assert service.process.returncode == 0
    assert not [line for line in service.log if line["level"] == "error" and "no room" not in line["message"]]
    assert small.call("db", "check").code == 0


def test_a_store_that_is_full_rolls_back_and_goes_on_whole(small: Newsroom, disk: SmallDisk) -> None:
    # No reserve: the disk itself says no, in the middle of a transaction.
    small.limits = {"free_disk": "0B"}
    feed = small.feed("one", *items(0, 3))
    with small.service() as service:
        eventually(lambda: service.said("metrics are at") and grouped(small) == 3)
        disk.fill(leave=0)
        feed.items[:0] = items(10, 60, sentences=20)
        eventually(lambda: service.said("no room for the store"))
        (told,) = lines(service, "no room for the store")
        assert "it says that its disk, or what it may use of it, is full" in told
        # Whole transactions or nothing, also while it is full.
        assert small.count("article") == 3
        assert small.call("status").code == 0
        disk.relieve()
        eventually(lambda: small.count("version") == 63 and grouped(small) == 63)
        assert service.stop() < 10
        assert service.process.returncode == 0
    assert not [line for line in service.log if "exception" in line]
    errors = [line["message"] for line in service.log if line["level"] == "error"]
    assert all("no room for the store" in message for message in errors), errors
    # The fetch that was not stored left no record and no failure behind.
    assert small.rows("SELECT DISTINCT outcome FROM fetch WHERE outcome NOT IN ('ok', 'not_modified')") == []
    assert small.call("db", "check").code == 0
