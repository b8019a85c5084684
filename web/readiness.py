"""Whether a riwaya does its work: decides, from what the store shows and the clock says, and gives each reason.

Both doors ask it: the web interface, which only sees the store, and the service, which knows itself besides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.store_figures import StoreFigures

STANDSTILL = timedelta(minutes=10)
"""Without a sign of work, though there is some to do. A pause of a fetch's longest wait for the store is no standstill,
and a batch takes seconds; a restart with a large store takes a minute or two."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of being ready, whether it holds, and the figure or the reason in one line."""

    name: str
    ok: bool
    reason: str


def answer(checks: Iterable[Check]) -> Mapping[str, object]:
    """Return what /readyz answers: `ready`, and each check by its name."""
    checks = tuple(checks)
    return {
        "ready": all(check.ok for check in checks),
        "checks": {check.name: {"ok": check.ok, "reason": check.reason} for check in checks},
    }


def fetching(figures: StoreFigures, now: datetime) -> Check:
    """Judge whether feeds are asked: a single late one is no standstill, late ones and no fetch at all are."""
    if figures.last_fetch is None:
        told = "no fetch yet"
        still = figures.late > 0
    else:
        told = f"last fetch {_ago(now - figures.last_fetch)}"
        still = figures.late > 0 and now - figures.last_fetch > STANDSTILL
    return Check("fetching", not still, f"{told}, {figures.late} of {figures.feeds} feeds late")


def clustering(figures: StoreFigures, now: datetime) -> Check:
    """Judge whether texts are grouped: a long queue is no standstill while stories change."""
    told = (
        "no story yet" if figures.last_cluster is None else f"a story last changed {_ago(now - figures.last_cluster)}"
    )
    if figures.waiting_since is None:
        return Check("clustering", ok=True, reason=f"{told}, nothing waits")
    waits = now - figures.waiting_since
    still = waits > STANDSTILL and (figures.last_cluster is None or now - figures.last_cluster > STANDSTILL)
    return Check("clustering", not still, f"{told}, {figures.waiting} texts wait, the first for {_span(waits)}")


def disk(free: int | None, least: int) -> Check:
    """Judge whether there is room on the store's disk; where that cannot be known, there is."""
    if free is None:
        return Check("disk", ok=True, reason="the disk is the database server's")
    return Check("disk", free >= least, f"{_megabytes(free)} free, {_megabytes(least)} are kept free")


def _ago(passed: timedelta) -> str:
    return f"{_span(passed)} ago"


def _span(passed: timedelta) -> str:
    # A clock that was set back makes the past the future.
    return f"{max(0, int(passed.total_seconds()))} s"


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000} MB"
