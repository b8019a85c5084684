"""`riwaya check`: the configuration, and what it would run."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict, astuple

import click

from daemon.cli.printing import echo_json, json_option
from daemon.cli.session import Session
from daemon.cli.table import Column, table


@click.command()
@json_option()
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Check the configuration and print what would run; exit code 2 when it has mistakes.

    \b
    Examples:
      riwaya check
      riwaya --config new.yaml check --json
    """
    from daemon.config.describe import describe, feed_rows, totals  # noqa: PLC0415 - loads pydantic

    config = session.config
    counts = totals(config)
    if as_json:
        echo_json({"config": str(session.path), "totals": asdict(counts), **describe(config)})
        return
    columns = [
        Column("source"),
        Column("name"),
        Column("country"),
        Column("category"),
        Column("feed", stretch=True),
    ]
    click.echo(table(columns, [astuple(row) for row in feed_rows(config)]))
    click.echo(
        f"\n{session.path} is right: {counts.sources} sources of {counts.countries} countries, "
        f"{counts.feeds} feeds on {counts.hosts} hosts"
    )
