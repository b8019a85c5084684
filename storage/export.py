"""What can be exported: the views that are told in docs/sql.md, read in steps of constant size."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Boolean, Connection, Engine, Float, Select, TableClause, column, func, select, table
from sqlalchemy.types import TypeEngine

from storage.clean_text import CleanJson, CleanText
from storage.engine import reading
from storage.schema.table import BIG
from storage.utc_time import UtcTime

CHUNK = 1000
"""Rows read at a time: of texts some 5 MB."""

Kind = Literal["number", "share", "text", "time", "flag", "json"]

_TYPES: dict[Kind, TypeEngine[Any]] = {
    "number": BIG,
    "share": Float(),
    "text": CleanText(),
    "time": UtcTime(),
    "flag": Boolean(),
    "json": CleanJson(),
}


@dataclass(frozen=True, slots=True)
class Export:
    """A view, its columns with their kinds (the first counts upwards), and the one that a time range is about."""

    view: str
    columns: tuple[tuple[str, Kind], ...]
    dated: str


EXPORTS = {
    "clusters": Export(
        "v_cluster",
        (
            ("cluster_id", "number"),
            ("title", "text"),
            ("articles", "number"),
            ("sources", "number"),
            ("versions", "number"),
            ("first_published", "time"),
            ("first_seen", "time"),
            ("last_seen", "time"),
        ),
        "last_seen",
    ),
    "versions": Export(
        "v_version",
        (
            ("version_id", "number"),
            ("article_id", "number"),
            ("cluster_id", "number"),
            ("source_id", "text"),
            ("source_name", "text"),
            ("number", "number"),
            ("title", "text"),
            ("summary", "text"),
            ("text", "text"),
            ("from_page", "flag"),
            ("published", "time"),
            ("updated", "time"),
            ("dated", "time"),
            ("first_seen", "time"),
        ),
        "first_seen",
    ),
    "matches": Export(
        "v_match",
        (
            ("match_id", "number"),
            ("version_id", "number"),
            ("other_version_id", "number"),
            ("kind", "text"),
            ("score", "share"),
            ("figures", "json"),
            ("created", "time"),
        ),
        "created",
    ),
    "events": Export(
        "v_event",
        (
            ("event_id", "number"),
            ("at", "time"),
            ("kind", "text"),
            ("cluster_id", "number"),
            ("article_id", "number"),
            ("version_id", "number"),
            ("other_cluster_id", "number"),
            ("cause", "json"),
        ),
        "at",
    ),
}


def count_rows(conn: Connection, export: Export, since: datetime | None, until: datetime | None) -> int:
    """Return how many rows an export has."""
    view = _view(export)
    return int(conn.execute(_within(select(func.count()).select_from(view), view, export, since, until)).scalar_one())


def export_rows(
    engine: Engine, export: Export, since: datetime | None, until: datetime | None
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows with a time from `since` to before `until`, in steps, each read in a transaction of its own.

    An export of hours must not hold the store's past in place; texts never change, and a story that does is written as
    it was when its step was read.
    """
    view = _view(export)
    key = view.c[export.columns[0][0]]
    last = -1
    while True:
        chosen = _within(select(*view.c), view, export, since, until).where(key > last).order_by(key).limit(CHUNK)
        with reading(engine) as conn:
            rows = [tuple(row) for row in conn.execute(chosen)]
        if rows:
            yield rows
            last = rows[-1][0]
        if len(rows) < CHUNK:
            return


def _view(export: Export) -> TableClause:
    return table(export.view, *(column(name, _TYPES[kind]) for name, kind in export.columns))


def _within(
    chosen: Select[*tuple[Any, ...]],
    view: TableClause,
    export: Export,
    since: datetime | None,
    until: datetime | None,
) -> Select[*tuple[Any, ...]]:
    dated = view.c[export.dated]
    if since is not None:
        chosen = chosen.where(dated >= since)
    return chosen if until is None else chosen.where(dated < until)
