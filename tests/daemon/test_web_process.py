"""The web interface as a process: with the service, alone, and when its port or its parent is gone."""

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def served(newsroom: Newsroom, port: int) -> Newsroom:
    newsroom.web = {"port": port}
    newsroom.feed("ghad", Item("a", "خبر", "نص الخبر"))
    return newsroom


def title(port: int) -> str | None:
    """Return the title of the API's document; None while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=5) as answer:
            return str(json.load(answer)["info"]["title"])
    except OSError:  # refused, or broken off by a process that is being killed
        return None


def test_the_service_serves_and_a_killed_server_comes_back(served: Newsroom, port: int) -> None:
    with served.service() as service:
        eventually(lambda: title(port) == "riwaya")
        (child,) = children(service.process.pid, "web")
        os.kill(child, signal.SIGKILL)
        eventually(lambda: title(port) is None)
        eventually(lambda: title(port) == "riwaya")
        served.web = {"enabled": False}
        served.write()
        service.hang_up()
        eventually(lambda: title(port) is None)
        served.web = {"port": port}
        served.write()
        service.hang_up()
        eventually(lambda: title(port) == "riwaya")
    assert title(port) is None
    assert service.process.returncode == 0


def test_the_server_ends_with_a_service_that_is_killed(served: Newsroom, port: int) -> None:
    with served.service() as service:
        eventually(lambda: title(port) == "riwaya")
        service.process.kill()
        eventually(lambda: title(port) is None)


def test_a_taken_port_is_told_and_leaves_the_service_at_work(served: Newsroom, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), served.service() as service:
        eventually(lambda: service.said("cannot listen on 127.0.0.1"))
        eventually(lambda: served.count("version WHERE cluster_id IS NOT NULL") == 1)


def test_alone_it_needs_a_store_and_to_be_wanted(served: Newsroom) -> None:
    ended = served.process("run", "--only", "web")
    assert ended.code == 1
    assert "there is no such file" in ended.err
    served.fetch_all()
    served.web = {"enabled": False}
    served.write()
    ended = served.process("run", "--only", "web")
    assert ended.code == 1
    assert "web.enabled is false" in ended.err


def test_alone_it_reads_its_configuration_again(served: Newsroom, port: int) -> None:
    served.fetch_all()
    with served.service("--only", "web") as service:
        eventually(lambda: title(port) == "riwaya")
        served.config.write_text("webb: {}\n", "utf-8")
        service.hang_up()
        eventually(lambda: service.said("the old one stays"))
        eventually(lambda: title(port) == "riwaya")
        served.write()
    assert service.process.returncode == 0


def children(pid: int, word: str) -> list[int]:
    """Return the children of a process with this word among their arguments."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for listed in lists for child in listed.read_text("ascii").split()]
    return [child for child in found if word in Path(f"/proc/{child}/cmdline").read_text("utf-8").split("\0")]
