"""`riwaya replay`: the kept bytes of a fetch, read once more."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from daemon.cli.failure import Failed
from daemon.cli.numbers import COUNT, STORED_ID
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table
from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the command itself
    from daemon.replayed import Replayed
    from storage.kept_bodies import KeptAnswer

_KILOBYTE = 1_000


@click.command()
@click.argument("fetch", metavar="[FETCH]", type=STORED_ID, required=False)
@click.option("--raw", is_flag=True, help="Write the bytes to the standard output, as the server sent them.")
@click.option("-n", "limit", type=COUNT, default=20, show_default=True, help="How many fetches to list.")
@json_option()
@click.pass_obj
def command(session: Session, fetch: int | None, raw: bool, limit: int, as_json: bool) -> None:
    """Read the kept bytes of a fetch once more, and tell what comes of them; without FETCH, list what is kept.

    The last few bodies of a feed are kept when they could not be read, or only in part, or when the feed looks unlike
    before: another format, another charset, no entries, other letters. They are decoded and parsed as at the time, by
    the riwaya that is installed now. Nothing is fetched, and nothing is stored.

    \b
    Examples:
      riwaya replay
      riwaya replay 412
      riwaya replay 412 --raw > feed.xml
    """
    if fetch is None:
        if raw:
            raise click.UsageError("--raw needs a FETCH; `riwaya replay` lists those that are kept")
        _list(session, limit, as_json=as_json)
        return
    if raw and as_json:
        raise click.UsageError("--raw and --json exclude each other")
    kept, body = _kept(session, fetch)
    if raw:
        click.echo(body, nl=False)
        return
    from daemon.replayed import replay  # noqa: PLC0415 - loads the parser pool

    replayed = asyncio.run(replay(kept, body, session.config.fetch.parse_timeout.total_seconds()))
    if as_json:
        echo_json(asdict(kept) | {"replayed": asdict(replayed)})
        return
    _print(kept, replayed)


def _list(session: Session, limit: int, *, as_json: bool) -> None:
    from storage.kept_bodies import kept_answers  # noqa: PLC0415 - loads the store

    with session.reader() as conn:
        answers = kept_answers(conn, limit)
    if as_json:
        for answer in answers:
            echo_json(asdict(answer))
        return
    if not answers:
        click.echo("no raw bytes are kept: no feed failed to be read, and none changed its shape")
        return
    columns = [
        Column("fetch", right=True),
        Column("source"),
        Column("when"),
        Column("outcome"),
        Column("kB", right=True),
        Column("why its bytes are kept, and where from", stretch=True),
    ]
    rows = [
        (
            answer.fetch_id,
            answer.source_id,
            local(answer.started_at),
            answer.outcome,
            f"{answer.size_bytes / _KILOBYTE:.1f}",
            f"{answer.reason}: {answer.feed_url}",
        )
        for answer in answers
    ]
    click.echo(table(columns, rows))


def _kept(session: Session, fetch: int) -> "tuple[KeptAnswer, bytes]":
    from storage.kept_bodies import kept_answer  # noqa: PLC0415 - loads the store

    with session.reader() as conn:
        found = kept_answer(conn, fetch)
    if found is None:
        raise Failed(f"the bytes of fetch {fetch} are not kept; `riwaya replay` lists the fetches whose bytes are")
    return found


def _print(kept: "KeptAnswer", replayed: "Replayed") -> None:
    recorded = f"{kept.outcome}: {kept.error}" if kept.error else kept.outcome
    click.echo(f"fetch     {kept.fetch_id}, {local(kept.started_at)}, {kept.source_id}: {plain(kept.url)}")
    click.echo(f"recorded  {recorded}")
    click.echo(f"kept      {kept.size_bytes} bytes, since {plain(kept.reason)}")
    click.echo(f"now       {replayed.outcome}: {replayed.error}" if replayed.error else f"now       {replayed.outcome}")
    if replayed.format is None:
        return
    charset = f"declared {replayed.declared_charset}" if replayed.declared_charset else "none declared"
    click.echo(f"document  {replayed.format}, read as {replayed.used_charset} ({charset})")
    click.echo(f"title     {isolated(plain(replayed.title or ''))}")
    click.echo(f"repairs   {'; '.join(replayed.repairs) or 'none'}")
    click.echo(f"entries   {len(replayed.entries)}")
    if replayed.entries:
        columns = [Column("published"), Column("letters", right=True), Column("title, and key", stretch=True)]
        rows = [
            (
                local(entry.published),
                len(entry.text),
                f"{entry.title} ({entry.key})",
            )
            for entry in replayed.entries
        ]
        click.echo("\n" + table(columns, rows))
