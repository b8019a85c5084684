"""What `riwaya status` finds on this machine besides the store."""

import os
import socket
from pathlib import Path

from sqlalchemy import URL, make_url

from daemon.config import Config
from daemon.holder import is_gone
from daemon.memory_watch import resident_bytes
from daemon.sole_part import parts_running
from daemon.status_advice import Machine
from storage.room import free_bytes, unwritable


def machine(config: Config, clusterer: str | None) -> Machine:
    """Look around; `clusterer` is the holder of the clusterer's lease."""
    url = make_url(config.database)
    shared = url.get_backend_name() != "sqlite"
    running = {} if shared else parts_running(str(url.database))
    here = None if clusterer is None or is_gone(clusterer) else _local_pid(clusterer)
    if here is not None:
        running.setdefault("cluster", here)
    used = {pid: size for pid in running.values() if (size := resident_bytes(pid)) is not None}
    return Machine(
        running=running,
        clusterer=clusterer,
        memory_bytes=used,
        memory_limit_bytes=config.limits.memory,
        disk_free_bytes=free_bytes(url),
        disk_limit_bytes=config.limits.free_disk,
        shared=shared,
        unwritable=None if shared else _unwritable(url),
    )


def _unwritable(url: URL) -> str | None:
    """Ask for whom the store belongs to: that others may not write it is as it should be."""
    try:
        ours = os.geteuid() in (0, Path(str(url.database)).stat().st_uid)
    except OSError:
        return None
    return unwritable(url) if ours else None


def _local_pid(holder: str) -> int | None:
    host, _, pid = holder.rpartition(":")[0].rpartition(":")
    return int(pid) if host == socket.gethostname() else None
