"""`riwaya status`: how the feeds and the store are doing."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table

if TYPE_CHECKING:  # loaded by the command itself
    from storage.overview import Overview

_MEGABYTE = 1_000_000


@click.command()
@json_option()
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Tell how the feeds and the store are doing, and which feeds fail and why.

    \b
    Examples:
      riwaya status
      riwaya status --json
    """
    from storage.overview import overview  # noqa: PLC0415 - loads the store

    with session.reader() as conn:
        facts = overview(conn, datetime.now(UTC))
    if as_json:
        echo_json(asdict(facts))
        return
    _print(facts)


def _print(facts: "Overview") -> None:
    click.echo(f"feeds     {facts.feeds} of {facts.sources} sources: {_feeds(facts)}")
    click.echo(f"articles  {facts.articles} in {facts.versions} versions")
    click.echo(f"clusters  {facts.clusters}; {facts.unclustered} texts wait to be grouped")
    click.echo(f"store     {facts.size_bytes / _MEGABYTE:.1f} MB; last fetch {local(facts.last_fetch) or 'never'}")
    if facts.failing:
        columns = [
            Column("failing"),
            Column("outcome"),
            Column("last good"),
            Column("next try"),
            Column("why, and where", stretch=True),
        ]
        rows = [
            (
                feed.source_id,
                feed.outcome,
                local(feed.since) or "never",
                local(feed.next_fetch_at),
                f"{feed.error}: {feed.url}" if feed.error else feed.url,
            )
            for feed in facts.failing
        ]
        click.echo("\n" + table(columns, rows))


def _feeds(facts: "Overview") -> str:
    return f"{facts.due} due, {facts.late} late, {len(facts.failing)} failing"
