"""`riwaya import`: articles from elsewhere, as the history of their outlets."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.cli.failure import Failed
from daemon.cli.grouping import echo_grouped, group_waiting
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session

if TYPE_CHECKING:  # loaded by the command itself
    from daemon.archive import ArchivedArticle, BadLine

_MOST_TOLD = 20


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--group/--no-group", default=True, show_default=True, help="Group the articles when all are stored.")
@json_option()
@click.pass_obj
def command(session: Session, file: Path, group: bool, as_json: bool) -> None:
    """Load articles from FILE (.jsonl or .jsonl.gz), one JSON object a line.

    \b
      {"id": "77", "source": "almarfa", "title": "...", "text": "...", "url": "https://...",
       "published": "2026-11-23T10:00:00+03:00"}

    Needed are source (the id of an outlet), title or text, and id or url to know the article by; summary, updated and
    source_name may be there. An outlet that the configuration does not have becomes a source that is not active.
    Articles are first seen now, stand for the time at which they were published, and are compared with what others
    published at that time. Loading a file again, or one that was broken off, stores what is not there yet. Lines that
    are no article are named and passed over, with exit code 1.

    \b
    Examples:
      riwaya import archive.jsonl.gz
      riwaya import week.jsonl --no-group --json
    """
    from daemon.archive import (  # noqa: PLC0415
        ArchiveError,
        BadLine,
        batches,
        read_archive,
        size_to_read,
        store_archived,
    )
    from daemon.start import sync_catalogue  # noqa: PLC0415 - loads the store

    bad: list[BadLine] = []

    def good(read: "Iterator[ArchivedArticle | BadLine]") -> "Iterator[ArchivedArticle]":
        for one in read:
            if isinstance(one, BadLine):
                bad.append(one)
            else:
                yield one

    seen = new = changed = 0
    with session.writable_store() as engine:
        sync_catalogue(engine, session.config)
        try:
            with progress_bar("loading", size_to_read(file)) as done:
                for batch in batches(good(read_archive(file, done))):
                    counts = store_archived(engine, batch, datetime.now(UTC))
                    seen, new, changed = seen + counts.seen, new + counts.new, changed + counts.changed
        except ArchiveError as error:
            stored = f"; {seen} articles before that are stored" if seen else ""
            raise Failed(f"{error}{stored}") from error
        grouped = group_waiting(engine, session.config) if group else 0
    for line in bad[:_MOST_TOLD]:
        click.echo(f"{file}:{line.line}: {line.reason}", err=True)
    if as_json:
        echo_json({"seen": seen, "new": new, "changed": changed, "bad": len(bad), "grouped": grouped})
    else:
        click.echo(f"{seen} articles read: {new} new, {changed} with another text, {seen - new - changed} known")
        echo_grouped(grouped)
    if bad:
        raise Failed(f"{file}: {len(bad)} lines are no article")
