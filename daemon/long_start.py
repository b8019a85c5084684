"""A start that may take long: systemd is asked for more time while the store is opened and its schema changed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from daemon.notify import notify

MORE_S = 60
_EVERY_S = 20.0
MOST_S = 3600
"""A change of the schema writes a store of years anew at most, minutes on a slow disk; after an hour it hangs."""


@contextmanager
def long_start(send: Callable[[str], None] = notify, every_s: float = _EVERY_S) -> Iterator[None]:
    """Ask for MORE_S again and again, MOST_S at most, for as long as the block runs."""
    done = threading.Event()

    def ask() -> None:
        for _ in range(int(MOST_S / every_s)):
            send(f"EXTEND_TIMEOUT_USEC={MORE_S * 1_000_000}\nSTATUS=opening the store")
            if done.wait(every_s):
                return

    asking = threading.Thread(target=ask, name="long start", daemon=True)
    asking.start()
    try:
        yield
    finally:
        done.set()
        asking.join()
