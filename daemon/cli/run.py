"""`riwaya run`: the service."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from typing import TYPE_CHECKING

import click

from daemon.cli.session import Session

if TYPE_CHECKING:  # loads everything
    from daemon.service import Part


@click.command()
@click.option(
    "--only",
    type=click.Choice(["fetch", "cluster", "web"]),
    help="Do only this part; other processes do the rest on the same store.",
)
@click.option("--until-input-ends", is_flag=True, hidden=True)
@click.pass_obj
def command(session: Session, only: "Part | None", *, until_input_ends: bool) -> None:
    """Start the service and run until SIGTERM or Ctrl-C.

    SIGHUP reads the configuration again; one with mistakes is refused and the old one stays.

    \b
    Example:
      riwaya --config /etc/riwaya/config.yaml run
    """
    from daemon.cli.serving import serve, serve_web_alone  # noqa: PLC0415 - loads everything

    if only == "web":
        serve_web_alone(session, until_input_ends=until_input_ends)
    else:
        serve(session, only)
