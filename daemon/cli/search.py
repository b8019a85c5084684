"""`riwaya search`: articles by their words."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from datetime import datetime

import click

from daemon.cli.numbers import COUNT
from daemon.cli.printing import echo_json, json_option, local, moment
from daemon.cli.session import Session
from daemon.cli.since import SINCE
from daemon.cli.table import Column, table


@click.command()
@click.argument("query")
@click.option("--since", type=SINCE, help="Only articles published since then: 24h, 7d, 2026-11-23.")
@click.option("-n", "--limit", type=COUNT, default=20, show_default=True, help="How many to print.")
@json_option(", one article a line")
@click.pass_obj
def command(session: Session, query: str, since: datetime | None, limit: int, as_json: bool) -> None:
    """Find articles that hold every word of QUERY, whatever its spelling.

    Hamza, ta marbuta, tashkeel, tatweel and digits do not matter: «اعلنت الحكومه» finds «أَعلنت الحكومة».

    \b
    Examples:
      riwaya search "محادثات إسطنبول"
      riwaya search زلزال --since 7d --json
    """
    from clustering.fold import words  # noqa: PLC0415 - loads numpy
    from clustering.snippet import snippet  # noqa: PLC0415 - as above
    from storage.search import search  # noqa: PLC0415 - loads the store

    wanted = words(query)
    if not wanted:
        raise click.UsageError(f"there is no word in {query!r}")
    with session.reader() as conn:
        hits = search(conn, wanted, limit, since)
    found = [(hit, snippet(hit.text or hit.summary, wanted)) for hit in hits]
    if as_json:
        for hit, excerpt in found:
            echo_json(
                {
                    "article": hit.article_id,
                    "cluster": hit.cluster_id,
                    "source": hit.source_id,
                    "url": hit.url,
                    "title": hit.title,
                    "published": moment(hit.published_at),
                    "snippet": excerpt,
                }
            )
        return
    columns = [
        Column("article", right=True),
        Column("story", right=True),
        Column("source"),
        Column("published"),
        Column("title", stretch=True),
    ]
    rows = [(h.article_id, h.cluster_id, h.source_id, local(h.published_at), h.title) for h, _ in found]
    click.echo(table(columns, rows) if rows else "nothing found")
