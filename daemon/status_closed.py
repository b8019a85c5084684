"""What a person should do about a store that `riwaya status` cannot read."""

import os
from pathlib import Path

from sqlalchemy import URL

from storage.migrate import SchemaMissing, SchemaTooNew

SERVER = "see that the database server runs and lets riwaya in; the service waits for it and goes on by itself"
MISSING = "start the service, which makes the store, or correct database in the configuration: systemctl start riwaya"
CLOSED = "ask as root, or as the user whom the store belongs to: sudo riwaya status"
TOO_NEW = "install the release that wrote the store, or a newer one"
BEHIND = "start the service, which brings the store up to date, or do it now: riwaya db upgrade"
DAMAGED = (
    "see that database in the configuration names the right file; if it does, stop the service and put a backup in its "
    "place: riwaya restore PATH --force"
)

CURES = (SERVER, MISSING, CLOSED, TOO_NEW, BEHIND, DAMAGED)


def cure(url: URL, error: BaseException | None) -> str:
    """Return what to do when the store at `url` could not be read because of `error`."""
    match error:
        case SchemaTooNew():
            return TOO_NEW
        case SchemaMissing():
            return BEHIND
        case _ if url.get_backend_name() != "sqlite":
            return SERVER
        case _:
            return _of_file(Path(str(url.database)))


def _of_file(path: Path) -> str:
    try:
        if not path.exists():
            return MISSING
        if path.stat().st_size == 0:
            return BEHIND
    except OSError:
        return CLOSED
    # SQLite keeps two files of its own beside a store, even for who only reads.
    reachable = os.access(path, os.R_OK) and os.access(path.parent, os.W_OK)
    return DAMAGED if reachable else CLOSED
