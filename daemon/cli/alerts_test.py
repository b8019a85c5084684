"""`riwaya alerts test`: a marked test alert to each target, now."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from daemon.cli.failure import Failed, Misconfigured
from daemon.cli.printing import echo_json, json_option
from daemon.cli.session import Session
from daemon.cli.table import Column, table

if TYPE_CHECKING:  # loaded by the command itself
    from daemon.alerts.retry import Failure
    from daemon.config import Config


@click.command("test")
@click.argument("rule", required=False)
@json_option(", one target a line")
@click.pass_obj
def command(session: Session, rule: str | None, as_json: bool) -> None:
    """Send a test alert to every target, or to those of RULE, and print what each answered; nothing is stored.

    The alert is marked as a test. It is sent once; the exit code is 1 when a target did not take it.

    \b
    Examples:
      riwaya alerts test
      riwaya alerts test "five outlets"
    """
    config = session.config
    named = {one.name: one.to for one in config.alerts}
    if rule is not None and rule not in named:
        raise Misconfigured(f"{session.path}: alerts: there is no rule {rule!r}")
    targets = tuple(config.targets) if rule is None else named[rule]
    if not targets:
        raise Failed("the configuration has no targets; see docs/alerts.md")
    outcomes = asyncio.run(_send(config, rule or "riwaya alerts test", targets))
    if as_json:
        for target, failure in outcomes.items():
            echo_json({"target": target, "taken": failure is None, "error": failure and failure.reason})
    else:
        columns = [Column("target"), Column("where it is"), Column("outcome", stretch=True)]
        cells = [
            (target, config.targets[target].shown, "taken" if failure is None else failure.reason)
            for target, failure in outcomes.items()
        ]
        click.echo(table(columns, cells))
    if failed := sum(failure is not None for failure in outcomes.values()):
        raise Failed(f"{failed} of {len(outcomes)} targets did not take the test alert")


async def _send(config: "Config", rule: str, targets: tuple[str, ...]) -> "dict[str, Failure | None]":
    from daemon.alerts.delivery import Senders  # noqa: PLC0415 - loads httpx
    from daemon.alerts.payload import body_of, payload_of_test  # noqa: PLC0415 - as above

    senders = Senders(config)

    async def one(target: str) -> "Failure | None":
        alert_id = f"test_{uuid4().hex}"
        return await senders.send(target, alert_id, body_of(payload_of_test(alert_id, rule, datetime.now(UTC))))

    try:
        return dict(zip(targets, await asyncio.gather(*map(one, targets)), strict=True))
    finally:
        await senders.close()
