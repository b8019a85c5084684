"""The demonstration run: the real daemon, as a process of its own, on the demonstration's feeds."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.demo.configuration import render_configuration
from daemon.demo.server import DemoServer
from daemon.demo.stories import load_outlets, load_stories

PATIENCE_S = 45.0
"""How long to wait for everything to arrive: the last edit is published after 5 s, and fetched within 3 s more. A busy
machine with one core needs several times as long."""

_RING_S = 3.0
"""How long the last text may take from the store to the webhook: the rules are asked every second."""

_STOP_S = 10.0  # what the service promises


class RehearsalFailed(Exception):  # noqa: N818 - it says what happened
    """The daemon ended by itself; the message holds the end of its log."""


def expected_versions() -> int:
    """Count the texts that the demonstration publishes, edits included."""
    copies = [copy for story in load_stories() for copy in story.copies]
    return len(copies) + sum(copy.revised is not None for copy in copies)


@contextmanager
def rehearsal(
    folder: Path, arrived: Callable[[Path], int], pages_port: int | None = None, webhook: str | None = None
) -> Iterator[Path]:
    """Run the daemon on the demonstration's feeds, and give its configuration when all is grouped, PATIENCE_S at most.

    It runs until the block ends, with the pages on `pages_port` and alerts to `webhook` if they are given.

    The configuration, the store and the log are left in `folder`. `arrived` counts the grouped texts of the store
    that a configuration names. Raises RehearsalFailed.
    """
    config = folder / "config.yaml"
    with DemoServer(load_outlets(), load_stories(), waits=True) as server:
        config.write_text(
            render_configuration(load_outlets(), server.base_url, folder / "demo.db", pages_port, webhook), "utf-8"
        )
        wanted = expected_versions()
        until = time.monotonic() + PATIENCE_S
        with _daemon(config, folder / "demo.log") as daemon:
            while time.monotonic() < until and arrived(config) < wanted:
                if daemon.poll() is not None:
                    raise RehearsalFailed((folder / "demo.log").read_text("utf-8", "replace")[-2_000:])
                time.sleep(0.2)
            if webhook is not None:
                time.sleep(_RING_S)
            yield config


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "daemon", "--config", str(config), "run"]
    with log.open("wb") as lines, subprocess.Popen(command, stdout=lines, stderr=lines) as daemon:  # noqa: S603 - ourselves
        try:
            yield daemon
        finally:
            daemon.terminate()
            try:
                daemon.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                daemon.kill()
