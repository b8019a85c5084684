"""What `riwaya status` shows of a healthy, a degraded and a broken installation, each of them really run.

`python -m tests.daemon.status_screens` prints the screens, as docs/status.md has them.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from storage.engine import open_engine, writing
from storage.schema import metadata
from storage.utc_time import UtcTime
from tests.clustering.arabic_text import Writer
from tests.daemon.alert_receiver import Receiver
from tests.daemon.feed_server import Answer, FeedServer, Item, moved
from tests.daemon.newsroom import Newsroom, eventually
from tests.daemon.ports import free_port

WRITER = Writer(41)
STORIES = [WRITER.story(3) for _ in range(6)]
LONG = timedelta(days=45)
"""Longer than the month after which a feed that fails counts as dead."""
NIGHT = timedelta(hours=7)

_GROUPED = "version WHERE cluster_id IS NOT NULL"


def healthy(room: Newsroom) -> Iterator[str]:
    """Four outlets answer, all is grouped, and the service runs."""
    for source in ("almarfa", "addaffa", "sariya", "mizwala"):
        room.feed(source, *_stories(0, 1, 2, 3))
    room.call("db", "upgrade")
    with room.service():
        _at_rest(room, 16)
        yield _shown(room)


def degraded(room: Newsroom) -> Iterator[str]:
    """The service runs, but three of six feeds need a hand, and nobody takes the alerts."""
    receiver = Receiver(room.server, "desk")
    receiver.answers["desk"] = lambda _: Answer(b"", 503)
    room.targets = {"desk": receiver.target("desk")}
    room.alerts = [{"name": "wide", "min_sources": 2, "to": ["desk"]}]
    for source in ("almarfa", "addaffa", "sariya"):
        room.feed(source, *_stories(0, 1))
    room.publish("mizwala", lambda _: Answer(b"", 404))
    room.publish("maghas", lambda _: Answer(b"", 410))
    room.publish("nawras", moved(f"{room.server.base}/sariya/rss.xml", 301))
    for _ in range(4):  # an address is written down as moved when it has been for some fetches
        room.call("fetch", "--all")
    _set_back(room, LONG)
    room.feed("almarfa", *_stories(2, 3, 0, 1))
    room.feed("addaffa", *_stories(2, 3))  # what stood there before is gone: more may have come and gone
    with room.service():
        _at_rest(room, 12)
        eventually(lambda: room.rows("SELECT 1 FROM alert WHERE attempts > 0"))
        yield _shown(room)


def broken(room: Newsroom) -> Iterator[str]:
    """The service was killed seven hours ago with texts that it had not grouped, and the disk is all but full."""
    for source in ("almarfa", "addaffa", "sariya", "mizwala"):
        room.feed(source, *_stories(0, 1))
    room.call("db", "upgrade")
    with room.service():
        _at_rest(room, 8)
    for source in ("almarfa", "addaffa"):
        room.feed(source, *_stories(2, 0, 1))
    _set_back(room, timedelta(hours=1))
    with room.service("--only", "fetch") as service:
        eventually(lambda: room.count("version") == 10)
        service.kill()
    _set_back(room, NIGHT)
    _sql(room, "UPDATE feed SET next_fetch_at = (SELECT min(next_fetch_at) FROM feed)")  # one order in every run
    room.limits = {"free_disk": shutil.disk_usage(room.folder).free + 10**9}  # as if the disk were full
    room.write()
    yield _shown(room)


def unreachable(room: Newsroom) -> Iterator[str]:
    """The service runs, and its PostgreSQL is gone."""
    room.database = f"postgresql+psycopg://riwaya@127.0.0.1:{free_port()}/riwaya"
    room.feed("almarfa", *_stories(0))
    yield _shown(room)


SCREENS: dict[str, Callable[[Newsroom], Iterator[str]]] = {
    each.__name__: each for each in (healthy, degraded, broken, unreachable)
}


@contextmanager
def screen(name: str, folder: Path) -> Iterator[str]:
    """Make an installation below a folder and return what its `riwaya status` prints."""
    with FeedServer() as server:
        yield from SCREENS[name](Newsroom(folder, server))


def shape(printed: str) -> list[str]:
    """Return the lines of a screen without what differs from run to run: figures, times, addresses, blanks."""
    for found, put in (
        (r"\S+/config\.yaml", "PATH"),
        (r"\d+-\d+-\d+ \d+:\d+", "TIME"),
        (r"\d[\d.]*( [kMG]B)?", "0"),
    ):
        printed = re.sub(found, put, printed)
    return [" ".join(line.split()) for line in printed.splitlines()]


def _stories(*numbers: int) -> list[Item]:
    return [Item(f"n{number}", *STORIES[number]) for number in numbers]


def _at_rest(room: Newsroom, versions: int) -> None:
    """Wait until so many texts are there and grouped, and no feed waits."""
    eventually(lambda: room.count(_GROUPED) == versions)
    eventually(lambda: room.call("status", "--json").data["due"] == 0)


def _shown(room: Newsroom) -> str:
    ended = room.process("status", env={"COLUMNS": "120"})
    return ended.out + ended.err


def _set_back(room: Newsroom, span: timedelta) -> None:
    """Let everything in the store have happened so much earlier."""
    for table in metadata.sorted_tables:
        for name in (column.name for column in table.columns if isinstance(column.type, UtcTime)):
            earlier = f"strftime('%Y-%m-%dT%H:%M:%S', {name}, :span) || substr({name}, 20)"
            change = f"UPDATE {table.name} SET {name} = {earlier} WHERE {name} IS NOT NULL"  # noqa: S608 - our own names
            _sql(room, change, span=f"-{span.total_seconds():.0f} seconds")


def _sql(room: Newsroom, words: str, **values: object) -> None:
    engine = open_engine(f"sqlite:///{room.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        conn.execute(text(words), values)
    engine.dispose()


if __name__ == "__main__":
    for title in SCREENS:
        with tempfile.TemporaryDirectory() as made, screen(title, Path(made)) as printed:
            print(f"# {title}\n\n{printed}")  # noqa: T201 - what it is for
