"""A way from a socket inside a machine, which has no network, to a server outside."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def relay(inner: Path, outer: Path) -> Iterator[None]:
    """Pass on what comes at the Unix socket `inner`, open to everybody, to the Unix socket `outer`, and back."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(inner))
        inner.chmod(0o777)
        listener.listen()
        threading.Thread(target=_accept, args=(listener, outer), daemon=True).start()
        try:
            yield
        finally:
            # Wakes the thread, which a mere close would leave asleep.
            listener.shutdown(socket.SHUT_RDWR)
            inner.unlink()


def _accept(listener: socket.socket, outer: Path) -> None:
    with suppress(OSError):
        while True:
            here, _ = listener.accept()
            threading.Thread(target=_connect, args=(here, outer), daemon=True).start()


def _connect(here: socket.socket, outer: Path) -> None:
    with here, socket.socket(socket.AF_UNIX) as there, suppress(OSError):
        there.connect(str(outer))
        back = threading.Thread(target=_pump, args=(there, here), daemon=True)
        back.start()
        _pump(here, there)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on until either side is gone, of which the other then hears."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
