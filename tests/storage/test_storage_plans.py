"""No everyday statement reads a whole table: the databases are asked how they would go about each one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from storage.alert_facts import facts_of
from storage.alert_queue import clear, take_out, unweighed
from storage.alerts import (
    NewAlert,
    add_alerts,
    delete_settled,
    due_alerts,
    give_up_strays,
    note_delivered,
    note_failed,
    rung_for,
    target_figures,
)
from storage.articles import save_entries
from storage.cluster_detail import article, cluster_detail
from storage.cluster_list import ClusterFilters, list_clusters
from storage.clusters import resolve
from storage.engine import reading, writing
from storage.feeds import lease_due, lease_feeds
from storage.fetches import FetchRow, delete_fetches, record_fetch
from storage.leases import take
from storage.placement_row import MatchRow
from storage.placements import next_cluster_id, save_placements
from storage.queue import count_unclustered, unclustered
from storage.recognition import known_articles
from storage.search import search
from storage.search_query import Filters, Phrase, Query
from storage.sightings import shown_by
from storage.stored_texts import indexed_versions, latest_dated_at, stored_texts

# What grows with every fetch. Sources, feeds and leases are few enough to be read whole, a queue is read from its head.
BIG = "alert|article|version|sighting|fetch|cluster|match|event|credit|search"

READS: dict[str, Callable[[Any, Connection], object]] = {
    "unclustered": lambda _, conn: unclustered(conn, 100),
    "count_unclustered": lambda _, conn: count_unclustered(conn),
    "stored_texts": lambda _, conn: stored_texts(conn, list(range(1, 30))),
    "latest_dated_at": lambda _, conn: latest_dated_at(conn),
    "indexed_versions": lambda desk, conn: list(indexed_versions(conn, desk.at(5))),
    "next_cluster_id": lambda _, conn: next_cluster_id(conn),
    "resolve": lambda _, conn: resolve(conn, 1),
    "recent clusters": lambda desk, conn: list_clusters(conn, ClusterFilters(since=desk.at(1), min_sources=2)),
    "recent clusters of all time": lambda _, conn: list_clusters(conn),
    "clusters of a source": lambda desk, conn: list_clusters(
        conn, ClusterFilters(since=desk.at(1), sources=("petra",))
    ),
    "clusters of an agency": lambda desk, conn: list_clusters(conn, ClusterFilters(since=desk.at(1), wires=("afp",))),
    "widely carried clusters": lambda desk, conn: list_clusters(conn, ClusterFilters(since=desk.at(1), min_sources=7)),
    "clusters with a word": lambda desk, conn: list_clusters(
        conn, ClusterFilters(since=desk.at(1), query=Query(Phrase(("كلمه",))))
    ),
    "largest clusters of all time": lambda _, conn: list_clusters(conn, order="size", limit=1),
    "growing clusters of all time": lambda _, conn: list_clusters(conn, order="growth", limit=1),
    "largest clusters": lambda desk, conn: list_clusters(conn, ClusterFilters(since=desk.at(1)), "size"),
    "growing clusters": lambda desk, conn: list_clusters(conn, ClusterFilters(since=desk.at(1)), "growth"),
    "cluster_detail": lambda _, conn: cluster_detail(conn, 1),
    "article": lambda _, conn: article(conn, 1),
    "known_articles": lambda _, conn: known_articles(
        conn, "petra", [f"k{n}" for n in range(99)], [f"link:{n}" for n in range(99)]
    ),
    "shown_by": lambda _, conn: shown_by(conn, 1),
    "unweighed": lambda _, conn: unweighed(conn, 10),
    "facts_of": lambda _, conn: facts_of(conn, [1, 2, 3], [1, 2, 3]),
    "rung_for": lambda _, conn: rung_for(conn, [1, 2]),
    "due_alerts": lambda desk, conn: due_alerts(conn, "desk", desk.at(99), 4, ["a1"]),
    "target_figures": lambda _, conn: target_figures(conn),
    "search": lambda desk, conn: search(conn, Query(Phrase(("كلمه",)), Filters(since=desk.at(0), min_sources=2)), 10),
    "browsing": lambda desk, conn: search(conn, Query(None, Filters(("petra",), ("afp",), desk.at(0))), 10),
}

WRITES: dict[str, Callable[[Any, Connection], object]] = {
    "lease_due": lambda desk, conn: lease_due(conn, desk.at(0), "w", desk.at(1), 10, 2),
    "lease_due with a gap": lambda desk, conn: lease_due(conn, desk.at(0), "w", desk.at(1), 10, 2, 2.0),
    "lease_feeds": lambda desk, conn: lease_feeds(conn, [1, 2], desk.at(0), "w", desk.at(1)),
    "take": lambda desk, conn: take(conn, "job", "me", desk.at(0), desk.at(1)),
    "save_entries": lambda desk, conn: save_entries(
        conn, "petra", 1, [desk.entry(f"k{n}", f"نص جديد {n}") for n in range(0, 60, 2)], desk.at(99)
    ),
    "record_fetch": lambda desk, conn: record_fetch(
        conn, FetchRow(feed_id=1, started_at=desk.at(0), duration_ms=1, outcome="ok"), None
    ),
    "delete_fetches": lambda desk, conn: delete_fetches(conn, desk.at(5), 10),
    "save_placements": lambda desk, conn: save_placements(
        conn,
        [
            desk.placement(version, 1, merges=[2] if version.version_id == 39 else (), matches=[_match()])
            for version in unclustered(conn, 10)
        ],
        desk.at(99),
    ),
    "take_out": lambda _, conn: take_out(conn, unweighed(conn, 10)),
    "clear": lambda _, conn: clear(conn, 10),
    "add_alerts": lambda desk, conn: add_alerts(conn, [NewAlert("a9", "r", "desk", 1, 1, "{}")], desk.at(5)),
    "note_failed": lambda desk, conn: note_failed(conn, "a1", "why", desk.at(5), desk.at(6)),
    "give_up_strays": lambda desk, conn: give_up_strays(conn, ["other"], desk.at(5)),
    "delete_settled": lambda desk, conn: delete_settled(conn, desk.at(5), 10),
}


def _match() -> MatchRow:
    return MatchRow(1, "copy", 0.5, {})


@pytest.fixture
def busy(desk: Any) -> Any:
    """A store with something in every table."""
    desk.open("petra", "ammon")
    for minutes in range(40):
        desk.save("petra" if minutes % 2 == 0 else "ammon", desk.entry(f"k{minutes}", f"نص {minutes}"), minutes=minutes)
    desk.found(*desk.queue(limit=30))
    with writing(desk.engine) as conn:
        add_alerts(conn, [NewAlert(f"a{n}", "r", "desk", n, None, "{}") for n in range(1, 9)], desk.at(40))
        note_delivered(conn, "a8", desk.at(41))
    return desk


def statements_of(engine: Engine, action: Callable[[Connection], object]) -> list[tuple[str, Any]]:
    """Do the action, take it back, and return its statements, each with one set of values."""
    heard: list[tuple[str, Any]] = []

    def hear(_conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        # One INSERT of many rows counts as many too, but has all their values in one set.
        sets = many and isinstance(values, list)
        heard.append((statement, values[0] if sets else values))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        with engine.connect() as conn, conn.begin() as transaction:
            action(conn)
            transaction.rollback()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return [(said, values) for said, values in heard if not said.startswith(("BEGIN", "PRAGMA"))]


def full_scans(engine: Engine, statement: str, values: Any) -> list[str]:
    """Return the parts of a small store's plan that read a table whole although they need not."""
    return whole_reads(engine, statement, values, forbidden=True)


def whole_reads(engine: Engine, statement: str, values: Any, *, forbidden: bool = False) -> list[str]:
    """Return the parts of a plan that read a whole table of those that grow.

    A small table is read whole whatever its indexes; `forbidden` to do so, only what must still does it.
    """
    with reading(engine) as conn:
        if engine.dialect.name == "sqlite":
            steps = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            # Along an index that is in the order asked for, it stops when it has enough.
            stops = "LIMIT" in statement and "USE TEMP B-TREE FOR ORDER BY" not in steps
            allowed = " USING INDEX| USING COVERING INDEX| VIRTUAL" if stops else " USING INDEX| VIRTUAL"
            return [step for step in steps if re.match(rf"SCAN ({BIG})\b(?!{allowed})", step)]
        if forbidden:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = conn.exec_driver_sql(f"EXPLAIN {statement}", values)
        return [row[0] for row in plan if re.search(rf"Seq Scan on \"?({BIG})\b", row[0])]


@pytest.mark.parametrize("name", READS | WRITES)
def test_no_statement_reads_a_whole_table(busy: Any, name: str) -> None:
    statements = statements_of(busy.engine, lambda conn: (READS | WRITES)[name](busy, conn))
    assert statements
    scans = [(said, scan) for said, values in statements for scan in full_scans(busy.engine, said, values)]
    assert scans == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_whole_read_is_noticed(busy: Any) -> None:
    assert full_scans(busy.engine, "SELECT title FROM version WHERE title = 'x'", ())


@pytest.mark.parametrize("name", ["save_entries"])
def test_a_document_costs_a_handful_of_statements_however_long(busy: Any, name: str) -> None:
    few = statements_of(busy.engine, lambda conn: save_entries(conn, "petra", 1, [busy.entry("x")], busy.at(99)))
    many = statements_of(busy.engine, lambda conn: WRITES[name](busy, conn))
    assert len(many) <= len(few) + 2 <= 13
