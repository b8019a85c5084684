"""The way of grouped versions into the search index: a queue, so that the clusterer's transaction need not wait for it.

The transaction that groups versions notes their ids; the words follow in a transaction of their own, at once in most
cases. Making the whole index anew is the same work: everything is put into the queue. Whoever takes an id out of the
queue is the one who indexes it, in the same transaction.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.schema import SearchState, Unindexed, Version
from storage.search_index import SearchText, forget_all, index_words
from storage.upsert import upsert

_ONLY = 1


def stored_edition(conn: Connection) -> int | None:
    """Return the edition that the index is of, or is being made anew to; None before anything was indexed."""
    return conn.execute(select(SearchState.edition)).scalar_one_or_none()


def note_edition(conn: Connection, edition: int) -> None:
    """Note the edition of an index that was never anything else."""
    if stored_edition(conn) is None:
        _save(conn, edition)


def note_unindexed(conn: Connection, version_ids: Sequence[int]) -> None:
    """Put versions that were just grouped into the queue."""
    conn.execute(insert(Unindexed), [{"version_id": version} for version in version_ids])


def index_now(conn: Connection, rows: Sequence[tuple[int, SearchText]]) -> None:
    """Index versions whose words are at hand, those that still wait."""
    if not rows:
        return
    waiting = delete(Unindexed).where(Unindexed.version_id.in_([version for version, _ in rows]))
    taken = set(conn.execute(waiting.returning(Unindexed.version_id)).scalars())
    index_words(conn, [row for row in rows if row[0] in taken])


def index_step(conn: Connection, prepared: Callable[[str, str], SearchText], limit: int) -> int:
    """Index the next versions of the queue; return how many, 0 when it is empty.

    `prepared` makes a title and a body the words of the index.
    """
    next_ones = (
        select(Unindexed.version_id).order_by(Unindexed.version_id).limit(limit).with_for_update(skip_locked=True)
    )
    taken = list(
        conn.execute(
            delete(Unindexed)
            .where(Unindexed.version_id.in_(next_ones.scalar_subquery()))
            .returning(Unindexed.version_id)
        ).scalars()
    )
    if taken:
        texts = with_bodies(select(Version.id, Version.title, SUMMARY, TEXT)).where(Version.id.in_(taken))
        rows = conn.execute(texts.order_by(Version.id)).all()
        index_words(conn, [(row.id, prepared(row.title, row.text or row.summary)) for row in rows])
    return len(taken)


def left_to_index(conn: Connection) -> int:
    """Return how many versions wait."""
    return conn.execute(select(func.count()).select_from(Unindexed)).scalar_one()


def begin_rebuilding(conn: Connection, edition: int) -> None:
    """Empty the index and put every grouped version into the queue."""
    forget_all(conn)
    conn.execute(delete(Unindexed))
    everything = select(Version.id).where(Version.cluster_id.is_not(None))
    conn.execute(insert(Unindexed).from_select(["version_id"], everything))
    _save(conn, edition)


def _save(conn: Connection, edition: int) -> None:
    state = upsert(conn, SearchState).values(id=_ONLY, edition=edition)
    conn.execute(state.on_conflict_do_update(index_elements=[SearchState.id], set_={"edition": edition}))
