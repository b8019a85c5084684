"""A large store: how both databases go about the statements of every day."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, update

from benchmarks.bulk_store import BEGAN, COMMON, EVERY_S, PHRASE, RARE, fill
from storage.alerts import NewAlert, add_alerts
from storage.clock_step import bring_back
from storage.cluster_detail import cluster_detail
from storage.cluster_list import ClusterFilters, list_clusters
from storage.engine import open_engine, writing
from storage.migrate import upgrade
from storage.pages import lease_pages
from storage.schema import Alert
from storage.search import search
from storage.search_query import Filters, Phrase, Query
from tests.conftest import Desk
from tests.storage.test_storage_plans import READS, WRITES, statements_of, whole_reads

pytestmark = pytest.mark.slow

# Large enough that reading a table whole costs more than any index; `benchmarks.store_queries` times a million.
VERSIONS = 200_000
NEWEST = VERSIONS * 10 // 11

LATE = Desk.at(60 * 24 * 365)

QUERIES: dict[str, Callable[[Any, Connection], object]] = {
    "recent clusters, three outlets": lambda _, conn: list_clusters(
        conn, ClusterFilters(since=_ago(NEWEST - 5_000), min_sources=3)
    ),
    "show": lambda _, conn: cluster_detail(conn, NEWEST - NEWEST % 10 + 1),
    "search a common word": lambda _, conn: search(conn, Query(Phrase((COMMON,))), 20),
    "search a rare word": lambda _, conn: search(conn, Query(Phrase((RARE,))), 20),
    "search a phrase": lambda _, conn: search(conn, Query(Phrase(PHRASE)), 20),
    "search with filters": lambda _, conn: search(
        conn, Query(Phrase((COMMON,)), Filters(sources=("s7",), min_sources=2)), 20
    ),
    "bring_back": lambda _, conn: bring_back(conn, LATE, timedelta(minutes=2)),
    "lease_pages": lambda _, conn: lease_pages(conn, LATE, "reader", LATE, 10, 2, 2.0),
}


def _ago(article: int) -> Any:
    return datetime.fromtimestamp(BEGAN + EVERY_S * article, UTC)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def big(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('big') / 'riwaya.db'}"
    else:
        url = request.getfixturevalue("postgresql_databases")("").render_as_string(hide_password=False)
    engine = open_engine(url)
    upgrade(engine)
    # Short signatures: they make the file larger and change no plan.
    fill(engine, VERSIONS, signature_bytes=8)
    desk = Desk(engine)
    desk.open("petra")
    desk.save("petra", *(desk.entry(f"k{number}", f"نص {number}") for number in range(40)))
    _ring(desk)
    yield engine
    engine.dispose()
    if request.param == "sqlite":
        Path(url.removeprefix("sqlite:///")).unlink()


def _ring(desk: Desk) -> None:
    """Fill the outbox as after a busy month: nearly everything is delivered."""
    many = range(20_000)
    with writing(desk.engine) as conn:
        add_alerts(
            conn, [NewAlert(f"b{n}", f"r{n % 20}", f"t{n % 20}", n // 20 * 10 + 1, None, "{}") for n in many], LATE
        )
        add_alerts(conn, [NewAlert(f"a{n}", "r", "desk", n * 10 + 1, None, "{}") for n in range(1, 9)], LATE)
        delivered = update(Alert).where(Alert.id.startswith("b"))
        conn.execute(delivered.values(state="delivered", next_attempt_at=None, settled_at=LATE))
        conn.exec_driver_sql("ANALYZE")


# It joins the thousands of stories of a day with their rows. PostgreSQL reads the table of stories whole, which is
# cheaper than so many looks; no other table, and SQLite none.
MANY_STORIES = "growing clusters of all time"


@pytest.mark.parametrize("name", QUERIES | READS | WRITES)
def test_no_statement_reads_a_big_table_whole(big: Engine, name: str) -> None:
    desk = Desk(big)
    statements = statements_of(big, lambda conn: (QUERIES | READS | WRITES)[name](desk, conn))
    scans = [(said, scan) for said, values in statements for scan in whole_reads(big, said, values)]
    if name == MANY_STORIES and big.dialect.name == "postgresql":
        scans = [(said, scan) for said, scan in scans if "Seq Scan on cluster " not in scan]
    assert statements
    assert scans == []
