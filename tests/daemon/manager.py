"""What systemd is to a service: a datagram socket that takes messages."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

_NUMBERS = count()


class Manager:
    """Listens at an address as NOTIFY_SOCKET names it, and remembers what came when."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.messages: list[tuple[float, str]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while message := self._socket.recv(4096):
            self.messages.append((time.monotonic(), message.decode()))

    @property
    def lines(self) -> list[str]:
        """Every line of every message so far, in order."""
        return [line for _, message in list(self.messages) for line in message.split("\n")]

    def heard(self, words: str) -> bool:
        """Tell whether a line says just this."""
        return words in self.lines

    def close(self) -> None:
        """End the listening."""
        # An empty datagram does.
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


@contextmanager
def manager(address: str | None = None) -> Iterator[Manager]:
    """Listen for a while; at an abstract address of its own where none is given."""
    listening = Manager(address or f"@riwaya-notify-{os.getpid()}-{next(_NUMBERS)}")
    try:
        yield listening
    finally:
        listening.close()
