"""The schema's history: at every start, on both databases, under a lock."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.schema import CreateIndex

from storage.engine import open_engine, reading, writing
from storage.migrate import REVISIONS, SchemaMissing, SchemaTooNew, current, head, require_current, upgrade
from storage.schema import metadata

UPGRADE = """
import sys
from storage.engine import open_engine
from storage.migrate import upgrade
engine = open_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(upgrade(engine), "alembic" in sys.modules)
"""


@pytest.fixture
def empty(empty_store_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_store_url)
    yield engine
    engine.dispose()


def test_the_known_revisions_are_those_of_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    script = ScriptDirectory.from_config(config)
    assert tuple(revision.revision for revision in script.walk_revisions())[::-1] == REVISIONS
    assert script.get_heads() == [head()]


def test_a_new_store_gets_the_schema_once(empty: Engine) -> None:
    assert current(empty) is None
    with pytest.raises(SchemaMissing, match="is empty"):
        require_current(empty)
    assert upgrade(empty) is True
    assert current(empty) == head()
    assert upgrade(empty) is False
    require_current(empty)


def test_the_migrated_schema_is_that_of_the_models(empty: Engine) -> None:
    """Compare what the database itself says of a migrated schema and of one made from the models."""
    with writing(empty) as conn:
        metadata.create_all(conn)
        modelled = described(conn)
    with writing(empty) as conn:
        metadata.drop_all(conn)
    upgrade(empty)
    with reading(empty) as conn:
        migrated = described(conn)
    assert migrated == modelled
    assert len(modelled) > len(metadata.tables)


def described(conn: Connection) -> set[str]:
    """Everything the catalogue of the database holds of our tables, the search index and the views excepted."""
    if conn.dialect.name == "sqlite":
        rows = conn.execute(
            text(
                "SELECT type, tbl_name, sql FROM sqlite_master WHERE type <> 'view'"
                " AND (tbl_name NOT LIKE 'search%' OR tbl_name = 'search_state')"
                " AND tbl_name NOT IN ('alembic_version', 'sqlite_sequence') AND sql IS NOT NULL"
            )
        )
        # The order of columns and constraints inside a statement means nothing.
        return {f"{kind} {table} {part.strip(' ,')}" for kind, table, sql in rows for part in sql.splitlines()}
    parts = [
        """
        SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
            a.attidentity::text, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND
        """,
        "SELECT 'table', c.relname, obj_description(c.oid) FROM pg_class c WHERE c.relkind = 'r' AND",
        """
        SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE
        """,
        """
        SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE
        """,
    ]
    ours = "c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('search', 'alembic_version')"
    return {str(tuple(row)) for part in parts for row in conn.execute(text(f"{part} {ours}"))}


def test_every_table_and_column_says_what_it_means() -> None:
    silent = [
        f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.c if not column.comment
    ]
    assert silent == []
    assert all(table.comment for table in metadata.tables.values())


def test_every_index_is_named_after_its_table() -> None:
    for table in metadata.tables.values():
        for index in table.indexes:
            assert str(index.name).startswith(f"ix_{table.name}_"), CreateIndex(index)


def test_a_newer_schema_is_refused(store: Engine) -> None:
    with writing(store) as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for asked in (upgrade, require_current):
        with pytest.raises(SchemaTooNew, match=f"schema 9999, this release knows {head()} at most"):
            asked(store)


def test_a_failed_upgrade_leaves_the_store_as_it_was(empty: Engine) -> None:
    with writing(empty) as conn:
        # The last table but one of the baseline is in the way.
        conn.execute(text("CREATE TABLE sighting (x integer)"))
    with pytest.raises(Exception, match="sighting"):
        upgrade(empty)
    assert current(empty) is None
    with writing(empty) as conn:
        conn.execute(text("DROP TABLE sighting"))
    assert upgrade(empty)


def test_two_processes_upgrade_at_once(empty_store_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", UPGRADE, empty_store_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    answers = sorted(process.communicate(timeout=60)[0].split()[0] for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    assert answers == ["False", "True"]


def test_alembic_stays_out_where_nothing_is_to_be_done(store_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UPGRADE, store_url],
        input="\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "ready\nFalse False\n"
