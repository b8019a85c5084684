"""A store that may suddenly only be read: the running service waits, names what is in the way, and goes on."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.daemon.manager import manager
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.daemon.ports import free_port, told_of
from tests.daemon.test_service_faults import article

pytestmark = pytest.mark.slow

Lock = Callable[[bool], None]


def attribute(path: Path, sign: str) -> None:
    """Set (+) or take (-) the mark of a file that nobody may change, not even root or who has it open."""
    subprocess.run(["chattr", f"{sign}i", str(path)], check=True, capture_output=True)  # noqa: S607 - the system's own


@pytest.fixture
def files(newsroom: Newsroom) -> Lock:
    """Let nobody write the store's files, or let them again."""
    probe = newsroom.folder / "probe"
    probe.touch()
    try:
        attribute(probe, "+")
        attribute(probe, "-")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"only root can lock a file, and not on every file system: {error}")

    def lock(locked: bool) -> None:
        for path in newsroom.folder.glob("riwaya.db*"):
            if path.suffix != ".lock":
                attribute(path, "+" if locked else "-")

    return lock


def test_files_that_nobody_may_write_are_waited_for(newsroom: Newsroom, files: Lock) -> None:
    newsroom.fetch = dict(QUICK)
    port = free_port()
    newsroom.metrics = {"enabled": True, "port": port}
    feed = newsroom.feed("one", article(0))
    why = f"nothing can be written to {newsroom.folder / 'riwaya.db'}"
    with manager() as systemd, newsroom.service(env={"NOTIFY_SOCKET": systemd.address}) as service:
        eventually(lambda: service.said("metrics are at"))
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 1)
        files(True)
        try:
            feed.items = [article(1), *feed.items]
            eventually(lambda: service.said(f"the store can only be read: {why}"))
            eventually(lambda: why in told_of(port, "disk"))
            eventually(lambda: any("paused, the store can only be read" in line for line in systemd.lines))
            status = newsroom.call("status")
            assert status.code == 0, status.err
            assert f"{why}: look at its rights" in status.out
            assert newsroom.count("version") == 1
        finally:
            files(False)
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 2)
        assert told_of(port, "disk") == ""
        service.stop()
        assert service.process.returncode == 0
    assert len([line for line in service.log if line["level"] == "error"]) == 1
    assert service.said("the store can be written to again")
    assert not [line for line in service.log if "exception" in line]
    assert newsroom.count("article") == 2
    assert newsroom.call("db", "check").code == 0
    # Nor is it begun to work on such a store.
    files(True)
    try:
        refused = newsroom.process("run")
    finally:
        files(False)
    assert refused.code == 1
    assert why in refused.err
    assert "Traceback" not in refused.err
