"""Who holds a lease: a process, named so that others on the machine can tell whether it still lives."""

import os
import socket
from pathlib import Path


def holder_name() -> str:
    """Name this process: host, process id and the moment the process started, as `host:pid:ticks`.

    The start tells a process apart from a later one that was given the same id.
    """
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(holder: str) -> bool:
    """Tell whether a holder surely is dead: it ran on this machine and does so no more.

    A process of another machine is never called dead here; its leases lapse by themselves.
    """
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    started = holder.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    return _started(int(rest)) != started


def _started(pid: int) -> str:
    """Return the start of a process in clock ticks since boot, "" when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    # The second field is the program's name in brackets, which may hold anything; the start is the 22nd.
    return stat.rpartition(")")[2].split()[19]
