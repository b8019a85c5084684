"""Talking to systemd: sd_notify(3) and sd_watchdog_enabled(3) in a few lines."""

import os
import socket
import time
from collections.abc import Mapping

_PATIENCE_S = 1.0
"""How long a manager whose queue is full is waited for. The event loop stands still meanwhile."""


def notify(message: str, environ: Mapping[str, str] = os.environ) -> None:
    """Send a message such as ``READY=1`` to the service manager; does nothing when none is listening."""
    address = environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket, which Linux names with a leading NUL
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.settimeout(_PATIENCE_S)
        try:
            channel.sendto(message.encode(), address)
        except OSError:
            # A manager that is gone, or deaf, must not end the service.
            return


def reloading() -> str:
    """Return the message that a reload begins now; READY=1 ends it."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}"


def watchdog_s(environ: Mapping[str, str] = os.environ, pid: int | None = None) -> float | None:
    """Return within how many seconds the manager wants a sign of life; None when it wants none of this process."""
    wanted = environ.get("WATCHDOG_USEC", "")
    whose = environ.get("WATCHDOG_PID")
    # A program that we were started through may have left its own watchdog in the environment.
    if whose and whose != str(os.getpid() if pid is None else pid):
        return None
    return int(wanted) / 1_000_000 if wanted.isascii() and wanted.isdecimal() and int(wanted) > 0 else None
