"""Where the road from bytes to clusters spends its time: each stage by itself, one after the other.

``python -m benchmarks.road_stages`` prints milliseconds of processor time; reading is measured with feedparser too.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.bytes_to_clusters import Desk, warm
from benchmarks.invented_feeds import ITEMS, NEW, Newsrooms
from benchmarks.table import table
from daemon.entry_rows import named_rows
from sources.entry import Document
from sources.identity import Step
from sources.known_items import mark_of
from sources.parsing.feed_reader import read_document
from sources.parsing.frames import document_from, document_messages, pack, unpack
from sources.parsing.items import Origin
from sources.parsing.markup import mend
from sources.parsing.xml_feed import read_any_xml
from storage.articles import Window, save_entries
from storage.engine import reading, writing
from storage.feeds import FeedState
from storage.sightings import shown_by

FEEDS = 20
_MOST = 2_000

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Stages:
    """Milliseconds of processor time a document of forty items; `clustering` a new article."""

    feedparser: float
    reading: float
    frames: float
    storing: float
    clustering: float


def road_stages(feeds: int = FEEDS) -> tuple[Stages, Stages]:
    """Return what the stages take where every item is new, and where two of forty are."""
    newsrooms = Newsrooms(feeds, 1)
    with tempfile.TemporaryDirectory() as folder:
        warm(Path(folder))
        desk = Desk(f"sqlite:///{Path(folder) / 'riwaya.db'}", feeds)
        assert desk.clusterer.take_lease()
        leased = desk.leased()
        cold, steady = (_stages(desk, leased, newsrooms, turn) for turn in range(2))
        assert desk.stories() == newsrooms.stories(), "the clusters are not the stories that were told"
        desk.engine.dispose()
    return cold, steady


def _stages(desk: Desk, feeds: Sequence[FeedState], newsrooms: Newsrooms, turn: int) -> Stages:
    bodies = [newsrooms.document(int(feed.source_id.removeprefix("paper")), turn) for feed in feeds]
    origin = Origin("http://paper.example/rss", None, datetime.now(UTC))
    slow_s, _ = _timed(lambda: [read_any_xml(mend(body.decode(), _MOST)) for body in bodies])
    marks = [_known(desk, feed) for feed in feeds]
    read_s, documents = _timed(
        lambda: [read_document(body, None, origin, _MOST, known) for body, known in zip(bodies, marks, strict=True)]
    )
    frames_s, again = _timed(lambda: [_through_frames(document) for document in documents])
    assert again == documents
    now = datetime.now(UTC)

    def store() -> None:
        for feed, document in zip(feeds, documents, strict=True):
            with writing(desk.engine) as conn:
                shown = shown_by(conn, feed.id)
                window = Window(shown, [one for one in shown if one.mark and mark_of(one.mark) in document.known])
                named = named_rows(conn, feed.source_id, Step.GUID, document.entries, now)
                save_entries(conn, feed.source_id, feed.id, named.rows, now, window)

    store_s, _ = _timed(store)

    def group() -> None:
        while desk.clusterer.step() is not None:
            pass

    group_s, _ = _timed(group)
    new = len(feeds) * (NEW if turn else ITEMS)
    slow, read, frames, stored = (seconds / len(feeds) * 1000 for seconds in (slow_s, read_s, frames_s, store_s))
    return Stages(slow, read, frames, stored, group_s / new * 1000)


def _known(desk: Desk, feed: FeedState) -> list[bytes]:
    with reading(desk.engine) as conn:
        return [mark_of(one.mark) for one in shown_by(conn, feed.id) if one.mark]


def _through_frames(document: Document) -> Document:
    head, *rest = [unpack(pack(message)[4:]) for message in document_messages(document)]
    return document_from(head, [entry for message in rest for entry in message.get("entries", ())])


def _timed(work: Callable[[], ResultT]) -> tuple[float, ResultT]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def stages_table(cold: Stages, steady: Stages) -> str:
    """Lay out what was measured."""
    rows = [
        ["feedparser, of a document", f"{cold.feedparser:.1f}", f"{steady.feedparser:.1f}"],
        ["all of reading, of a document", f"{cold.reading:.1f}", f"{steady.reading:.1f}"],
        ["frames to the daemon, of a document", f"{cold.frames:.1f}", f"{steady.frames:.1f}"],
        ["naming and storing, of a document", f"{cold.storing:.1f}", f"{steady.storing:.1f}"],
        ["grouping, of a new article", f"{cold.clustering:.1f}", f"{steady.clustering:.1f}"],
    ]
    return table(["ms of processor", f"{ITEMS} of {ITEMS} new", f"{NEW} of {ITEMS} new"], rows)


if __name__ == "__main__":
    print(stages_table(*road_stages()))
