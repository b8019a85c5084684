"""Ports of services that a test starts, and what they answer there."""

import json
import socket
import urllib.error
import urllib.request


def free_port() -> int:
    """Return a port that nobody listens at just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def told_of(port: int, check: str) -> str:
    """Return why a service is not ready, as /readyz says of one of its checks; "" where that one is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return ""
    except urllib.error.HTTPError as error:
        told = json.load(error)["checks"][check]
        return "" if told["ok"] else str(told["reason"])
