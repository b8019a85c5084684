"""`riwaya fetch`: one whole round, fetch, store and group, then exit."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.alerting import alert_once
from daemon.cli.failure import Failed, Misconfigured
from daemon.cli.grouping import echo_grouped, group_waiting
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session
from daemon.cli.table import Column, table

if TYPE_CHECKING:  # loaded by the command itself, not by `riwaya --help`
    from sqlalchemy import Engine

    from daemon.config import Config
    from daemon.feed_fetcher import FetchReport
    from daemon.page_reader import PageReport
    from storage.feeds import FeedState


@click.command()
@click.option("--all", "every", is_flag=True, help="Fetch every feed, due or not.")
@click.option("--source", "source_ids", multiple=True, metavar="ID", help="Fetch the feeds of this source, due or not.")
@json_option(", one feed a line")
@click.pass_obj
def command(session: Session, every: bool, source_ids: tuple[str, ...], as_json: bool) -> None:
    """Fetch the feeds that are due, read the article pages they want, group what is new, send alerts, and exit.

    The exit code is 1 when not one of the feeds could be read, 0 otherwise; each feed's own outcome is in the
    table and in the store.

    \b
    Examples:
      riwaya fetch
      riwaya fetch --all
      riwaya fetch --source aljazeera --json
    """
    from daemon.start import free_dead_leases, sync_catalogue  # noqa: PLC0415 - loads the store

    config = session.config
    unknown = sorted(set(source_ids) - {source.id for source in config.sources})
    if unknown:
        raise Misconfigured(f"{session.path}: sources: there is no source {', '.join(unknown)}")
    with session.writable_store() as engine:
        sync_catalogue(engine, config)
        free_dead_leases(engine)
        feeds = _feeds(engine, every, source_ids)
        reports, pages = _fetch(engine, config, feeds)
        grouped = group_waiting(engine, config)
        alert_once(engine, config)
    _print(reports, pages, grouped, as_json=as_json)
    if reports and not any(report.good for report in reports):
        raise Failed(_why_none(reports))


def _feeds(engine: "Engine", every: bool, source_ids: tuple[str, ...]) -> "list[FeedState]":
    from storage.engine import reading  # noqa: PLC0415 - loads the store
    from storage.feeds import select_feeds  # noqa: PLC0415 - as above

    now = datetime.now(UTC)
    with reading(engine) as conn:
        feeds = select_feeds(conn, list(source_ids) or None)
    # What a person asks for by name is asked, also of a host that wants to be left alone.
    return [feed for feed in feeds if every or source_ids or feed.due(now)]


def _fetch(
    engine: "Engine", config: "Config", feeds: "Sequence[FeedState]"
) -> "tuple[list[FetchReport], list[PageReport]]":
    """Fetch the feeds, then read the article pages that are due."""
    # Loaded outside the event loop, which would be held for half a second.
    from daemon.asking import run_asking  # noqa: PLC0415 - loads the store and httpx
    from daemon.feed_fetcher import FeedFetcher  # noqa: PLC0415 - as above
    from daemon.fetch_round import fetch_round  # noqa: PLC0415 - as above
    from daemon.holder import holder_name  # noqa: PLC0415 - as above
    from daemon.page_reader import PageReader  # noqa: PLC0415 - as above
    from daemon.page_round import page_round  # noqa: PLC0415 - as above
    from daemon.wiring import (  # noqa: PLC0415 - as above
        lease_time,
        rereads,
        schedule_bounds,
    )
    from sources.http import HttpClient  # noqa: PLC0415 - as above
    from sources.parsing.pool import ParserPool  # noqa: PLC0415 - as above
    from sources.robots import Robots, product_token  # noqa: PLC0415 - as above
    from storage.engine import reading  # noqa: PLC0415 - as above
    from storage.pages import count_due  # noqa: PLC0415 - as above

    host_gap_s = config.fetch.host_gap.total_seconds()

    async def feeds_round(http: HttpClient, parser: ParserPool, writer: ThreadPoolExecutor) -> "list[FetchReport]":
        if not feeds:
            return []
        bounds, keep = schedule_bounds(config), config.retention.raw_bodies
        with progress_bar("fetching", len(feeds)) as done:
            return await fetch_round(
                engine,
                FeedFetcher(engine, http, parser, bounds, writer, host_gap_s=host_gap_s, keep_bytes=keep),
                feeds,
                holder=holder_name(),
                concurrency=config.fetch.concurrency,
                per_host=config.fetch.per_host,
                host_gap_s=host_gap_s,
                lease_time=lease_time(config),
                progress=lambda _: done(1),
            )

    async def pages_round(http: HttpClient, parser: ParserPool, writer: ThreadPoolExecutor) -> "list[PageReport]":
        with reading(engine) as conn:
            due = count_due(conn, datetime.now(UTC))
        if not due:
            return []
        robots = Robots(http, product_token(config.fetch.user_agent), lambda: datetime.now(UTC))
        with progress_bar("reading pages", due) as done:
            return await page_round(
                engine,
                PageReader(engine, http, parser, robots, writer, host_gap_s=host_gap_s, rereads=rereads(config)),
                holder=holder_name(),
                concurrency=config.pages.concurrency,
                per_host=config.fetch.per_host,
                host_gap_s=host_gap_s,
                lease_time=lease_time(config),
                progress=lambda _: done(1),
            )

    async def round_(http: HttpClient, parser: ParserPool) -> "tuple[list[FetchReport], list[PageReport]]":
        with ThreadPoolExecutor(1, "store") as writer:
            return await feeds_round(http, parser, writer), await pages_round(http, parser, writer)

    return run_asking(config, round_)


def _print(
    reports: "Sequence[FetchReport]", pages: "Sequence[PageReport]", grouped: int | None, *, as_json: bool
) -> None:
    if as_json:
        for report in reports:
            echo_json(
                {
                    "source": report.feed.source_id,
                    "feed": report.feed.url,
                    "outcome": report.outcome.value,
                    "status": report.status,
                    "seen": report.counts.seen,
                    "new": report.counts.new,
                    "changed": report.counts.changed,
                    "error": report.error,
                    "seconds": round(report.seconds, 3),
                    "next": report.next_fetch_at,
                }
            )
        return
    if not reports:
        click.echo("no feed is due; --all fetches every one")
    else:
        columns = [
            Column("source"),
            Column("outcome"),
            Column("status", right=True),
            Column("seen", right=True),
            Column("new", right=True),
            Column("changed", right=True),
            Column("feed, or why not", stretch=True),
        ]
        rows = [
            (
                report.feed.source_id,
                report.outcome.value,
                report.status,
                report.counts.seen,
                report.counts.new,
                report.counts.changed,
                f"{report.error}: {report.feed.url}" if report.error else report.feed.url,
            )
            for report in sorted(reports, key=lambda report: (report.feed.source_id, report.feed.id))
        ]
        click.echo(table(columns, rows))
    if pages:
        click.echo(f"{len(pages)} article pages asked for, {sum(page.stored for page in pages)} gave a fuller text")
    echo_grouped(grouped)


def _why_none(reports: "Sequence[FetchReport]") -> str:
    from daemon.reach import NOBODY_ANSWERS, nobody_answers  # noqa: PLC0415 - loads the store

    return NOBODY_ANSWERS if nobody_answers(reports) else f"none of {len(reports)} feeds could be read"
