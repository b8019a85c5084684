"""`riwaya check`: the configuration, what it would run, and on demand what the feeds give."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict, astuple
from typing import TYPE_CHECKING

import click

from daemon.cli.failure import Failed, Misconfigured
from daemon.cli.live_report import as_data, live_table
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session
from daemon.cli.table import Column, table

if TYPE_CHECKING:  # loaded by the command itself, not by `riwaya --help`
    from daemon.config import Config
    from daemon.live_check import LiveCheck, LiveFeed


@click.command()
@click.option("--live", is_flag=True, help="Fetch every feed once and tell what it gives; nothing is stored.")
@click.option("--source", "source_ids", multiple=True, metavar="ID", help="With --live: only the feeds of this source.")
@click.option("--quiet", is_flag=True, help="Print mistakes only.")
@json_option("; with --live one feed a line")
@click.pass_obj
def command(session: Session, live: bool, source_ids: tuple[str, ...], quiet: bool, as_json: bool) -> None:
    """Check the configuration and print what would run; exit code 2 when it has mistakes.

    With --live each feed is fetched once, without the store: whether it can be read or why not, how many entries it
    lists and how new they are, its character set, whether it gives full texts or summaries, and how often its rhythm
    would have it fetched. The exit code is 1 when a feed cannot be read.

    \b
    Examples:
      riwaya check
      riwaya --config new.yaml check --json
      riwaya check --live --source aljazeera
    """
    config = session.config
    if source_ids and not live:
        raise click.UsageError("--source is for --live")
    if live:
        if quiet:
            raise click.UsageError("--quiet is not for --live")
        _live(config, source_ids, as_json=as_json)
        return
    if quiet:
        return
    from daemon.config.describe import describe, feed_rows, totals  # noqa: PLC0415 - loads pydantic

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
    if config.alerts:
        click.echo(f"\n{_rules(config)}")
    click.echo(
        f"\n{session.path} is right: {counts.sources} sources of {counts.countries} countries, "
        f"{counts.feeds} feeds on {counts.hosts} hosts"
    )


def _rules(config: "Config") -> str:
    columns = [Column("alert"), Column("targets"), Column("where they are", stretch=True)]
    rows = [
        (rule.name, ", ".join(rule.to), ", ".join(config.targets[name].shown for name in rule.to))
        for rule in config.alerts
    ]
    return table(columns, rows)


def _live(config: "Config", source_ids: tuple[str, ...], *, as_json: bool) -> None:
    from daemon.live_check import LiveFeed  # noqa: PLC0415 - loads httpx

    unknown = sorted(set(source_ids) - {source.id for source in config.sources})
    if unknown:
        raise Misconfigured(f"there is no source {', '.join(unknown)}")
    feeds = [
        LiveFeed(feed.url, source.id, feed.category, source.timezone)
        for source in config.sources
        for feed in source.feeds
        if not source_ids or source.id in source_ids
    ]
    if not feeds:
        raise Failed("there is no feed to check")
    found = _checked(config, feeds)
    if as_json:
        for check in found:
            echo_json(as_data(check))
    else:
        click.echo(live_table(found, config.fetch.user_agent))
    if bad := sum(not check.good for check in found):
        raise Failed(f"{bad} of {len(found)} feeds cannot be read")


def _checked(config: "Config", feeds: "list[LiveFeed]") -> "list[LiveCheck]":
    from daemon.asking import run_asking  # noqa: PLC0415 - loads httpx
    from daemon.live_check import live_check  # noqa: PLC0415 - as above
    from daemon.wiring import schedule_bounds  # noqa: PLC0415 - as above

    with progress_bar("fetching", len(feeds)) as done:
        return run_asking(
            config,
            lambda http, parser: live_check(
                http,
                parser,
                feeds,
                schedule_bounds(config),
                concurrency=config.fetch.concurrency,
                host_gap_s=config.fetch.host_gap.total_seconds(),
                progress=done,
            ),
        )
