"""How the search index was made, and making it anew step by step while everything else goes on.

A rebuilding empties the index and fills it with the versions that were grouped when it began, in the order of their
ids; those that are grouped meanwhile come in by themselves. How far it has come stands in the store, so that it goes on
after a stop.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.schema import SearchState, Version
from storage.search_index import SearchText, forget_all, index_words
from storage.upsert import upsert

_ONLY = 1


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What a version says, for the index."""

    version_id: int
    title: str
    body: str


def stored_edition(conn: Connection) -> int | None:
    """Return the edition that the index is of, or is being rebuilt to; None before anything was indexed."""
    return conn.execute(select(SearchState.edition)).scalar_one_or_none()


def begin_rebuilding(conn: Connection, edition: int) -> None:
    """Empty the index and note that it is to be filled anew."""
    forget_all(conn)
    until = conn.execute(select(func.coalesce(func.max(Version.id), 0)).where(Version.cluster_id.is_not(None)))
    _save(conn, edition, 0, until.scalar_one())


def note_edition(conn: Connection, edition: int) -> None:
    """Note the edition of an index that was never anything else."""
    if stored_edition(conn) is None:
        _save(conn, edition, 0, 0)


def left_to_index(conn: Connection) -> int:
    """Return how many versions a rebuilding has still to index; 0 when none is going on."""
    state = conn.execute(select(SearchState.done_through, SearchState.until)).one_or_none()
    if state is None or state.done_through >= state.until:
        return 0
    waiting = select(func.count()).select_from(Version).where(Version.cluster_id.is_not(None))
    return conn.execute(waiting.where(Version.id > state.done_through, Version.id <= state.until)).scalar_one()


def rebuild_step(conn: Connection, prepared: Callable[[str, str], SearchText], limit: int) -> int:
    """Index the next versions of a rebuilding; return how many, 0 when it is at its end.

    `prepared` makes a title and a body the words of the index.
    """
    state = conn.execute(select(SearchState.edition, SearchState.done_through, SearchState.until)).one_or_none()
    if state is None or state.done_through >= state.until:
        return 0
    rows = conn.execute(
        with_bodies(select(Version.id, Version.title, SUMMARY, TEXT))
        .where(Version.id > state.done_through, Version.id <= state.until, Version.cluster_id.is_not(None))
        .order_by(Version.id)
        .limit(limit)
    ).all()
    index_words(conn, [(row.id, prepared(row.title, row.text or row.summary)) for row in rows])
    _save(conn, state.edition, rows[-1].id if len(rows) == limit else state.until, state.until)
    return len(rows)


def _save(conn: Connection, edition: int, done_through: int, until: int) -> None:
    row = {"id": _ONLY, "edition": edition, "done_through": done_through, "until": until}
    state = upsert(conn, SearchState).values(**row)
    conn.execute(state.on_conflict_do_update(index_elements=[SearchState.id], set_=row))
