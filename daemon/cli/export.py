"""`riwaya export`: stories, texts, evidence and events as files for other programs."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from daemon.cli.failure import Failed
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session
from daemon.cli.since import SINCE

_WHAT = ("clusters", "versions", "matches", "events")
_FORMATS = ("parquet", "csv", "jsonl")


@click.command()
@click.argument("what", type=click.Choice(_WHAT))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="The format, when the name of FILE does not tell it."
)
@click.option("--since", type=SINCE, help="Only what is dated since then: 24h, 7d, 2026-11-23.")
@click.option("--until", type=SINCE, help="Only what is dated before then.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
def command(
    session: Session,
    what: str,
    file: Path,
    form: str | None,
    since: datetime | None,
    until: datetime | None,
    force: bool,
) -> None:
    """Write clusters, versions, matches or events to FILE, as Parquet, CSV or JSON Lines.

    The columns are those of the views v_cluster, v_version, v_match and v_event (docs/sql.md). A time range is about
    when a story was last seen, a text first seen, a pair accepted, an event happened. CSV and JSON Lines are packed
    when the name ends in .gz; FILE may be - for standard output. Memory stays the same whatever the number of rows.

    \b
    Examples:
      riwaya export versions versions.parquet --since 30d
      riwaya export events events.jsonl.gz
      riwaya export clusters - --format csv | head
    """
    from daemon.export_files import ExportError, format_of, write_file, write_stream  # noqa: PLC0415 - loads the store
    from storage.engine import reading  # noqa: PLC0415 - as above
    from storage.export import EXPORTS, count_rows, export_rows  # noqa: PLC0415 - as above
    from storage.migrate import require_current  # noqa: PLC0415 - as above

    to_stdout = str(file) == "-"
    chosen = form or (None if to_stdout else format_of(file))
    if chosen is None:
        raise click.UsageError(f"the name {file} tells no format: end it in .parquet, .csv or .jsonl, or give --format")
    if to_stdout and chosen == "parquet":
        raise click.UsageError("Parquet is written to files only: its end tells where everything stands")
    if not to_stdout and file.exists() and not force:
        raise Failed(f"{file} exists already; --force writes over it")
    export = EXPORTS[what]
    with session.existing_store() as engine:
        require_current(engine)
        with reading(engine) as conn:
            total = count_rows(conn, export, since, until)
        with progress_bar(f"exporting {what}", total) as done:

            def told() -> Iterator[list[tuple[Any, ...]]]:
                for rows in export_rows(engine, export, since, until):
                    yield rows
                    done(len(rows))

            try:
                if to_stdout:
                    write_stream(chosen, export, told())
                else:
                    write_file(file, chosen, export, told())
            except ExportError as error:
                raise Failed(str(error)) from error
    if not to_stdout:
        click.echo(f"{total} {what} written to {file}", err=True)
