"""`riwaya merge`: stories that are one."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.correcting import correct, correction_options
from daemon.cli.numbers import STORED_ID
from daemon.cli.session import Session


@click.command()
@click.argument("clusters", metavar="CLUSTER CLUSTER...", type=STORED_ID, nargs=-1, required=True)
@correction_options()
@click.pass_obj
def command(session: Session, clusters: tuple[int, ...], note: str, author: str, as_json: bool) -> None:
    """Make one story of several.

    The oldest id is kept and the others lead to it. Their articles stay together from now on, whatever the evidence;
    `riwaya undo` gives each story its id and its articles back. See docs/corrections.md.

    \b
    Examples:
      riwaya merge 4 9
      riwaya merge 4 9 12 --note "the same statement in two translations"
    """
    if len(clusters) == 1:
        raise click.UsageError("name at least two stories")
    correct(session, "merge", clusters=clusters, author=author, note=note, as_json=as_json)
