"""`riwaya corrections`: what people decided, as a list."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.correcting import subject
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table


@click.command()
@json_option(", one correction a line")
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """List the corrections that people made, undone ones too, in the order in which they were made.

    \b
    Examples:
      riwaya corrections
      riwaya corrections --json
    """
    from storage.corrections import corrections  # noqa: PLC0415 - loads the store
    from web.shapes.corrections import correction_shape, state  # noqa: PLC0415 - as above

    with session.reader() as conn:
        rows = corrections(conn)
    if as_json:
        for row in rows:
            echo_json(correction_shape(row))
        return
    columns = [
        Column("id", right=True),
        Column("state"),
        Column("by"),
        Column("made"),
        Column("decision"),
        Column("note", stretch=True),
    ]
    cells = [
        (row.id, state(row), row.author, local(row.made_at), subject(row), row.refusal or row.note) for row in rows
    ]
    click.echo(table(columns, cells) if cells else "nobody has corrected anything")
