"""How the web interface bears many readers at once, on a store of a million versions.

    python -m benchmarks.web_load [VERSIONS]

`riwaya run --only web` serves a store filled by `benchmarks.bulk_store`, on SQLite and then on PostgreSQL; wrk (a
Debian package) asks it over loopback connections that stay open, on the same processors. Every address stands twice:
asked again and again, and with another question each time, which nothing that is kept can answer.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.bulk_store import BEGAN, EVERY_S, SOURCES, fill
from benchmarks.databases import NAMES, empty_store
from benchmarks.machine import machine
from benchmarks.table import table
from storage.engine import open_engine
from storage.migrate import upgrade

VERSIONS = 1_000_000
SECONDS = 6
CONNECTIONS = 16
"""Open at once: as many as the server has threads that read would only measure how they wait for one another."""
THREADS = 1
_PATIENCE_S = 60

_SCRIPT = """
local last, sources = {last}, {sources}
local kinds = {{ {addresses} }}
math.randomseed(7)
function request()
  local address = kinds[math.random(#kinds)]
  address = address:gsub("{{cluster}}", function() return 1 + 10 * math.random(1, math.floor(last / 10) - 1) end)
  local moment = {began} + {every} * math.random(math.floor(last / 2), last)
  address = address:gsub("{{hour}}", function() return os.date("!%Y-%m-%dT%H:%M:%SZ", moment) end)
  address = address:gsub("{{word}}", function() return math.random(0, 90000) end)
  address = address:gsub("{{source}}", function() return "s" .. math.random(0, sources - 1) end)
  return wrk.format("GET", address)
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %.1f %.1f %.1f %d\\n", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""

ADDRESSES: dict[str, str] = {
    "API, newest 50 stories": "/api/v1/clusters?limit=50",
    "API, 50 stories since another moment": "/api/v1/clusters?limit=50&since={hour}",
    "API, 50 of three outlets, another moment": "/api/v1/clusters?limit=50&min_sources=3&until={hour}",
    "API, 50 stories of another outlet": "/api/v1/clusters?limit=50&source={source}",
    "API, another story": "/api/v1/clusters/{cluster}",
    "API, search for another word": "/api/v1/search?q=نادر{word}",
    "home page": "/",
    "home page since another moment": "/?since={hour}",
    "page of another story": "/clusters/{cluster}",
    "search page, another word": "/search?q=نادر{word}",
    "Atom feed": "/feeds/clusters.atom?min_sources=3",
    "Atom feed until another moment": "/feeds/clusters.atom?min_sources=3&until={hour}",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What wrk counted: requests a second, percentiles of the time to an answer in ms, and what was no answer."""

    a_second: float
    p50: float
    p95: float
    p99: float
    failed: int


def main() -> None:
    """Fill, serve, ask and print."""
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else VERSIONS
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    print(f"{machine()}; {CONNECTIONS} connections, {SECONDS} s each\n")
    for name in NAMES:
        with empty_store(name) as url:
            engine = open_engine(url)
            upgrade(engine)
            fill(engine, versions)
            engine.dispose()
            print(web_load(url, versions, name), flush=True)


def web_load(url: str, versions: int, name: str) -> str:
    """Return the table of one store."""
    last = versions * 10 // 11
    rows = []
    with _serving(url) as base:
        for what, address in ADDRESSES.items():
            _ask(base, address, last, 2)  # what is loaded at first need, is
            got = _ask(base, address, last, SECONDS)
            times = f"{got.p50:.1f} / {got.p95:.1f} / {got.p99:.1f}"
            rows.append([what, f"{got.a_second:,.0f}", times, str(got.failed)])
    return table([f"{versions:,} versions, {name}", "requests/s", "p50 / p95 / p99 ms", "failed"], rows)


@contextmanager
def _serving(url: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="riwaya-bench-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        config = Path(folder) / "config.yaml"
        config.write_text(
            yaml.safe_dump({"database": url, "web": {"port": port, "requests_a_minute": 0}, "sources": []}), "utf-8"
        )
        command = [sys.executable, "-m", "daemon", "--config", str(config), "--log-level", "warning", "run"]
        with subprocess.Popen([*command, "--only", "web"], env=_environment()) as process:  # noqa: S603 - ourselves
            try:
                base = f"http://127.0.0.1:{port}"
                _await(base)
                yield base
            finally:
                process.send_signal(signal.SIGTERM)


def _await(base: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(f"{base}/api/v1/clusters?limit=1", timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _ask(base: str, address: str, last: int, seconds: int) -> Answered:
    with tempfile.TemporaryDirectory(prefix="riwaya-bench-") as folder:
        script = Path(folder) / "ask.lua"
        quoted = '"' + re.sub(r"[^\x00-\x7f]+", lambda found: _percent(found.group()), address) + '"'
        script.write_text(
            _SCRIPT.format(last=last, sources=SOURCES, began=BEGAN, every=EVERY_S, addresses=quoted), "utf-8"
        )
        command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
        said = subprocess.run([*command, base], capture_output=True, text=True, check=True).stdout  # noqa: S603 - as above
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", said)
    assert found, said
    requests, microseconds = int(found[1]), int(found[2])
    return Answered(requests * 1e6 / microseconds, float(found[3]), float(found[4]), float(found[5]), int(found[6]))


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RIWAYA_")}


if __name__ == "__main__":
    main()
