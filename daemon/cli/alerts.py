"""`riwaya alerts`: rules and targets, and what was sent."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict
from datetime import UTC, datetime

import click

from daemon.cli import alerts_test
from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table


@click.group()
def command() -> None:
    """List the alert rules, test their targets, see what was sent, try again what was given up.

    \b
    Examples:
      riwaya alerts list
      riwaya alerts test
      riwaya alerts log --dead
    """


command.add_command(alerts_test.command)


@command.command("list")
@json_option(", one rule a line")
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the rules of the configuration, with when each rang last and how often, as far as alerts are kept.

    \b
    Example:
      riwaya alerts list --json
    """
    from daemon.config.describe import plain_rule  # noqa: PLC0415 - loads pydantic
    from storage.alerts import last_rung  # noqa: PLC0415 - loads the store

    config = session.config
    with session.reader() as conn:
        rung = last_rung(conn)
    rows = [(rule, plain_rule(rule), *rung.get(rule.name, (None, 0))) for rule in config.alerts]
    if as_json:
        for _, plain, last, times in rows:
            echo_json({**plain, "last_rang": last, "times": times})
        return
    columns = [
        Column("rule"),
        Column("rings when", stretch=True),
        Column("targets"),
        Column("last rang"),
        Column("times", right=True),
    ]
    cells = [
        (rule.name, _conditions(plain), ", ".join(rule.to), local(last) or "never", times)
        for rule, plain, last, times in rows
    ]
    click.echo(table(columns, cells) if cells else "the configuration has no alert rules; see docs/alerts.md")


@command.command()
@click.option("-n", "count", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many.")
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--waiting", is_flag=True, help="Only those that wait.")
@click.option("--rule", metavar="NAME", help="Only those of this rule.")
@json_option(", one alert a line")
@click.pass_obj
def log(session: Session, count: int, dead: bool, waiting: bool, rule: str | None, as_json: bool) -> None:
    """List the latest alerts and what became of each, newest first.

    \b
    Examples:
      riwaya alerts log
      riwaya alerts log --dead --json
    """
    from storage.alerts import alert_log  # noqa: PLC0415 - loads the store
    from storage.schema import ALERT_STATES  # noqa: PLC0415 - as above

    asked = [state for state, wanted in (("dead", dead), ("waiting", waiting)) if wanted]
    with session.reader() as conn:
        rows = alert_log(conn, count, asked or ALERT_STATES, rule)
    if as_json:
        for row in rows:
            echo_json(asdict(row))
        return
    columns = [
        Column("id"),
        Column("rang"),
        Column("rule"),
        Column("target"),
        Column("story", right=True),
        Column("state"),
        Column("tries", right=True),
        Column("why not", stretch=True),
    ]
    cells = [
        (
            row.id,
            local(row.created_at),
            row.rule,
            row.target,
            row.cluster_id,
            row.state if row.next_attempt_at is None else f"waiting until {local(row.next_attempt_at)}",
            row.attempts,
            row.last_error or "",
        )
        for row in rows
    ]
    click.echo(table(columns, cells) if cells else "there are no such alerts")


@command.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that were given up.")
@click.pass_obj
def retry(session: Session, ids: tuple[str, ...], every: bool) -> None:
    """Let alerts that were given up be tried again; the running service, or the next `riwaya fetch`, sends them.

    \b
    Examples:
      riwaya alerts retry alert_5d0c1a7be1f94a1f8f2b6f0e6c0a9d11
      riwaya alerts retry --all
    """
    from storage.alerts import revive  # noqa: PLC0415 - loads the store
    from storage.engine import writing  # noqa: PLC0415 - as above

    if every == bool(ids):
        raise click.UsageError("name alerts, or say --all")
    with session.writable_store() as engine, writing(engine) as conn:
        revived = revive(conn, None if every else set(ids), datetime.now(UTC))
    if not every and revived < len(set(ids)):
        raise Failed(f"{len(set(ids)) - revived} of them are not there, or were not given up; {revived} will be tried")
    click.echo(f"{revived} alerts will be tried again")


def _conditions(rule: dict[str, object]) -> str:
    parts = []
    for key in ("event", "min_sources", "within", "wire", "source", "query"):
        if (value := rule[key]) not in (None, []):
            parts.append(f"{key}: {', '.join(value) if isinstance(value, list) else value}")  # noqa: PERF401 - one of six
    return "; ".join(parts)
