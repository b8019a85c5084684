"""`riwaya db`: looking after the store."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.printing import echo_json, json_option
from daemon.cli.session import Session


@click.group()
def command() -> None:
    """Look after the store.

    \b
    Examples:
      riwaya db upgrade
      riwaya db version --json
    """


@command.command()
@click.pass_obj
def upgrade(session: Session) -> None:
    """Bring the schema of the store to this release; every start does so by itself.

    \b
    Example:
      riwaya db upgrade
    """
    from storage.migrate import head  # noqa: PLC0415 - loads the store

    with session.writable_store():
        click.echo(f"the store has schema {head()}")


@command.command()
@json_option()
@click.pass_obj
def version(session: Session, as_json: bool) -> None:
    """Print the schema of the store, and the one that this release works with.

    \b
    Example:
      riwaya db version --json
    """
    from storage.migrate import current, head  # noqa: PLC0415 - loads the store

    with session.existing_store() as engine:
        facts = {"schema": current(engine), "release": head()}
    if as_json:
        echo_json(facts)
        return
    click.echo(f"the store has schema {facts['schema']}, this release works with {facts['release']}")
