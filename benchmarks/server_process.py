"""A server of a benchmark in a process of its own, so that what it costs is not counted."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


@contextmanager
def server_process(serve: Callable[[Connection], None]) -> Iterator[list[str]]:
    """Start a process that runs `serve`, and give the addresses that it tells; killed at the end."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()
