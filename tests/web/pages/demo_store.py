"""The stories of the demonstration in a store, put there in a second: the daemon's own way takes ten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from clustering.settings import Settings
from daemon.demo.stories import Copy, load_outlets, load_stories
from daemon.stored_clusterer import StoredClusterer
from daemon.upkeep import index_left
from storage.articles import EntryRow, save_entries
from storage.catalogue import FeedSpec, SourceSpec, sync
from storage.engine import reading, writing
from storage.feeds import select_feeds

STARTED = datetime(2026, 3, 2, 7, tzinfo=UTC)


def store_demo(engine: Engine) -> None:
    """Publish every copy, then every revision, and group them."""
    with writing(engine) as conn:
        sync(
            conn,
            [
                SourceSpec(
                    id=outlet.id,
                    name=outlet.name,
                    homepage=f"https://{outlet.id}.example{outlet.home_path}",
                    country=outlet.country,
                    language="ar",
                    timezone=None,
                    full_text="false",
                    feeds=(FeedSpec(f"https://{outlet.id}.example{outlet.feed_path}"),),
                )
                for outlet in load_outlets()
            ],
            STARTED,
        )
    for revised in (False, True):
        for outlet in load_outlets():
            with reading(engine) as conn:
                (feed,) = select_feeds(conn, (outlet.id,))
            seen = STARTED + timedelta(minutes=10 if revised else 1)
            with writing(engine) as conn:
                save_entries(conn, outlet.id, feed.id, list(_entries(outlet.id, revised=revised)), seen)
        group(engine)


def group(engine: Engine) -> None:
    """Group and index what waits."""
    clusterer = StoredClusterer(engine, Settings(), "test", batch=500)
    assert clusterer.take_lease()
    while clusterer.step():
        pass
    clusterer.drop_lease()
    while index_left(engine):
        pass


def _entries(outlet: str, *, revised: bool) -> Iterator[EntryRow]:
    for story in load_stories():
        for copy in story.copies:
            if copy.outlet == outlet and (copy.revised is not None or not revised):
                yield _entry(copy, revised=revised)


def _entry(copy: Copy, *, revised: bool) -> EntryRow:
    shown = copy.revised if revised and copy.revised is not None else copy
    return EntryRow(
        key=f"link:{copy.path}",
        url=f"https://{copy.outlet}.example{copy.path}",
        title=shown.title,
        summary=copy.summary or "",
        text="\n".join(shown.body),
        published_at=copy.published(STARTED),
        updated_at=STARTED + timedelta(minutes=9) if revised else None,
        published_raw=None,
    )
