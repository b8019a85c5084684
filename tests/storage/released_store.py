"""A small store of the present schema with something of everything in it, as it is kept for every release.

    python -m tests.storage.released_store

What the program itself writes on invented feeds is packed into tests/storage/released/REVISION.db.gz.
"""

import gzip
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.migrate import head
from tests.clustering.arabic_text import Writer
from tests.daemon.alert_receiver import SECRET
from tests.daemon.feed_server import Answer, FeedServer, Item, page
from tests.daemon.newsroom import Newsroom
from tests.sources.article_pages import SUMMARY, TITLE, article_page

RELEASED = Path(__file__).parent / "released"

DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
"""What is told then is long past whenever a test reads it, so that it reads the same in every year."""


def fill(newsroom: Newsroom) -> None:
    """Let the program write a store: stories of several outlets, an edit, a correction, a page, alerts, a failure."""
    writer = Writer(90)
    stories = [Item(f"n{number}", *writer.story(4), DAY + timedelta(minutes=10 * number)) for number in range(5)]
    newsroom.targets = {"desk": {"webhook": "http://127.0.0.1:9/nobody", "secret": SECRET}}
    newsroom.alerts = [{"name": "merged", "event": "merged", "to": "desk"}]
    newsroom.full_text = "auto"
    newsroom.server.pages["/three/a/bridge"] = page(article_page(), "text/html; charset=utf-8")
    first = newsroom.feed("one", *stories[:3])
    newsroom.feed("two", *stories[1:4])
    newsroom.feed("three", stories[4], Item("bridge", TITLE, SUMMARY, DAY))
    newsroom.publish("four", lambda _: Answer(b"nothing here", 500))
    _done(newsroom, "fetch", "--all")
    (one,), (other,) = newsroom.rows("SELECT id FROM cluster WHERE sources = 1 ORDER BY id LIMIT 2")
    _done(newsroom, "merge", one, other, "--note", "قصة واحدة")
    first.items[0] = Item("n0", stories[0].title, f"{stories[0].text}\n{writer.paragraph()}", DAY)
    _done(newsroom, "fetch", "--all")


def keep(store: Path) -> None:
    """Pack a store under the name of the present schema; the same store gives the same bytes."""
    (RELEASED / f"{head()}.db.gz").write_bytes(gzip.compress(store.read_bytes(), mtime=0))


def _done(newsroom: Newsroom, *args: object) -> None:
    ended = newsroom.call(*args)
    assert ended.code == 0, ended.err


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, FeedServer() as server:
        made = Newsroom(Path(folder) / "newsroom", server)
        fill(made)
        # As a backup, it is one file and whole.
        _done(made, "backup", Path(folder) / "kept.db")
        keep(Path(folder) / "kept.db")
