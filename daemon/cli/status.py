"""`riwaya status`: how the feeds and the store are doing."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table
from daemon.config.size import rounded_size

if TYPE_CHECKING:  # loaded by the command itself
    from daemon.config import Config
    from daemon.status_advice import Machine
    from storage.overview import FailingFeed, Overview

_WORKS = {"cluster": "grouping", "fetch": "fetching"}
_MEGABYTE = 1_000_000
_KILOBYTE = 1_000
_MINUTE = 60


@click.command()
@json_option()
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Tell how the service, the feeds and the store are doing, and what to do about it.

    Feeds are named that are late, that fail and why, that may have missed items, or that have moved.

    Alerts that wait or were given up are told too, by target.

    \b
    Examples:
      riwaya status
      riwaya status --json
    """
    from daemon.clusterer_lease import LEASE  # noqa: PLC0415 - as below
    from daemon.status_advice import advice  # noqa: PLC0415 - as below
    from daemon.status_machine import machine  # noqa: PLC0415 - as below
    from storage.leases import holder_of  # noqa: PLC0415 - as below
    from storage.overview import overview  # noqa: PLC0415 - loads the store

    now = datetime.now(UTC)
    try:
        with session.reader() as conn:
            facts, clusterer = overview(conn, now), holder_of(conn, LEASE, now)
    except Failed as failed:
        if not as_json:
            _print_machine(machine(session.config, None))
        raise Failed(f"{failed.message}\n\n{_todo((_cure(session.config, failed),))}") from failed
    here = machine(session.config, clusterer)
    todo = advice(facts, here, now)
    if as_json:
        echo_json(_as_data(facts, here, todo))
        return
    _print(facts, here)
    click.echo(f"\n{_todo(todo)}" if todo else "\nall is well, there is nothing to do")


def _todo(lines: tuple[str, ...]) -> str:
    return "\n".join(["what to do", *(f"- {line}" for line in lines)])


def _cure(config: "Config", failed: Failed) -> str:
    from sqlalchemy import make_url  # noqa: PLC0415 - loads the store

    from daemon.status_closed import cure  # noqa: PLC0415 - as above

    return cure(make_url(config.database), failed.__cause__)


def _print_machine(here: "Machine") -> None:
    """Print what can be known while the store cannot be read."""
    unknown = here.shared and not here.running  # its leases would name the processes
    click.echo(f"service   {'not known while the store cannot be read' if unknown else _service(here)}")
    if here.disk_free_bytes is not None:
        click.echo(f"disk      {_disk(here)}")


def _disk(here: "Machine") -> str:
    kept = f", {rounded_size(here.disk_limit_bytes)} are kept free" if here.disk_limit_bytes else ""
    return f"{rounded_size(here.disk_free_bytes or 0)} free{kept}"


def _as_data(facts: "Overview", here: "Machine", todo: tuple[str, ...]) -> dict[str, Any]:
    return {**asdict(facts), **asdict(here), "advice": todo}


def _print(facts: "Overview", here: "Machine") -> None:
    click.echo(f"service   {_service(here)}")
    click.echo(f"feeds     {facts.feeds} of {facts.sources} sources: {_feeds(facts)}")
    click.echo(f"articles  {facts.articles} in {facts.versions} versions")
    since = f", the first since {local(facts.unclustered_since)}" if facts.unclustered else ""
    click.echo(
        f"clusters  {facts.clusters}; {facts.unclustered} texts wait to be grouped{since}; "
        f"a story last changed {local(facts.last_cluster) or 'never'}"
    )
    each = f", {facts.size_bytes / facts.articles / _KILOBYTE:.1f} KB an article" if facts.articles else ""
    click.echo(
        f"store     {facts.size_bytes / _MEGABYTE:.1f} MB{each}; last fetch {local(facts.last_fetch) or 'never'}"
    )
    if here.disk_free_bytes is not None:
        click.echo(f"disk      {_disk(here)}")
    if facts.pages.waiting or facts.pages.outcomes:
        click.echo(f"pages     {_pages(facts)}")
    if facts.alerts:
        click.echo(f"alerts    {_alerts(facts)}")
    for rows in (_late(facts), _failing(facts), _gaps(facts), _moved(facts), _unread(facts), _unsent(facts)):
        if rows:
            click.echo(f"\n{rows}")


def _service(here: "Machine") -> str:
    if not here.running:
        return "no process of it was found on this machine"
    limit = f" (limits.memory is {rounded_size(here.memory_limit_bytes)})" if here.memory_limit_bytes else ""
    told = []
    for pid in sorted(set(here.running.values())):
        works = " and ".join(_WORKS[part] for part, whose in sorted(here.running.items()) if whose == pid)
        used = here.memory_bytes.get(pid)
        told.append(f"{works}: process {pid}" + (f" with {rounded_size(used)}{limit}" if used is not None else ""))
    return "; ".join(told)


def _late(facts: "Overview") -> str:
    columns = [Column("late"), Column("due since"), Column("where", stretch=True)]
    rows = [(feed.source_id, local(feed.due_at), feed.url) for feed in facts.late_feeds]
    return table(columns, rows) if rows else ""


def _failing(facts: "Overview") -> str:
    columns = [
        Column("failing"),
        Column("outcome"),
        Column("last good"),
        Column("tries", right=True),
        Column("next try"),
        Column("why, and where", stretch=True),
    ]
    now = datetime.now(UTC)
    rows = [
        (
            feed.source_id,
            feed.outcome,
            local(feed.since) or "never",
            feed.tries,
            local(feed.next_fetch_at),
            "; ".join(part for part in (_story(feed, now), feed.error) if part) + f": {feed.url}",
        )
        for feed in facts.failing
    ]
    return table(columns, rows) if rows else ""


def _story(feed: "FailingFeed", now: datetime) -> str:
    """Tell what a person should do something about; short, since the reason and the address stand behind it."""
    if feed.gone():
        return f"gone for good since {local(feed.failing_since)}"
    if feed.dead(now):
        return f"dead since {local(feed.failing_since)}"
    return ""


def _gaps(facts: "Overview") -> str:
    columns = [
        Column("may have missed items"),
        Column("between"),
        Column("and"),
        Column("times", right=True),
        Column("shows", right=True),
        Column("asked every", right=True),
        Column("where", stretch=True),
    ]
    rows = [
        (
            feed.source_id,
            local(feed.missed_from),
            local(feed.missed_until),
            feed.times,
            f"{feed.window_size} items",
            f"{feed.interval_s / _MINUTE:.0f} min",
            feed.url,
        )
        for feed in facts.gaps
    ]
    return table(columns, rows) if rows else ""


def _moved(facts: "Overview") -> str:
    columns = [Column("moved"), Column("since"), Column("asked there"), Column("from"), Column("to", stretch=True)]
    rows = [
        (feed.source_id, local(feed.since), "yes" if feed.adopted else "not yet", feed.url, feed.to)
        for feed in facts.moved
    ]
    return table(columns, rows) if rows else ""


def _pages(facts: "Overview") -> str:
    pages = facts.pages
    tried = sum(group.pages for group in pages.outcomes)
    fuller, no_fuller = pages.count("read"), pages.count("no_fuller")
    return (
        f"{pages.waiting} wait; within a day {tried} were asked for: {fuller} gave a fuller text, "
        f"{no_fuller} said no more than the feed, {tried - fuller - no_fuller} failed"
    )


def _unread(facts: "Overview") -> str:
    columns = [Column("pages not read"), Column("outcome"), Column("pages", right=True), Column("why", stretch=True)]
    rows = [
        (group.source_id, group.outcome, group.pages, group.error or "")
        for group in facts.pages.outcomes
        if group.outcome not in ("read", "no_fuller")
    ]
    return table(columns, rows) if rows else ""


def _alerts(facts: "Overview") -> str:
    waiting, dead = (sum(getattr(target, state) for target in facts.alerts) for state in ("waiting", "dead"))
    return f"{waiting} wait, {dead} were given up"


def _unsent(facts: "Overview") -> str:
    columns = [
        Column("alerts to"),
        Column("waiting", right=True),
        Column("tried in vain", right=True),
        Column("given up", right=True),
        Column("oldest waits since"),
        Column("next try"),
        Column("why", stretch=True),
    ]
    rows = [
        (
            target.target,
            target.waiting,
            target.failing,
            target.dead,
            local(target.oldest),
            local(target.next_attempt_at),
            target.last_error or "",
        )
        for target in facts.alerts
    ]
    return table(columns, rows) if rows else ""


def _feeds(facts: "Overview") -> str:
    return (
        f"{facts.due} due, {facts.late} late, {len(facts.failing)} failing, "
        f"{len(facts.gaps)} may have missed items this week"
    )
