"""Copying a whole store into an empty one of the other database, or of the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Engine, Table, bindparam, delete, func, insert, select, text, update

from storage.engine import reading, store_name, writing
from storage.schema import Lease, SearchState, StoreIdentity, Unindexed, metadata

ROWS = 2_000
"""Rows of one statement: a few megabytes of texts in memory."""

# Leases are of processes that run. The search index is another thing on each database and is made anew, so what
# stands beside it goes with it.
_LEFT_OUT = frozenset({Lease.__tablename__, Unindexed.__tablename__, SearchState.__tablename__})


class CopyRefused(Exception):  # noqa: N818 - reads as a fact
    """The copy cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class TableCopied:
    """A table whose rows have all arrived."""

    name: str
    rows: int


def count_rows(engine: Engine) -> int:
    """Return how many rows there are to copy."""
    with reading(engine) as conn:
        return sum(_count(conn, table) for table in _tables())


def copy_store(source: Engine, target: Engine, progress: Callable[[int], None]) -> list[TableCopied]:
    """Copy every row of one state of `source` into `target`, which has the schema and nothing in it.

    Ids stay what they are, and those that were given once are not given again. All of it is one transaction: broken
    off, it leaves the target empty. `progress` is told of every batch of rows. The search index is left to be made.
    Raises CopyRefused.
    """
    if source.url == target.url:
        raise CopyRefused(f"{store_name(target.url)} is the store itself")
    copied = []
    with reading(source) as old, writing(target) as new:
        # The copy goes on as the original: what was made of its identity, as the ids of feed items, stays the same.
        new.execute(delete(StoreIdentity))
        for table in _tables():
            if _count(new, table):
                raise CopyRefused(f"{store_name(target.url)} is not empty: {table.name} has rows")
        late: list[tuple[Table, Column[int]]] = []
        for table in _tables():
            postponed = [column for column in table.columns if _leads_ahead(column)]
            late += [(table, column) for column in postponed]
            for rows in _batches(old, table, postponed):
                new.execute(insert(table), rows)
                progress(len(rows))
        for table, column in late:
            _fill_in(old, new, table, column)
        for table in _tables():
            arrived, expected = _count(new, table), _count(old, table)
            if arrived != expected:
                raise CopyRefused(f"{table.name}: {arrived} of {expected} rows arrived")
            copied.append(TableCopied(table.name, arrived))
            _go_on_counting(old, new, table)
    return copied


def _tables() -> list[Table]:
    """Return the tables in an order in which rows find what they point at."""
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


def _leads_ahead(column: Column[int]) -> bool:
    """Tell whether a column may point at a row that is copied later."""
    return any(key.use_alter or key.column.table is column.table for key in column.foreign_keys)


def _batches(conn: Connection, table: Table, postponed: list[Column[int]]) -> Iterator[list[dict[str, object]]]:
    nothing: dict[str, object] = {column.name: None for column in postponed}
    rows = conn.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": ROWS})
    for some in rows.mappings().partitions():
        yield [{**row, **nothing} for row in some]


def _fill_in(old: Connection, new: Connection, table: Table, column: Column[int]) -> None:
    (key,) = table.primary_key
    change = update(table).where(key == bindparam("row")).values({column.name: bindparam("leads_to")})
    rows = old.execute(select(key, column).where(column.is_not(None)), execution_options={"yield_per": ROWS})
    for some in rows.partitions():
        new.execute(change, [{"row": row, "leads_to": leads_to} for row, leads_to in some])


def _count(conn: Connection, table: Table) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def _go_on_counting(old: Connection, new: Connection, table: Table) -> None:
    """Let the target give the ids that the source would have given next."""
    key = table.autoincrement_column
    if key is None:
        return
    last = _last_given(old, table, key)
    if last is None:
        return
    if new.dialect.name == "postgresql":
        new.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)"),
            {"table": f'"{table.name}"', "key": key.name, "last": last},
        )
        return
    new.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
    new.execute(
        text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), {"table": table.name, "last": last}
    )


def _last_given(conn: Connection, table: Table, key: Column[int]) -> int | None:
    """Return the last id that the table has given; None when it never gave one."""
    if conn.dialect.name == "postgresql":
        sequence = conn.execute(
            text("SELECT pg_get_serial_sequence(:table, :key)"), {"table": f'"{table.name}"', "key": key.name}
        ).scalar_one()
        # A sequence that was never used says that its first value was not called yet.
        last, called = conn.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - its own name
        return int(last) if called else None
    last = conn.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table.name}).scalar()
    return None if last is None else int(last)
