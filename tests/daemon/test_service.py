"""`riwaya run` as a process: its work, its signals, its words to systemd, and its company."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.engine import StoreUnavailable, open_engine, writing
from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import HANG, Answer, Item, Request
from tests.daemon.manager import Manager, manager
from tests.daemon.newsroom import QUICK, Newsroom, eventually

pytestmark = pytest.mark.slow

WRITER = Writer(30)
STORIES = [WRITER.story(3) for _ in range(12)]
LONGEST_STOP_S = 10


def items(*numbers: int) -> list[Item]:
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    return [Item(f"n{number}", *STORIES[number], day + timedelta(minutes=number)) for number in numbers]


@pytest.fixture
def newsroom(newsroom: Newsroom) -> Newsroom:
    newsroom.fetch = dict(QUICK)
    return newsroom


def stored(newsroom: Newsroom, table: str, at_least: int = 1) -> bool:
    """Tell whether a table holds so many rows, while the service may still be making it."""
    try:
        return newsroom.count(table) >= at_least
    except (StoreUnavailable, OperationalError):
        return False


def grouped(newsroom: Newsroom, texts: int) -> bool:
    return stored(newsroom, "version WHERE cluster_id IS NOT NULL", texts)


def listened_to(systemd: Manager, watchdog_s: float) -> dict[str, str]:
    """Return the environment in which systemd starts a service that it watches."""
    return {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": str(int(watchdog_s * 1_000_000))}


def leases(newsroom: Newsroom) -> int:
    held = newsroom.count("feed WHERE lease_by IS NOT NULL OR lease_until IS NOT NULL")
    return held + newsroom.count("lease")


def test_it_fetches_groups_tells_systemd_and_stops_cleanly(newsroom: Newsroom) -> None:
    one = newsroom.feed("one", *items(1, 0))
    newsroom.feed("two", *items(1))
    newsroom.publish("bad", lambda _: Answer(b"", 404))
    with manager() as systemd, newsroom.service(env=listened_to(systemd, 1.5)) as service:
        eventually(lambda: grouped(newsroom, 3))
        eventually(lambda: systemd.heard("READY=1"))
        eventually(lambda: any(line.startswith("STATUS=3 feeds, 0 late, ") for line in systemd.lines))
        assert not systemd.heard("STOPPING=1")
        # News that comes later is taken up by a later tick.
        one.items[:0] = items(2)
        eventually(lambda: grouped(newsroom, 4))
        assert service.stop() < LONGEST_STOP_S
        assert service.process.returncode == 0
        eventually(lambda: systemd.heard("STOPPING=1"))
        # Ready once, after the first tick, and alive since the start.
        assert systemd.lines.count("READY=1") == 1
        assert systemd.lines.count("WATCHDOG=1") >= 2
    assert leases(newsroom) == 0
    assert newsroom.groups() == {
        frozenset({("one", "guid:n0")}),
        frozenset({("one", "guid:n1"), ("two", "guid:n1")}),
        frozenset({("one", "guid:n2")}),
    }
    # One JSON object a line; each that speaks of a feed names it and its source.
    messages = [line["message"] for line in service.log]
    assert messages[-1] == "stopped"
    assert {"time", "level", "logger", "message"} <= set(service.log[0])
    of_feeds = [line for line in service.log if line["logger"] == "daemon.feed_fetcher"]
    assert {line["source"] for line in of_feeds} == {"one", "two", "bad"}
    assert all(line["feed"] == f"{newsroom.server.base}/{line['source']}/rss.xml" for line in of_feeds)
    assert all(line["level"] == "warning" for line in of_feeds if line["source"] == "bad")
    # Every request has its record.
    assert newsroom.count("fetch") == len(newsroom.server.requests)


def test_a_stop_breaks_off_a_hanging_fetch_and_records_it(newsroom: Newsroom) -> None:
    newsroom.feed("good", *items(0))
    newsroom.publish("hang", lambda _: HANG)
    with newsroom.service() as service:
        eventually(lambda: grouped(newsroom, 1) and newsroom.server.asked("/hang/rss.xml"))
        assert service.stop() < LONGEST_STOP_S
        assert service.process.returncode == 0
    assert leases(newsroom) == 0
    outcomes = newsroom.rows(
        "SELECT outcome, error FROM fetch JOIN feed ON feed.id = fetch.feed_id WHERE source_id = 'hang'"
    )
    assert outcomes == [("abandoned", "riwaya was stopping")]
    # It was nobody's fault: the feed is due as before and counts no failure.
    ((failures, due),) = newsroom.rows(
        "SELECT failures, next_fetch_at <= last_fetch_at FROM feed WHERE url LIKE '%hang%'"
    )
    assert failures == 0
    assert due
    assert newsroom.count("fetch") == len(newsroom.server.requests)


def test_hang_up_takes_a_new_source_in_and_refuses_mistakes(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    with manager() as systemd, newsroom.service(env={"NOTIFY_SOCKET": systemd.address}) as service:
        eventually(lambda: grouped(newsroom, 1) and systemd.heard("READY=1"))
        good = newsroom.config.read_text("utf-8")
        newsroom.config.write_text(good + "\nfetsch: {}\nwebb: {}\n", "utf-8")
        service.hang_up()
        eventually(lambda: service.said("the configuration has mistakes, the old one stays"))
        (refusal,) = (line["message"] for line in service.log if "mistakes" in line["message"])
        assert "fetsch" in refusal
        assert "webb" in refusal
        told = "; a reload was refused: the configuration has mistakes"
        eventually(lambda: any(line.startswith("STATUS=1 feed, ") and line.endswith(told) for line in systemd.lines))
        asked = len(newsroom.server.asked("/one/rss.xml"))
        eventually(lambda: len(newsroom.server.asked("/one/rss.xml")) > asked)

        newsroom.feed("two", *items(1, 0))
        service.hang_up()
        eventually(lambda: grouped(newsroom, 3))
        assert service.said("the configuration was read again: 2 sources, 2 feeds")

        del newsroom.urls["one"]
        newsroom.write()
        service.hang_up()
        eventually(lambda: service.said("the configuration was read again: 1 sources, 1 feeds"))
        left = len(newsroom.server.asked("/one/rss.xml"))
        asked = len(newsroom.server.asked("/two/rss.xml"))
        eventually(lambda: len(newsroom.server.asked("/two/rss.xml")) >= asked + 2)
        assert len(newsroom.server.asked("/one/rss.xml")) == left

        newsroom.config.write_text(newsroom.config.read_text("utf-8").replace("riwaya.db", "other.db"), "utf-8")
        service.hang_up()
        eventually(lambda: service.said("database: a change takes effect at the next start"))
        # Ready at the start and at the end of each of four reloads, which began when they said so.
        eventually(lambda: systemd.lines.count("READY=1") == 5)
        turns = [line for line in systemd.lines if line in ("READY=1", "RELOADING=1")]
        assert turns == ["READY=1", *["RELOADING=1", "READY=1"] * 4]
        assert service.stop() < LONGEST_STOP_S
    assert not (newsroom.folder / "other.db").exists()
    assert newsroom.count("article") == 3
    assert leases(newsroom) == 0


def test_a_stop_right_after_a_hang_up_is_clean_too(newsroom: Newsroom) -> None:
    newsroom.feed("good", *items(0))
    newsroom.publish("hang", lambda _: HANG)
    with newsroom.service() as service:
        eventually(lambda: grouped(newsroom, 1) and newsroom.server.asked("/hang/rss.xml"))
        service.hang_up()
        time.sleep(0.3)  # the reading has begun and waits for the fetch
        assert service.stop() < LONGEST_STOP_S
        assert service.process.returncode == 0
    assert not [line for line in service.log if line["level"] == "error"]
    assert leases(newsroom) == 0
    assert newsroom.count("fetch") == len(newsroom.server.requests)


def test_a_second_start_goes_on_at_once_after_a_kill(newsroom: Newsroom) -> None:
    newsroom.feed("good", *items(0))
    waiting = threading.Event()

    def hang_the_first_time(_: Request) -> object:
        if waiting.is_set():
            return newsroom.server.pages["/good/rss.xml"](_)
        waiting.set()
        return HANG

    newsroom.publish("hang", hang_the_first_time)  # type: ignore[arg-type]
    with newsroom.service() as service:
        eventually(lambda: grouped(newsroom, 1) and waiting.is_set())
        service.kill()
    # The good feed, asked every second, may be held as well.
    assert newsroom.count("feed WHERE source_id = 'hang' AND lease_by IS NOT NULL") == 1
    assert newsroom.count("lease") == 1
    engine = open_engine(f"sqlite:///{newsroom.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        conn.execute(text("UPDATE fetch SET started_at = '2020' || substr(started_at, 5)"))
    engine.dispose()
    with newsroom.service() as service:
        # Records of fetches older than what `retention` keeps are deleted at the start, and once an hour.
        eventually(lambda: newsroom.count("fetch WHERE started_at < '2021'") == 0)
        # The lease itself would last for minutes.
        eventually(lambda: grouped(newsroom, 2))
        assert service.said("took over from")
        assert service.stop() < LONGEST_STOP_S
    assert leases(newsroom) == 0
    assert newsroom.groups() == {frozenset({("good", "guid:n0"), ("hang", "guid:n0")})}


def test_fetching_and_clustering_as_two_processes(newsroom: Newsroom) -> None:
    feed = newsroom.feed("one", *items(1, 0))
    newsroom.feed("two", *items(1))
    assert newsroom.call("db", "upgrade").code == 0
    with newsroom.service("--only", "fetch") as fetching:
        eventually(lambda: stored(newsroom, "version", 3))
        assert newsroom.count("version WHERE cluster_id IS NOT NULL") == 0
        with newsroom.service("--only", "cluster") as clustering:
            eventually(lambda: grouped(newsroom, 3))
            feed.items[:0] = items(2)
            eventually(lambda: grouped(newsroom, 4))
            assert clustering.stop() < LONGEST_STOP_S
            assert clustering.process.returncode == 0
        assert not [line for line in clustering.log if "feed" in line]
        assert newsroom.count("lease") == 0
        assert fetching.stop() < LONGEST_STOP_S
        assert fetching.process.returncode == 0
    assert not fetching.said("grouped")
    assert newsroom.count("version WHERE cluster_id IS NULL") == 0


def test_a_clusterer_alone_is_ready_too_and_stops_in_the_middle_of_its_work(newsroom: Newsroom) -> None:
    writer = Writer(31)
    newsroom.clustering = {"batch": 100}
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    newsroom.feed("one", *(Item(f"n{number}", *writer.story(8), day) for number in range(1500)))
    newsroom.fetch |= {"timeout": "30s", "parse_timeout": "30s"}
    newsroom.write()
    with newsroom.service("--only", "fetch") as service:
        eventually(lambda: stored(newsroom, "version"))
        assert service.stop() < LONGEST_STOP_S
    with (
        manager() as systemd,
        newsroom.service("--only", "cluster", env={"NOTIFY_SOCKET": systemd.address}) as service,
    ):
        eventually(lambda: grouped(newsroom, 100))
        eventually(lambda: systemd.heard("READY=1"))
        assert service.stop() < LONGEST_STOP_S
        assert service.process.returncode == 0
    # Whole batches were written, and the rest waits.
    done = newsroom.count("version WHERE cluster_id IS NOT NULL")
    assert done % 100 == 0
    assert done < 1500
    assert not [line for line in service.log if line["level"] in ("warning", "error")]
    assert leases(newsroom) == 0


def test_two_daemons_on_one_server_share_the_work(newsroom_on_postgresql: Newsroom) -> None:
    newsroom = newsroom_on_postgresql
    newsroom.fetch = {"every": "3s", "min_every": "3s", "max_every": "3s"}
    sources = [f"s{number}" for number in range(6)]
    feeds = [newsroom.feed(source, *items(number)) for number, source in enumerate(sources)]
    assert newsroom.call("db", "upgrade").code == 0
    with newsroom.service() as one, newsroom.service() as two:
        eventually(lambda: one.said("riwaya runs") and two.said("riwaya runs") and grouped(newsroom, 6))
        for number, feed in enumerate(feeds):
            feed.items[:0] = items(number + 6)
        eventually(lambda: grouped(newsroom, 12))
        assert newsroom.count("lease") == 1
        assert one.stop() < LONGEST_STOP_S
        # The other takes the clustering over.
        feeds[0].items[:0] = items(11)
        eventually(lambda: grouped(newsroom, 13))
        assert two.stop() < LONGEST_STOP_S
    assert (one.process.returncode, two.process.returncode) == (0, 0)
    assert not [line for service in (one, two) for line in service.log if line["level"] == "error"]
    for source in sources:
        times = [request.at for request in newsroom.server.asked(f"/{source}/rss.xml")]
        # A fetch begins when a tick finds the feed due; the answer is what its next time counts from.
        assert all(later - earlier > 2.5 for earlier, later in pairwise(times))
    assert newsroom.count('"fetch"') == len(newsroom.server.requests)
    assert newsroom.count("article") == 13
    assert len(newsroom.groups()) == 12
    assert leases(newsroom) == 0


def test_no_feed_reachable_is_told_once(newsroom: Newsroom) -> None:
    for number in range(2):
        newsroom.urls[f"s{number}"] = [f"http://127.0.0.1:{9 + number}/rss.xml"]
    newsroom.write()
    with newsroom.service() as service:
        eventually(lambda: service.said("none of the feeds could be reached"))
        eventually(lambda: stored(newsroom, "fetch", 4))
        assert service.stop() < LONGEST_STOP_S
    told = [line["message"] for line in service.log if "make demo" in line["message"]]
    assert len(told) == 1
