"""Signatures of an older edition made anew, some at a time, while everything else goes on."""

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, func, select, update

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.schema import Version

SPAN = 5_000
"""Ids of versions that one step looks at: a few milliseconds, also where none of them needs anything."""


def renew_step(
    conn: Connection,
    fold_version: int,
    signed: Callable[[str, str], bytes],
    limit: int,
    after: int = 0,
    *,
    every: bool = False,
) -> int | None:
    """Renew up to `limit` signatures behind a version's id; return the id to go on behind, None at the end.

    `signed` makes a title and a body a signature. With `every` those of this edition are made anew too.
    """
    highest = conn.execute(select(func.coalesce(func.max(Version.id), 0))).scalar_one()
    end = min(after + SPAN, highest)
    rows = conn.execute(
        with_bodies(select(Version.id, Version.title, SUMMARY, TEXT))
        .where(
            Version.id > after,
            Version.id <= end,
            Version.fold_version.is_not(None) if every else Version.fold_version != fold_version,
        )
        .order_by(Version.id)
        .limit(limit)
    ).all()
    if rows:
        conn.execute(
            update(Version).where(Version.id == bindparam("version")),
            [
                {
                    "version": row.id,
                    "fold_version": fold_version,
                    "signature": signed(row.title, row.text or row.summary),
                }
                for row in rows
            ],
        )
    if len(rows) == limit:
        return int(rows[-1].id)
    return end if end < highest else None
