"""`riwaya backup`: a copy of the store, taken while it is in use."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from pathlib import Path

import click

from daemon.cli.failure import Failed
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.pass_obj
def command(session: Session, path: Path, force: bool) -> None:
    """Copy the store to PATH while the service runs.

    The copy is whole, checked, and holds every text that was stored when the command began. PostgreSQL has a tool of
    its own, pg_dump: docs/running.md shows how.

    \b
    Examples:
      riwaya backup /var/backups/riwaya-2026-11-23.db
      riwaya backup nightly.db --force
    """
    from storage.backup import BackupError, backup  # noqa: PLC0415 - loads the store

    if path.exists() and not force:
        raise Failed(f"{path} exists already; --force writes over it")
    with session.existing_store() as engine, progress_bar("copying", 100) as done:
        told = 0

        def progress(left: int, total: int) -> None:
            nonlocal told
            share = round(100 * (total - left) / max(total, 1))
            done(share - told)
            told = share

        try:
            backup(engine, path, progress)
        except BackupError as error:
            raise Failed(str(error)) from error
    click.echo(f"copied to {path}: {path.stat().st_size / 1e6:.1f} MB")
