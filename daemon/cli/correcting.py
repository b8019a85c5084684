"""What the commands that correct groups share: their options, handing in, and how a correction is told."""

import getpass
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the commands themselves
    from sqlalchemy import Connection

    from clustering.corrections import CorrectionKind
    from storage.corrections import CorrectionRow

_F = TypeVar("_F", bound=Callable[..., Any])


def login_name() -> str:
    """Return who sits at the terminal: behind sudo the person who called it."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # no name for this user id, as in a container
        return f"user {os.getuid()}"


def _named(_context: click.Context, _option: click.Parameter, author: str) -> str:
    if not author.strip():
        raise click.BadParameter("say who decides")
    return author.strip()


def author_option() -> Callable[[_F], _F]:
    """Return the option `--author`."""
    told = "Who decides.  [default: your login name]"
    return click.option("--author", default=login_name, callback=_named, metavar="NAME", help=told)


def correction_options() -> Callable[[_F], _F]:
    """Return the options that every new correction takes."""

    def decorated(command: _F) -> _F:
        note = click.option("--note", default="", metavar="TEXT", help="Why, in your words; kept with the decision.")
        return note(author_option()(json_option()(command)))

    return decorated


def correct(
    session: Session,
    kind: "CorrectionKind",
    *,
    clusters: Sequence[int] = (),
    articles: Sequence[int] = (),
    author: str,
    note: str,
    as_json: bool,
) -> None:
    """Hand in a correction and tell what came of it. Raises Failed."""
    from daemon.corrections import ask  # noqa: PLC0415 - loads the store

    def write_down(conn: "Connection", now: datetime) -> int:
        return ask(conn, kind, author, note, now, clusters=clusters, articles=articles)

    hand_over(session, write_down, as_json=as_json)


def hand_over(session: Session, write_down: "Callable[[Connection, datetime], int]", *, as_json: bool) -> None:
    """Hand in what `write_down` writes and tell what came of it. Raises Failed."""
    from daemon.clustering_settings import clustering_settings  # noqa: PLC0415 - loads the configuration
    from daemon.correction_desk import hand_in  # noqa: PLC0415 - loads the store and numpy
    from daemon.corrections import CorrectionRefused  # noqa: PLC0415 - as above
    from web.shapes.corrections import correction_shape  # noqa: PLC0415 - as above

    with session.writable_store() as engine:
        try:
            row = hand_in(engine, clustering_settings(session.config), write_down)
        except CorrectionRefused as refused:
            raise Failed(str(refused)) from refused
    if as_json:
        echo_json(correction_shape(row))
        return
    click.echo(in_words(row))
    if row.open:
        click.echo("it waits for the running service, which will apply it")


def in_words(row: "CorrectionRow") -> str:
    """Return a correction as one line."""
    from web.shapes.corrections import state  # noqa: PLC0415 - loads the store

    note = f": {isolated(plain(row.note))}" if row.note else ""
    undone = f" by {isolated(plain(row.undone_by))}" if row.undone_by else ""
    return (
        f"correction {row.id}, {state(row)}{undone}: {subject(row)} "
        f"({isolated(plain(row.author))}, {local(row.made_at)}{note})"
    )


def subject(row: "CorrectionRow") -> str:
    """Say what a correction decides."""
    left, right = ([article for article in sorted(row.sides) if row.sides[article] == side] for side in (0, 1))
    named = _listed(sorted(row.led_to))
    match row.kind:
        case "merge":
            return f"stories {_listed(sorted({*row.led_to, *_kept(row)}))} are one"
        case "split":
            into = f" into story {row.cluster_id}" if row.cluster_id is not None else ""
            return f"{_counted(left)} left story {named}{into}"
        case "pin":
            return f"article {_listed(left)} stays in story {row.cluster_id or named}"
        case _:
            return f"articles {_listed(left)} and {_listed(right)} are never one story"


def _kept(row: "CorrectionRow") -> list[int]:
    return [] if row.cluster_id is None else [row.cluster_id]


def _counted(articles: Sequence[int]) -> str:
    return f"article{'' if len(articles) == 1 else 's'} {_listed(articles)}"


def _listed(numbers: Sequence[int]) -> str:
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
