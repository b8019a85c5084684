"""`riwaya clusters`: stories, as a list."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from datetime import datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.numbers import COUNT
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.since import SINCE
from daemon.cli.table import Column, table
from daemon.cli.wire_credit import WIRE

if TYPE_CHECKING:  # loaded by the command itself
    from storage.cluster_list import Order


@click.command()
@click.option("--since", type=SINCE, help="Only stories with a text since then: 24h, 7d, 2026-11-23.")
@click.option("--min-sources", type=COUNT, default=1, show_default=True, help="From at least so many outlets.")
@click.option("--source", metavar="ID", help="Only stories that this outlet carries.")
@click.option("--wire", type=WIRE, help="Only stories with a text that credits this agency: reuters, رويترز, spa.")
@click.option(
    "--order",
    type=click.Choice(["recent", "size", "growth"]),
    default="recent",
    show_default=True,
    help="Newest text first, most outlets first, or most new articles first.",
)
@click.option("-n", "--limit", type=COUNT, default=50, show_default=True, help="How many to print.")
@json_option(", one story a line")
@click.pass_obj
def command(
    session: Session,
    since: datetime | None,
    min_sources: int,
    source: str | None,
    wire: str | None,
    order: "Order",
    limit: int,
    as_json: bool,
) -> None:
    """List stories with the number of articles and the outlets that carry them.

    \b
    Examples:
      riwaya clusters --since 24h --min-sources 3
      riwaya clusters --wire reuters --order growth
      riwaya clusters --source aljazeera --order size -n 10 --json
    """
    from storage.cluster_list import ClusterFilters, list_clusters  # noqa: PLC0415 - loads the store
    from web.shapes.clusters import cluster_shape  # noqa: PLC0415 - as above

    filters = ClusterFilters(
        since=since,
        min_sources=min_sources,
        sources=() if source is None else (source,),
        wires=() if wire is None else (wire,),
    )
    with session.reader() as conn:
        found = list_clusters(conn, filters, order, limit).clusters
    if as_json:
        for cluster in found:
            echo_json(cluster_shape(cluster))
        return
    columns = [
        Column("id", right=True),
        Column("articles", right=True),
        Column("outlets", right=True),
        Column("first seen"),
        Column("title", stretch=True),
    ]
    rows = [(c.id, c.articles, len(c.sources), local(c.first_seen), c.title) for c in found]
    click.echo(table(columns, rows) if rows else "no story fits")
