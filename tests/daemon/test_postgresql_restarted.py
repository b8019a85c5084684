"""A PostgreSQL that falls, comes back, stands by and takes over, under the running service."""

import time
from pathlib import Path

import pytest

from tests.daemon.feed_server import FeedServer
from tests.daemon.manager import manager
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.daemon.own_postgresql import own_postgresql
from tests.daemon.ports import free_port, told_of
from tests.daemon.test_service_faults import article

pytestmark = pytest.mark.slow

GONE_S = 60


def test_a_server_that_falls_is_gone_for_a_minute_and_stands_by_is_outlived(tmp_path: Path, server: FeedServer) -> None:
    with own_postgresql() as postgresql:
        newsroom = Newsroom(tmp_path, server, database=postgresql.url.render_as_string(hide_password=False))
        newsroom.fetch = dict(QUICK)
        port = free_port()
        newsroom.metrics = {"enabled": True, "port": port}
        feed = newsroom.feed("one", article(0))
        number = 1

        def goes_on() -> None:
            eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == number)

        def publish() -> None:
            nonlocal number
            feed.items = [article(number), *feed.items]
            number += 1

        with manager() as systemd, newsroom.service(env={"NOTIFY_SOCKET": systemd.address}) as service:
            eventually(lambda: service.said("metrics are at"))
            goes_on()

            # It falls in the midst of things and is back at once.
            publish()
            postgresql.stop("immediate")
            postgresql.start()
            goes_on()

            # It is gone for a minute.
            postgresql.stop("fast")
            gone = time.monotonic()
            publish()
            eventually(lambda: service.said("the store cannot be used, fetching waits: "))
            eventually(lambda: any("STATUS=the store cannot be used: " in line for line in systemd.lines))
            status = newsroom.call("status")
            assert status.code == 1
            assert "cannot open the store" in status.err
            time.sleep(max(0.0, gone + GONE_S - time.monotonic()))
            eventually(lambda: "last read" in told_of(port, "database"))
            assert service.process.poll() is None

            # It comes back as one that stands by, and can be read already.
            postgresql.start(standing_by=True)
            eventually(lambda: "the store can only be read" in told_of(port, "disk"))
            assert newsroom.count("version") == number - 1
            postgresql.promote()
            goes_on()
            eventually(lambda: told_of(port, "database") == told_of(port, "disk") == "")
            service.stop()
            assert service.process.returncode == 0
        assert newsroom.count("article") == newsroom.count("version") == number
        assert newsroom.count("feed WHERE tries > 0 OR lease_until IS NOT NULL") == 0
        assert newsroom.call("db", "check").code == 0
    told = [line["message"] for line in service.log if line["level"] == "error"]
    # A part that tries every second says so once a minute.
    assert len([message for message in told if "fetching waits" in message]) <= 1 + 1 + GONE_S // 60
    assert service.said("the store can be used again")
    assert not [line for line in service.log if "exception" in line]
