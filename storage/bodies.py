"""Writing and reading texts that are stored once: by digest in, as columns of a version out."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func
from sqlalchemy.sql.dml import ReturningInsert

from storage.schema import Body, Version, aliased
from storage.upsert import upsert_into

_SUMMARY, _TEXT = aliased(Body, name="summary_body"), aliased(Body, name="text_body")
SUMMARY = func.coalesce(_SUMMARY.text, "").label("summary")
"""The summary of a version, in a statement that went through `with_bodies`."""
TEXT = func.coalesce(_TEXT.text, "").label("text")
"""Its body, likewise."""


def with_bodies(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return a statement about versions with their texts joined to it."""
    return chosen.outerjoin(_SUMMARY, _SUMMARY.id == Version.summary_id).outerjoin(_TEXT, _TEXT.id == Version.body_id)


def store_bodies(conn: Connection, texts: Iterable[str]) -> dict[str, int | None]:
    """Store texts that are not stored yet; return the id of each, None for the empty text.

    They must be clean. A text that is there already is locked against being deleted before it is pointed at.
    """
    wanted = {sha256(text.encode()).digest(): text for text in texts if text}
    ids: dict[str, int | None] = {"": None}
    if wanted:
        # In one order, so that two transactions do not wait for each other.
        rows = [{"digest": digest, "text": wanted[digest]} for digest in sorted(wanted)]
        ids |= {wanted[digest]: body_id for digest, body_id in conn.execute(_store(conn.dialect.name), rows)}
    return ids


@cache
def _store(dialect: str) -> ReturningInsert[bytes, int]:
    body = upsert_into(dialect, Body)
    return body.on_conflict_do_update(index_elements=[Body.digest], set_={"digest": body.excluded.digest}).returning(
        Body.digest, Body.id
    )
