"""`riwaya restore`: a backup in the place of the store."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from pathlib import Path

import click

from daemon.cli.failure import Failed
from daemon.cli.session import Session


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Also when there is a store; it stays beside the new one.")
@click.pass_obj
def command(session: Session, backup: Path, force: bool) -> None:
    """Put BACKUP, a copy that `riwaya backup` made, in the place of the configured store.

    The service must be stopped. The copy is checked first; a store that is there is kept as
    NAME.before-restore. For PostgreSQL use pg_restore: docs/operations.md shows how.

    \b
    Examples:
      riwaya restore /var/backups/riwaya-2026-11-23.db
      riwaya restore nightly.db --force
    """
    from sqlalchemy import make_url  # noqa: PLC0415 - loads the store

    from storage.backup import BackupError, restore  # noqa: PLC0415 - as above

    url = make_url(session.config.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Failed("PostgreSQL has its own tool: pg_restore (docs/operations.md)")
    target = Path(url.database)
    if target.exists() and target.stat().st_size and not force:
        raise Failed(f"{target} is there already; --force puts the backup in its place and keeps it beside")
    try:
        restore(backup, target)
    except BackupError as error:
        raise Failed(str(error)) from error
    click.echo(f"{target} is the store of {backup} now")
