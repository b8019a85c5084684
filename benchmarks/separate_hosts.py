"""Hosts of one network that exists within this machine only: a network namespace each, joined by a bridge.

The first, the hub, is where this process itself stands meanwhile, so that every process it starts stands there too; it
answers for a whole network of addresses, as a crowd of web servers would. Nothing outside these namespaces can reach
into them or be reached out of them. Needs root, and Debian's iproute2.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HUB_ADDRESS = "10.77.0.1"
CROWD = "10.78.0.0/16"
"""Addresses of web servers, all of them the hub's."""

_HUB = "riwaya-bench-hub"
_BRIDGE = "br0"
_NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of <linux/sched.h>."""


def why_not() -> str | None:
    """Return what is missing for separate hosts on this machine; None when nothing is."""
    if os.name != "posix" or os.geteuid() != 0:
        return "network namespaces can be made by root on Linux only"
    if shutil.which("ip") is None:
        return "there is no command `ip` (Debian's iproute2)"
    return None


class Host:
    """A namespace with an address of its own on the bridge."""

    def __init__(self, number: int) -> None:
        self.namespace = f"riwaya-bench-{number}"
        self.address = f"10.77.1.{number}"
        self._far = f"far{number}"

    def command(self, *words: str) -> Sequence[str]:
        """Return the command that runs these words on this host, as the very process that is started."""
        return ["ip", "netns", "exec", self.namespace, *words]

    def join(self) -> None:
        """Make the namespace and plug it into the bridge."""
        _ip("netns", "add", self.namespace)
        _ip("link", "add", self._far, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        _ip("link", "set", self._far, "master", _BRIDGE, "up")
        for words in (
            ("link", "set", "lo", "up"),
            ("link", "set", "eth0", "up"),
            ("address", "add", f"{self.address}/16", "dev", "eth0"),
            ("route", "add", CROWD, "via", HUB_ADDRESS),
        ):
            _ip("-n", self.namespace, *words)

    def carried(self) -> tuple[int, int]:
        """Return the bytes that the host has sent and got."""
        # The far end of its cable, as the hub sees it; /sys would show the devices of where it was mounted.
        lines = Path("/proc/thread-self/net/dev").read_text("ascii").splitlines()
        (counts,) = [line.split(":")[1].split() for line in lines if line.split(":")[0].strip() == self._far]
        return int(counts[0]), int(counts[8])


@contextmanager
def separate_hosts(count: int) -> Iterator[Sequence[Host]]:
    """Stand in the hub, with so many hosts around it."""
    hosts = [Host(number + 1) for number in range(count)]
    _forget(hosts)  # what a run that was killed has left
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        _ip("netns", "add", _HUB)
        _enter(_HUB)
        _ip("link", "set", "lo", "up")
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("link", "set", _BRIDGE, "up")
        _ip("address", "add", f"{HUB_ADDRESS}/16", "dev", _BRIDGE)
        _ip("route", "add", "local", CROWD, "dev", "lo")
        for host in hosts:
            host.join()
        yield hosts
    finally:
        _set_namespace(home)
        os.close(home)
        _forget(hosts)


def _enter(namespace: str) -> None:
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        _set_namespace(there)
    finally:
        os.close(there)


def _set_namespace(descriptor: int) -> None:
    # os.setns begins with Python 3.12.
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, _NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "the network namespace could not be entered")


def _forget(hosts: Sequence[Host]) -> None:
    for namespace in [_HUB, *(host.namespace for host in hosts)]:
        if Path("/run/netns", namespace).exists():
            _ip("netns", "delete", namespace)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)  # noqa: S603, S607 - fixed words
