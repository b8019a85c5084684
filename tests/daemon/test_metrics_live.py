"""The metrics of a running service as promtool and a real Prometheus see them, with the shipped rules and dashboard."""

import json
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Answer, Item
from tests.daemon.newsroom import QUICK, ROOT, Newsroom
from tests.daemon.newsroom import eventually as within

pytestmark = pytest.mark.slow

MONITORING = ROOT / "monitoring"
METRIC = re.compile(r"\b(?:riwaya|process)_\w+")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def fetched(address: str) -> tuple[int, str]:
    """Return status and body; status 0 while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - an address of our own
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def eventually(wanted: Callable[[], object]) -> None:
    within(wanted, 90)


class Prometheus:
    """A running Prometheus."""

    def __init__(self, base: str) -> None:
        self.base = base

    def asked(self, path: str, **query: str) -> Any:
        """Return the data of an answer of its API; None while it has none."""
        _, body = fetched(f"{self.base}/api/v1/{path}?{urllib.parse.urlencode(query)}")
        if not body.startswith("{"):  # it says so in plain words while it starts
            return None
        told = json.loads(body)
        assert told["status"] == "success", (query, told)
        return told["data"]

    def value(self, expression: str) -> float | None:
        """Return the one value of an expression; None while it has none."""
        data = self.asked("query", query=expression)
        return float(data["result"][0]["value"][1]) if data and data["result"] else None

    def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        alerts = (self.asked("alerts") or {"alerts": []})["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Prometheus]:
    """Run one on our own configuration, which only looks more often and at another port, and does not wait."""
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [target]
    rules = yaml.safe_load((MONITORING / "riwaya.rules.yml").read_text("utf-8"))
    for rule in rules["groups"][0]["rules"]:
        rule["for"] = "0s"
    folder.mkdir()
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    (folder / "riwaya.rules.yml").write_text(yaml.safe_dump(rules), "utf-8")
    port = free_port()
    command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield Prometheus(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def shipped_expressions() -> list[str]:
    """Return every expression of the dashboard and the rules, as Prometheus gets them."""
    board = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
    found = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    found += [annotation["expr"] for annotation in board["annotations"]["list"]]
    rules = yaml.safe_load((MONITORING / "riwaya.rules.yml").read_text("utf-8"))
    found += [rule["expr"] for rule in rules["groups"][0]["rules"]]
    return [expression.replace("$job", ".*").replace("$__rate_interval", "10s") for expression in found]


@pytest.fixture
def watched(newsroom: Newsroom) -> Newsroom:
    writer = Writer(78)
    stories = [writer.story(3) for _ in range(4)]
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    newsroom.fetch = dict(QUICK)
    newsroom.metrics = {"enabled": True, "port": free_port()}
    newsroom.limits = {"memory": "1MB"}
    newsroom.feed("one", *(Item(f"a{number}", *stories[number], day) for number in (0, 1, 2)))
    newsroom.feed("two", *(Item(f"b{number}", *stories[number], day) for number in (2, 3)))
    newsroom.publish("bad", lambda _: Answer(b"", 404))
    return newsroom


def samples(text: str) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_what_happens_is_counted_and_promtool_finds_no_fault(watched: Newsroom) -> None:
    door = f"http://127.0.0.1:{watched.metrics['port']}"
    with watched.service() as service:
        eventually(lambda: samples(fetched(f"{door}/metrics")[1]).get("riwaya_versions_placed_total") == 5)
        # What it tells of the store it reads every quarter of a minute, and when the configuration was read again.
        service.hang_up()
        eventually(lambda: samples(fetched(f"{door}/metrics")[1]).get("riwaya_feeds_failing") == 1)
        _, text = fetched(f"{door}/metrics")
        assert fetched(f"{door}/readyz")[0] == 200
        found = samples(text)
        assert found["riwaya_feeds"] == 3
        assert found['riwaya_fetches_total{outcome="ok"}'] == 2
        assert found['riwaya_fetches_total{outcome="http_error"}'] > 0
        assert found['riwaya_versions_stored_total{kind="new"}'] == 5
        assert found["riwaya_entries_total"] == 5
        assert found["riwaya_fetch_received_bytes_total"] > 1_000
        assert found["riwaya_clusters_founded_total"] == 4
        assert found["riwaya_version_candidates_count"] == 5
        assert found["riwaya_verdicts_total"] >= 1
        assert found["riwaya_window_versions"] == 5
        assert found["riwaya_clusterer"] == 1
        assert found['riwaya_batch_seconds_count{phase="verdict"}'] >= 1
        assert found['riwaya_store_transaction_seconds_count{kind="write"}'] > 0
        assert found["riwaya_event_loop_lag_seconds_count"] > 0
        assert found["process_resident_memory_bytes"] > 10_000_000
        # The soft limit is passed from the start: told once, and nothing ends.
        assert found["riwaya_caches_dropped_total"] == 1
        assert len([line for line in service.log if "soft limit" in line["message"]]) == 1
        # The number of series does not grow with feeds or addresses.
        assert "127.0.0.1" not in text
        assert len(found) < 300
        assert service.stop() < 10
    if shutil.which("promtool") is None and not os.environ.get("CI"):
        pytest.skip("promtool is not installed: Debian's package prometheus has it")
    judged = subprocess.run(
        ["promtool", "check", "metrics"],  # noqa: S607 - the system's own
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, b"", b"")


def test_a_real_prometheus_understands_what_is_shipped_and_raises_alarm(watched: Newsroom) -> None:
    if shutil.which("prometheus") is None:
        pytest.skip("prometheus is not installed: Debian has it as a package")
    target = f"127.0.0.1:{watched.metrics['port']}"
    with watched.service() as service, prometheus(watched.folder / "prometheus", target) as server:
        eventually(lambda: server.value("riwaya_versions_placed_total") == 5)
        service.hang_up()
        eventually(lambda: server.value("riwaya_feeds_failing") == 1)
        assert server.value('up{job="riwaya"}') == 1
        known = set(server.asked("label/__name__/values"))
        for expression in shipped_expressions():
            assert server.asked("query", query=expression) is not None
            assert set(METRIC.findall(expression)) <= known, expression
        groups = server.asked("rules")["groups"]
        assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}
        # One of three feeds fails, and 1 MB is no room for anything.
        eventually(lambda: {"RiwayaFeedsFailing", "RiwayaMemoryHigh"} <= server.firing())
        assert not {"RiwayaPaused", "RiwayaDown", "RiwayaNotReady"} & server.firing()

        watched.limits = {"free_disk": "900000GB"}
        watched.write()
        service.hang_up()
        eventually(lambda: {"RiwayaPaused", "RiwayaNotReady"} <= server.firing())
        watched.limits = {}
        watched.write()
        service.hang_up()
        eventually(lambda: not {"RiwayaPaused", "RiwayaNotReady", "RiwayaMemoryHigh"} & server.firing())
        assert service.stop() < 10
        eventually(lambda: "RiwayaDown" in server.firing())
