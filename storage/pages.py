"""The pages of articles: which are to be read, who is reading them, and the texts they gave.

A page's text is a further version of its article, beside the one that the feed gave: the summary is grouped at once,
the full text when it is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, update

from storage.articles import lock_source
from storage.bodies import SUMMARY, TEXT, store_bodies, with_bodies
from storage.clean_text import clean
from storage.content_hash import content_hash
from storage.hosts import take_turns
from storage.record import record
from storage.schema import Article, Host, Page, Source, Version
from storage.upsert import upsert

# Ids and keys in one IN list; SQLite takes 32,766 values.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class WantedPage:
    """The page of the article with this key; `host` is that of its address."""

    key: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class PageState:
    """A page to read, with the text that the feed gave."""

    article_id: int
    version_id: int
    source_id: str
    url: str
    host: str
    tries: int
    rounds: int
    title: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class PageUpdate:
    """What an attempt came to; `text` is stored when the outcome gave one, `due_at` is the next attempt."""

    outcome: str
    status: int | None
    error: str | None
    text: str | None
    due_at: datetime | None
    tries: int
    rounds: int


def want_pages(conn: Connection, source_id: str, wanted: Sequence[WantedPage], seen_at: datetime) -> int:
    """Note that the pages of these articles are to be read, if the document seen at `seen_at` made a version of them.

    Returns how many. In the transaction that saved the entries; a page that was read before is wanted anew.
    """
    pages = {clean(page.key): page for page in wanted}
    keys = list(pages)
    count = 0
    for start in range(0, len(keys), _BATCH):
        made = conn.execute(
            select(Article.key, Article.id, Version.id.label("version_id"))
            .join(Version, Version.id == Article.latest_version_id)
            .where(
                Article.source_id == source_id,
                Article.key.in_(keys[start : start + _BATCH]),
                Version.seen_at == seen_at,
                ~Version.from_page,
            )
            .order_by(Article.id)
        ).all()
        if not made:
            continue
        rows = [
            {
                "article_id": row.id,
                "version_id": row.version_id,
                "url": clean(pages[row.key].url),
                "host": pages[row.key].host,
                "due_at": seen_at,
                "tries": 0,
                "rounds": 0,
                "read_by": None,
            }
            for row in made
        ]
        page = upsert(conn, Page)
        anew = {name: page.excluded[name] for name in rows[0] if name != "article_id"}
        conn.execute(page.on_conflict_do_update(index_elements=[Page.article_id], set_=anew), rows)
        count += len(made)
    return count


def lease_pages(
    conn: Connection, now: datetime, holder: str, until: datetime, limit: int, per_host: int, host_gap_s: float
) -> list[PageState]:
    """Take up to `limit` due pages of active sources to read; they are due again at `until` if nothing is saved.

    With `host_gap_s` one of each host, when the host has a turn free; without, `per_host` of each. Hosts that asked for
    silence are passed over, and pages that another transaction is taking (PostgreSQL; on SQLite the other one waits).
    """
    paced = host_gap_s > 0
    open_host = or_(Host.quiet_until.is_(None), Host.quiet_until <= now)
    if paced:
        open_host = and_(open_host, or_(Host.next_at.is_(None), Host.next_at <= now))
    turn = func.row_number().over(partition_by=Page.host, order_by=(Page.due_at, Page.article_id)).label("turn")
    due = (
        select(Page.article_id, turn)
        .join(Article, Article.id == Page.article_id)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(Host, Host.name == Page.host)
        .where(_due(now), Source.active, Source.full_text != "false", open_host)
        .cte("due")
    )
    pages = [
        record(PageState, row)
        for row in conn.execute(
            _states()
            .join(due, due.c.article_id == Page.article_id)
            # The second condition is asked again of the row as it is once locked.
            .where(due.c.turn <= (1 if paced else per_host), _due(now))
            .order_by(due.c.turn, Page.due_at, Page.article_id)
            .limit(limit)
            .with_for_update(of=Page, skip_locked=True)
        )
    ]
    if paced:
        ours = take_turns(conn, {page.host for page in pages}, now, host_gap_s)
        pages = [page for page in pages if page.host in ours]
    _set_due(conn, [page.article_id for page in pages], until, holder)
    return pages


def count_due(conn: Connection, now: datetime) -> int:
    """Return how many pages could be read now, but for the turns of their hosts."""
    return conn.execute(
        select(func.count())
        .select_from(Page)
        .join(Article, Article.id == Page.article_id)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(Host, Host.name == Page.host)
        .where(
            _due(now),
            Source.active,
            Source.full_text != "false",
            or_(Host.quiet_until.is_(None), Host.quiet_until <= now),
        )
    ).scalar_one()


def release_pages(conn: Connection, article_ids: Sequence[int], now: datetime) -> None:
    """Give pages back unread: they are due again at once."""
    _set_due(conn, article_ids, now, None)


def save_reading(conn: Connection, page: PageState, change: PageUpdate, now: datetime) -> bool:
    """Store what an attempt came to; return whether it gave the article a version.

    When the feed has changed the article meanwhile, nothing is stored: its page is wanted anew already.
    """
    lock_source(conn, page.source_id)
    changed = conn.execute(
        update(Page)
        .where(Page.article_id == page.article_id, Page.version_id == page.version_id)
        .values(
            outcome=change.outcome,
            status=change.status,
            error=change.error,
            tried_at=now,
            due_at=change.due_at,
            read_by=None,
            tries=change.tries,
            rounds=change.rounds,
        )
    ).rowcount
    return bool(changed) and change.text is not None and _save_text(conn, page, clean(change.text), now)


def _save_text(conn: Connection, page: PageState, text: str, now: datetime) -> bool:
    digest = content_hash(page.title, page.summary, text)
    same = select(Version.id).where(Version.article_id == page.article_id, Version.content_hash == digest)
    if conn.execute(same).first() is not None:
        return False
    before = conn.execute(
        select(Version.published_at, Version.updated_at, Article.versions)
        .join(Article, Article.id == Version.article_id)
        .where(Version.id == page.version_id)
    ).one()
    bodies = store_bodies(conn, [page.summary, text])
    made = conn.execute(
        insert(Version)
        .values(
            article_id=page.article_id,
            number=before.versions + 1,
            title=page.title,
            summary_id=bodies[page.summary],
            body_id=bodies[text],
            from_page=True,
            content_hash=digest,
            seen_at=now,
            published_at=before.published_at,
            updated_at=before.updated_at,
        )
        .returning(Version.id)
    ).scalar_one()
    conn.execute(
        update(Article)
        .where(Article.id == page.article_id)
        .values(versions=before.versions + 1, latest_version_id=made)
    )
    return True


def _due(now: datetime) -> ColumnElement[bool]:
    # The first condition lets both databases use the index of the pages that are due.
    return and_(Page.due_at.is_not(None), Page.due_at <= now)


def _states() -> Select[*tuple[Any, ...]]:
    return with_bodies(
        select(
            Page.article_id,
            Page.version_id,
            Article.source_id,
            Page.url,
            Page.host,
            Page.tries,
            Page.rounds,
            Version.title,
            SUMMARY,
            TEXT,
        )
        .join(Version, Version.id == Page.version_id)
        .join(Article, Article.id == Page.article_id)
    )


def _set_due(conn: Connection, article_ids: Sequence[int], at: datetime, reader: str | None) -> None:
    for start in range(0, len(article_ids), _BATCH):
        some = article_ids[start : start + _BATCH]
        conn.execute(update(Page).where(Page.article_id.in_(some)).values(due_at=at, read_by=reader))
