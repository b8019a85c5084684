"""Bringing the stored sources and feeds in line with the configuration.

Nothing is deleted: what the configuration no longer names is switched off and keeps its articles, and comes back with
its history when it is named again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.engine import serialise
from storage.record import record
from storage.schema import Feed, Source
from storage.upsert import upsert

# What a feed is polled at until its own rhythm is known; the first fetch replaces it.
FIRST_INTERVAL_S = 900.0


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the configuration has it."""

    url: str
    category: str | None = None


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as the configuration has it; `full_text` is "true", "false" or "auto"."""

    id: str
    name: str
    homepage: str
    country: str
    language: str
    timezone: str | None
    full_text: str
    feeds: tuple[FeedSpec, ...]


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """What a sync did: source ids, and how many feeds were switched on (new or returned) and off."""

    added: tuple[str, ...]
    returned: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    feeds_added: int
    feeds_removed: int

    def __bool__(self) -> bool:
        return any((self.added, self.returned, self.changed, self.removed, self.feeds_added, self.feeds_removed))


@dataclass(frozen=True, slots=True)
class ActiveFeed:
    """A feed that is fetched, with its outlet."""

    source_id: str
    source_name: str
    homepage: str
    url: str
    category: str | None


def active_feeds(conn: Connection) -> list[ActiveFeed]:
    """Return every feed that the configuration names, outlet by outlet."""
    rows = conn.execute(
        select(Source.id.label("source_id"), Source.name.label("source_name"), Source.homepage, Feed.url, Feed.category)
        .join(Feed, Feed.source_id == Source.id)
        .where(Source.active, Feed.active)
        .order_by(Source.id, Feed.id)
    )
    return [record(ActiveFeed, row) for row in rows]


def host_of(url: str) -> str:
    """Return the lower-case host name of a URL, "" when it has none."""
    return (urlsplit(url).hostname or "").lower()


def sync(conn: Connection, specs: Sequence[SourceSpec], now: datetime) -> CatalogueChange:
    """Make the active sources and feeds those of `specs`, which must not name an id or (in one source) a URL twice.

    New and returning feeds are due at once.
    """
    serialise(conn, "catalogue")
    stored = {
        row.id: row
        for row in conn.execute(
            select(
                Source.id,
                Source.name,
                Source.homepage,
                Source.country,
                Source.language,
                Source.timezone,
                Source.full_text,
                Source.active,
            )
        )
    }
    new: list[dict[str, object]] = []
    returned: list[str] = []
    changed: list[str] = []
    for spec in specs:
        facts = {
            "name": spec.name,
            "homepage": spec.homepage,
            "country": spec.country,
            "language": spec.language,
            "timezone": spec.timezone,
            "full_text": spec.full_text,
            "active": True,
            "removed_at": None,
        }
        before = stored.get(spec.id)
        if before is None:
            new.append({"id": spec.id, "added_at": now, **facts})
            continue
        if all(getattr(before, name) == value for name, value in facts.items() if name != "removed_at"):
            continue
        conn.execute(update(Source).where(Source.id == spec.id).values(**facts))
        (changed if before.active else returned).append(spec.id)
    if new:
        conn.execute(insert(Source), new)
    named = {spec.id for spec in specs}
    removed = [source_id for source_id, row in stored.items() if row.active and source_id not in named]
    if removed:
        conn.execute(
            update(Source).where(Source.id == bindparam("gone")).values(active=False, removed_at=now),
            [{"gone": source_id} for source_id in removed],
        )
    feeds_added, feeds_removed = _sync_feeds(conn, specs, now)
    return CatalogueChange(
        added=tuple(spec.id for spec in specs if spec.id not in stored),
        returned=tuple(returned),
        changed=tuple(changed),
        removed=tuple(removed),
        feeds_added=feeds_added,
        feeds_removed=feeds_removed,
    )


def _sync_feeds(conn: Connection, specs: Sequence[SourceSpec], now: datetime) -> tuple[int, int]:
    wanted = {(spec.id, feed.url): feed for spec in specs for feed in spec.feeds}
    stored = {
        (row.source_id, row.url): row
        for row in conn.execute(select(Feed.id, Feed.source_id, Feed.url, Feed.category, Feed.active))
    }
    new = [
        {"source_id": source_id, "url": url, "host": host_of(url), "category": feed.category}
        for (source_id, url), feed in wanted.items()
        if (source_id, url) not in stored
    ]
    if new:
        conn.execute(
            insert(Feed).values(
                active=True,
                interval_s=FIRST_INTERVAL_S,
                failures=0.0,
                next_fetch_at=now,
                window_size=0,
                moved_times=0,
                lies=0,
                tries=0,
            ),
            new,
        )
    back = [row.id for place, row in stored.items() if place in wanted and not row.active]
    if back:
        conn.execute(
            update(Feed).where(Feed.id == bindparam("back")).values(active=True, failures=0.0, next_fetch_at=now),
            [{"back": feed_id} for feed_id in back],
        )
    moved = [
        {"moved": row.id, "category": wanted[place].category}
        for place, row in stored.items()
        if place in wanted and wanted[place].category != row.category
    ]
    if moved:
        conn.execute(update(Feed).where(Feed.id == bindparam("moved")), moved)
    gone = [row.id for place, row in stored.items() if place not in wanted and row.active]
    if gone:
        conn.execute(
            update(Feed).where(Feed.id == bindparam("gone")).values(active=False),
            [{"gone": feed_id} for feed_id in gone],
        )
    return len(new) + len(back), len(gone)


def add_archived_source(conn: Connection, source_id: str, name: str, now: datetime) -> None:
    """Make a source that is not active for articles that were loaded, unless the id is known already."""
    row = {
        "id": source_id,
        "name": name,
        "homepage": "",
        "country": "ZZ",  # the code of ISO 3166 for what is not known
        "language": "ar",
        "full_text": "false",
        "active": False,
        "added_at": now,
        "removed_at": now,
    }
    conn.execute(upsert(conn, Source).values(**row).on_conflict_do_nothing(index_elements=[Source.id]))
