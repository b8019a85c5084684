"""`riwaya db`: looking after the store."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import contextlib
import sys
from typing import TYPE_CHECKING

import click

from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session
from daemon.cli.table import Column, table

if TYPE_CHECKING:  # loads the store
    from sqlalchemy import Engine

_STEP = 50  # texts of one transaction: other writers wait a tenth of a second


@click.group()
def command() -> None:
    """Look after the store.

    \b
    Examples:
      riwaya db upgrade
      riwaya db check
      riwaya db version --json
    """


@command.command()
@click.pass_obj
def upgrade(session: Session) -> None:
    """Bring the schema of the store to this release; every start does so by itself.

    \b
    Example:
      riwaya db upgrade
    """
    from storage.migrate import head  # noqa: PLC0415 - loads the store

    with session.writable_store():
        click.echo(f"the store has schema {head()}")


@command.command()
@json_option()
@click.pass_obj
def version(session: Session, as_json: bool) -> None:
    """Print the schema of the store, and the one that this release works with.

    \b
    Example:
      riwaya db version --json
    """
    from storage.migrate import current, head  # noqa: PLC0415 - loads the store

    with session.existing_store() as engine:
        facts = {"schema": current(engine), "release": head()}
    if as_json:
        echo_json(facts)
        return
    click.echo(f"the store has schema {facts['schema']}, this release works with {facts['release']}")


@command.command()
@json_option(", one rule a line")
@click.pass_obj
def check(session: Session, as_json: bool) -> None:
    """Prove that the store is whole: its file, its references, its counts, its search index, its signatures.

    The exit code is 1 when a rule is broken; the table names the command that mends it, where there is one. The service
    may run meanwhile.

    \b
    Examples:
      riwaya db check
      riwaya db check --json
    """
    from clustering.clitics import SEARCH_EDITION  # noqa: PLC0415 - loads numpy
    from clustering.fold import FOLD_VERSION  # noqa: PLC0415 - as above
    from storage.check import check as found  # noqa: PLC0415 - loads the store

    with session.reader() as conn:
        findings = list(found(conn, fold_version=FOLD_VERSION, search_edition=SEARCH_EDITION))
    if as_json:
        for finding in findings:
            echo_json({"rule": finding.rule, "broken": finding.count, "remedy": finding.remedy})
    else:
        columns = [Column("rule"), Column("broken", right=True), Column("mended by")]
        click.echo(table(columns, [(one.rule, one.count, one.remedy if one.count else None) for one in findings]))
    if any(finding.count for finding in findings):
        raise Failed("the store is not whole")


@command.command("rebuild-search")
@click.pass_obj
def rebuild_search(session: Session) -> None:
    """Make the search index anew from the stored texts; searches find less until it is done.

    The service may run meanwhile, and goes on with a rebuilding that is broken off.

    \b
    Example:
      riwaya db rebuild-search
    """
    with session.writable_store() as engine:
        click.echo(f"{_index_all(engine)} texts indexed")


@command.command("rebuild-signatures")
@click.pass_obj
def rebuild_signatures(session: Session) -> None:
    """Make every signature anew from the stored texts; the grouping stays as it is.

    The service may run meanwhile.

    \b
    Example:
      riwaya db rebuild-signatures
    """
    from clustering.fold import FOLD_VERSION  # noqa: PLC0415 - loads numpy
    from daemon.stored_versions import signed  # noqa: PLC0415 - as above
    from storage.engine import writing  # noqa: PLC0415 - loads the store
    from storage.queue import count_clustered  # noqa: PLC0415 - as above
    from storage.signature_upkeep import renew_step  # noqa: PLC0415 - as above

    with session.writable_store() as engine:
        with writing(engine) as conn:
            total = count_clustered(conn)
        last: int | None = 0
        with progress_bar("signing", total) as done:
            while last is not None:
                with writing(engine) as conn:
                    last = renew_step(conn, FOLD_VERSION, signed, _STEP, last, every=True)
                done(_STEP)
    click.echo(f"{total} signatures made")


@command.command()
@click.argument("target")
@click.pass_obj
def copy(session: Session, target: str) -> None:
    """Copy the store into TARGET, an empty store: from SQLite to PostgreSQL, or back. Stop the service first.

    TARGET is written as `database` in the configuration; `-` reads it from standard input, for passwords. Everything is
    copied with its ids, counted, and the search index made anew; broken off, it leaves TARGET empty. Then name TARGET
    in the configuration.

    \b
    Examples:
      riwaya db copy postgresql+psycopg://riwaya@localhost/riwaya
      riwaya db copy - < target-url
    """
    from daemon.config.database import check_database  # noqa: PLC0415 - loads the configuration
    from storage.engine import StoreUnavailable, open_engine  # noqa: PLC0415 - loads the store
    from storage.migrate import SchemaTooNew, upgrade  # noqa: PLC0415 - as above
    from storage.store_copy import CopyRefused, copy_store, count_rows  # noqa: PLC0415 - as above

    try:
        url = check_database(sys.stdin.readline().strip() if target == "-" else target)
    except ValueError as error:
        raise click.UsageError(f"TARGET: {error}") from error
    with session.existing_store() as source, contextlib.ExitStack() as opened:
        _refuse_used(source)
        try:
            engine = open_engine(url)
            opened.callback(engine.dispose)
            upgrade(engine)
            with progress_bar("copying", count_rows(source)) as done:
                tables = copy_store(source, engine, done)
        except (StoreUnavailable, SchemaTooNew, CopyRefused) as error:
            raise Failed(str(error)) from error
        _index_all(engine)
    click.echo(table([Column("table"), Column("rows", right=True)], [(one.name, one.rows) for one in tables]))


def _refuse_used(source: "Engine") -> None:
    """Raise Failed when a process that lives works on the store."""
    from daemon.holder import is_gone  # noqa: PLC0415 - not needed by --help
    from storage.engine import reading  # noqa: PLC0415 - loads the store
    from storage.leases import lease_holders  # noqa: PLC0415 - as above
    from storage.migrate import require_current  # noqa: PLC0415 - as above

    require_current(source)
    with reading(source) as conn:
        alive = [holder for holder in lease_holders(conn) if not is_gone(holder)]
    if alive:
        raise Failed(f"{', '.join(alive)} works on the store; stop riwaya first")


def _index_all(engine: "Engine") -> int:
    """Make the search index anew; return how many texts it holds then."""
    from clustering.clitics import SEARCH_EDITION  # noqa: PLC0415 - loads numpy
    from daemon.searching import search_text  # noqa: PLC0415 - as above
    from storage.engine import writing  # noqa: PLC0415 - loads the store
    from storage.search_queue import begin_rebuilding, index_step, left_to_index  # noqa: PLC0415 - as above

    with writing(engine) as conn:
        begin_rebuilding(conn, SEARCH_EDITION)
        left = left_to_index(conn)
    indexed = 0
    with progress_bar("indexing", left) as done:
        while True:
            with writing(engine) as conn:
                step = index_step(conn, search_text, _STEP)
            if not step:
                return indexed
            indexed += step
            done(step)
