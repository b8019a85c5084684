"""`riwaya demo`: the real daemon on the invented feeds, and what it prints."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from daemon.demo.rehearsal import expected_versions
from daemon.demo.stories import expected_groups, load_outlets, load_stories
from tests.daemon.alert_receiver import Receiver
from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import Newsroom, called, clean_environment, program

pytestmark = pytest.mark.slow


def test_the_demonstration_groups_every_story_and_leaves_a_store_to_try(tmp_path: Path, server: FeedServer) -> None:
    folder = tmp_path / "demo"
    receiver = Receiver(server, "demo")
    ended = program("demo", "--keep", folder, "--webhook", receiver.target("demo")["webhook"])
    assert ended.code == 0, ended.err
    (alert,) = receiver.posts("demo")
    assert {"place": "title", "sort": "figure", "was": "12", "now": "19"} in alert["changes"]

    stories = [line for line in ended.out.splitlines() if line.startswith("story ")]
    assert len(stories) == len(load_stories())
    copies = sorted(len(group) for group in expected_groups().values())
    assert sorted(int(line.split(",")[1].split()[0]) for line in stories) == copies
    assert "1 article:" in ended.out  # the lone story
    assert ended.out.count("  edited") == 1
    assert "[-" in ended.out
    assert "{+" in ended.out
    assert all(outlet.name in ended.out for outlet in load_outlets())
    # Not a terminal: no colours.
    assert "\x1b" not in ended.out

    store = f"sqlite:///{folder / 'demo.db'}"
    room = Newsroom(folder, None, database=store)  # type: ignore[arg-type]
    stored = room.rows("SELECT cluster_id, source_id, url FROM article")
    groups: dict[int, set[tuple[str, str]]] = {}
    for cluster, source, url in stored:
        groups.setdefault(cluster, set()).add((source, "/" + url.split("/", 3)[3]))
    assert {frozenset(group) for group in groups.values()} == set(expected_groups().values())
    assert room.count("version WHERE cluster_id IS NOT NULL") == expected_versions()
    ((edits,),) = room.rows("SELECT count(*) FROM version WHERE number = 2")
    assert edits == 1

    assert f"riwaya --config {folder}/config.yaml clusters" in ended.out
    assert len(called("clusters", "--json", config=folder / "config.yaml").rows) == len(load_stories())
    # What is there is not overwritten.
    again = called("demo", "--keep", folder)
    assert again.code == 1
    assert "holds an earlier demonstration" in again.err


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = called("demo", "--keep", tmp_path / "file" / "demo")
    assert ended.code == 1
    assert ended.err == f"Error: {tmp_path}/file/demo: Not a directory\n"


def test_the_demonstration_serves_its_pages_until_it_is_ended(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        taken = called("demo", "--serve", "--port", port)
    assert taken.code == 1
    assert f"port {port}: " in taken.err
    assert "--port" in taken.err

    command = [sys.executable, "-m", "daemon", "demo", "--serve", "--port", str(port)]
    out = tmp_path / "out"
    with out.open("wb") as lines, subprocess.Popen(command, stdout=lines, env=clean_environment()) as demo:
        try:
            until = time.monotonic() + 60
            while f"Open http://127.0.0.1:{port}/" not in out.read_text("utf-8"):
                assert demo.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json") as answer:
                assert answer.status == 200
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(20) == 0
