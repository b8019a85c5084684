"""`riwaya backup`: a copy of the store, taken while it is in use."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from datetime import UTC, datetime
from pathlib import Path

import click

from daemon.backup_folder import copy_name, outlived
from daemon.cli.failure import Failed
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="PATH is a folder: the copy is named after the time, and older ones than the N newest are deleted.",
)
@click.pass_obj
def command(session: Session, path: Path, force: bool, keep: int | None) -> None:
    """Copy the store to PATH while the service runs.

    The copy is whole, checked, and holds every text that was stored when the command began. PostgreSQL has a tool of
    its own, pg_dump: docs/operations.md shows how.

    \b
    Examples:
      riwaya backup /var/backups/riwaya-2026-11-23.db
      riwaya backup nightly.db --force
      riwaya backup /var/backups/riwaya --keep 7
    """
    if keep is not None and not path.is_dir():
        raise Failed(f"{path} is no folder, which --keep needs")
    if keep is None and path.is_dir():
        raise Failed(f"{path} is a folder; name a file in it, or say with --keep how many copies stay there")
    target = path if keep is None else path / copy_name(datetime.now(UTC))
    _copy(session, target, force=force)
    if keep is not None:
        for name in outlived([file.name for file in path.iterdir()], keep):
            (path / name).unlink()
            click.echo(f"deleted {path / name}")


def _copy(session: Session, path: Path, *, force: bool) -> None:
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
