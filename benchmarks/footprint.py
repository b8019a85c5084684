"""How soon a command answers, and what an idle service and an installation take: ``python -m benchmarks.footprint``.

`cold` is a command whose files the system has not in memory: those of the virtual environment and of riwaya are put
out of its cache before. `warm` is the middle of many calls. The processor time of a call is told beside its time by
the clock, as it says more where other programs run. The modules of riwaya are compiled before, as pip compiles what it
installs.
"""

import compileall
import os
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

from benchmarks.machine import machine
from benchmarks.table import table
from tests.daemon.newsroom import ROOT, clean_environment
from tests.soak.idle_service import idle_service, quiet_feeds
from tests.soak.process_figures import ProcessFigures

MB = 1_000_000
MOST_S, MOST_IDLE = 0.3, 150 * MB
"""What is asked for: a command's seconds, and the memory of an idle service with FEEDS feeds."""

FEEDS = 100
CALLS = 9

COMMANDS = {
    "--help": ("--help",),
    "clusters": ("clusters",),
    "show": ("show", "1"),
    "status": ("status",),
    "search": ("search", "مدينة"),
}


@dataclass(frozen=True, slots=True)
class CallTime:
    """One command in fresh processes: seconds by the clock, warm and cold, and seconds of a processor when warm."""

    name: str
    warm_s: float
    cold_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """All of it; sizes are bytes, the largest packages first.

    `service` has just read its feeds for the first time, `again` was started on what was read, `web` is the process of
    the web interface.
    """

    calls: Sequence[CallTime]
    service: ProcessFigures
    again: ProcessFigures
    workers: Sequence[ProcessFigures]
    web: ProcessFigures
    wheel: int
    installed: int
    packages: Sequence[tuple[str, int]]

    @property
    def missed(self) -> list[str]:
        """What takes more than is asked for, in words."""
        slow = [f"{call.name}: {call.warm_s:.2f} s" for call in self.calls if call.warm_s >= MOST_S]
        return slow + ([f"idle service: {self.service.rss / MB:.0f} MB"] if self.service.rss >= MOST_IDLE else [])


def footprint() -> Footprint:
    """Measure."""
    for part in _PARTS:
        compileall.compile_dir(ROOT / part, quiet=1)
    with tempfile.TemporaryDirectory() as folder, quiet_feeds(Path(folder), FEEDS) as config:
        with idle_service(config, FEEDS) as idle:
            program = [sys.executable, "-m", "daemon", "--config", str(config)]
            calls = [_timed(name, [*program, *arguments]) for name, arguments in COMMANDS.items()]
            service, workers, web = idle.figures()
        with idle_service(config, FEEDS) as idle:
            again, _, _ = idle.figures()
    packages = _packages()
    return Footprint(calls, service, again, workers, web, _wheel(), sum(size for _, size in packages), packages)


def _timed(name: str, command: Sequence[str]) -> CallTime:
    _forget()
    cold, _ = _call(command)
    warm = [_call(command) for _ in range(CALLS)]
    return CallTime(name, median(wall for wall, _ in warm), cold, median(cpu for _, cpu in warm))


def _call(command: Sequence[str]) -> tuple[float, float]:
    before, began = _children_cpu_s(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=clean_environment(), cwd=ROOT, check=True)  # noqa: S603 - ours
    return time.perf_counter() - began, _children_cpu_s() - before


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _forget() -> None:
    """Put the files of environment and project out of the cache of the system."""
    for home in (Path(sysconfig.get_path("purelib")), *(ROOT / part for part in _PARTS)):
        for path in home.rglob("*"):
            if path.is_file():
                file = os.open(path, os.O_RDONLY)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(file)


_PARTS = ("clustering", "daemon", "sources", "storage", "web")


def _wheel() -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, capture_output=True, cwd=ROOT, check=True)  # noqa: S603 - the build tool
        (wheel,) = Path(folder).glob("*.whl")
        return wheel.stat().st_size


def _packages() -> list[tuple[str, int]]:
    """Return what `make run` installs besides riwaya, and what it takes when compiled, the largest first."""
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    names = [line.partition("==")[0] for line in lines if "==" in line and _is_for_here(line)]
    return sorted(((name, _size(name)) for name in names), key=lambda one: -one[1])


def _is_for_here(line: str) -> bool:
    from packaging.requirements import Requirement  # noqa: PLC0415 - only here

    marker = Requirement(line.rstrip(" \\")).marker
    return marker is None or marker.evaluate()


def _size(name: str) -> int:
    paths = (Path(str(file.locate())) for file in distribution(name).files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def tables(found: Footprint) -> str:
    """Lay out everything."""
    calls = [(call.name, f"{call.warm_s:.2f}", f"{call.cpu_s:.2f}", f"{call.cold_s:.2f}") for call in found.calls]
    memory = [
        (name, f"{figures.rss / MB:,.0f}", f"{figures.pss / MB:,.0f}")
        for name, figures in (
            ("service that has read them all", found.service),
            ("service started again", found.again),
            *((f"parser worker {number}", worker) for number, worker in enumerate(found.workers, start=1)),
            ("web interface", found.web),
        )
    ]
    largest = [(name, f"{size / MB:,.1f}") for name, size in found.packages[:12]]
    sizes = [
        ("wheel of riwaya", f"{found.wheel / MB:,.1f}"),
        ("all it needs", f"{found.installed / MB:,.0f}"),
        *largest,
    ]
    return "\n\n".join((
        table(["command", "warm, s", "processor, s", "cold, s"], calls),
        table([f"idle with {FEEDS} feeds", "RSS, MB", "PSS, MB"], memory),
        table(["size", "MB"], sizes),
    ))  # fmt: skip


def main() -> None:
    """Measure, print, and fail where more is taken than is asked for."""
    found = footprint()
    print(f"{machine()}\n\n{tables(found)}")
    if found.missed:
        sys.exit("; ".join(found.missed))


if __name__ == "__main__":
    main()
