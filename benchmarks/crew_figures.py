"""What a crew of fetching processes did in a while, and what of the processors each part of it took."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, text

from benchmarks.networked_postgresql import NetworkedPostgresql
from benchmarks.pace import own_cpu_s, process_cpu_s
from benchmarks.separate_hosts import Host
from benchmarks.table import table
from storage.engine import reading

Member = tuple[str, Host, int]
"""A process: its part, its host and its id."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that counts up, at one moment. Seconds of processor time by host; bytes sent and got by host."""

    at: float
    parts: dict[str, str]
    own_s: dict[str, float]
    parsers_s: dict[str, float]
    backend_s: dict[str, float]
    postgresql_s: float
    carried: dict[str, tuple[int, int]]
    fetches: int
    articles: int
    grouped: int
    wal_bytes: int
    commits: int


@dataclass(frozen=True, slots=True)
class Step:
    """What happened between two moments; processor times in milliseconds, by fetch or by grouped article."""

    name: str
    wall_s: float
    fetches: int
    articles: int
    grouped: int
    fetch_own_ms: float
    fetch_parsers_ms: float
    fetch_backend_ms: float
    group_own_ms: float
    group_backend_ms: float
    standby_share: float
    """Processor time of the clusterer that stands by, of one processor."""
    rest_ms: float
    """What PostgreSQL does beside its connections (log, checkpoints, vacuum), by fetch."""
    busy: float
    """For how much of the time a fetching process has a transaction open: its one writing thread is at work."""
    blocked: float
    """For how much of it another transaction's lock is waited for."""
    clusterer_busy: float
    sent_kb: float
    """What a fetching host sends by fetch, the texts for the store, and what it gets, the document."""
    got_kb: float
    wal_kb: float
    commits: float

    @property
    def cores(self) -> float:
        """Processors that were at work for all this, the feeds' own server aside."""
        fetching = (self.fetch_own_ms + self.fetch_parsers_ms + self.fetch_backend_ms + self.rest_ms) * self.fetches
        grouping = (self.group_own_ms + self.group_backend_ms) * self.grouped
        return (fetching + grouping) / 1000 / self.wall_s + self.standby_share


def take(engine: Engine, store: NetworkedPostgresql, members: Sequence[Member]) -> Reading:
    """Read all of it now."""
    with reading(engine) as conn:
        counts = conn.execute(
            text(
                "SELECT (SELECT count(*) FROM \"fetch\" WHERE outcome = 'ok'), (SELECT count(*) FROM article),"
                " (SELECT count(*) FROM version WHERE cluster_id IS NOT NULL),"
                " pg_current_wal_lsn() - '0/0', (SELECT xact_commit FROM pg_stat_database"
                " WHERE datname = current_database())"
            )
        ).one()
        backends = conn.execute(
            text("SELECT host(client_addr), pid FROM pg_stat_activity WHERE client_addr IS NOT NULL")
        ).all()
    backend_s: dict[str, float] = {}
    for address, process in backends:
        backend_s[address] = backend_s.get(address, 0.0) + own_cpu_s(process)
    own = {host.address: own_cpu_s(process) for _, host, process in members}
    return Reading(
        time.monotonic(),
        {host.address: part for part, host, _ in members},
        own,
        {host.address: process_cpu_s(process, ended=True) - own[host.address] for _, host, process in members},
        backend_s,
        store.cpu_s(),
        {host.address: host.carried() for _, host, _ in members},
        *map(int, counts),
    )


def step_between(name: str, before: Reading, after: Reading, seen: Sequence[dict[str, str]]) -> Step:
    """Work out what happened between two readings; `seen` is what the connections of hosts were found doing."""
    fetching = [address for address, part in after.parts.items() if part == "fetch"]
    clusterers = [address for address, part in after.parts.items() if part == "cluster"]

    def used(what: str, hosts: Sequence[str]) -> float:
        then: dict[str, float] = getattr(before, what)
        now: dict[str, float] = getattr(after, what)
        return sum(now.get(host, 0.0) - then.get(host, 0.0) for host in hosts)

    def share(hosts: Sequence[str], ending: str = "") -> float:
        return sum(look.get(host, "-").endswith(ending) for look in seen for host in hosts if host in look) / max(
            1, len(seen) * len(hosts)
        )

    working = max(clusterers, key=lambda host: used("own_s", [host]))
    standing = [host for host in clusterers if host != working]
    wall_s = after.at - before.at
    fetches = after.fetches - before.fetches
    grouped = after.grouped - before.grouped
    by_fetch, by_group = 1000 / max(1, fetches), 1000 / max(1, grouped)
    attributed = used("backend_s", list(after.parts))
    carried = [
        sum(after.carried[host][way] - before.carried.get(host, (0, 0))[way] for host in fetching) for way in (0, 1)
    ]
    return Step(
        name,
        wall_s,
        fetches,
        after.articles - before.articles,
        grouped,
        used("own_s", fetching) * by_fetch,
        used("parsers_s", fetching) * by_fetch,
        used("backend_s", fetching) * by_fetch,
        used("own_s", [working]) * by_group,
        used("backend_s", [working]) * by_group,
        (used("own_s", standing) + used("backend_s", standing)) / wall_s,
        (after.postgresql_s - before.postgresql_s - attributed) * by_fetch,
        share(fetching),
        share(fetching, "/Lock"),
        share([working]),
        carried[0] / max(1, fetches) / 1000,
        carried[1] / max(1, fetches) / 1000,
        (after.wal_bytes - before.wal_bytes) / max(1, fetches) / 1000,
        (after.commits - before.commits) / wall_s,
    )


def crew_table(steps: Sequence[Step]) -> str:
    """Lay out what was measured, a column a step."""
    rows = [
        ("fetches a second, by the clock", [f"{one.fetches / one.wall_s:.1f}" for one in steps]),
        ("new articles stored a second", [f"{one.articles / one.wall_s:.1f}" for one in steps]),
        ("articles grouped a second", [f"{one.grouped / one.wall_s:.1f}" for one in steps]),
        ("processors at work", [f"{one.cores:.2f}" for one in steps]),
        ("ms of processor a fetch: the worker", [f"{one.fetch_own_ms:.1f}" for one in steps]),
        ("  its parsers", [f"{one.fetch_parsers_ms:.1f}" for one in steps]),
        ("  its connection in PostgreSQL", [f"{one.fetch_backend_ms:.1f}" for one in steps]),
        ("  the rest of PostgreSQL", [f"{one.rest_ms:.1f}" for one in steps]),
        ("ms an article grouped: the clusterer", [f"{one.group_own_ms:.1f}" for one in steps]),
        ("  its connection in PostgreSQL", [f"{one.group_backend_ms:.1f}" for one in steps]),
        ("standby, % of a processor", [f"{one.standby_share * 100:.1f}" for one in steps]),
        ("a worker's writing thread at work, %", [f"{one.busy * 100:.0f}" for one in steps]),
        ("  of it waiting for a lock, %", [f"{one.blocked * 100:.0f}" for one in steps]),
        ("the clusterer's transaction open, %", [f"{one.clusterer_busy * 100:.0f}" for one in steps]),
        ("KB a fetch: got by the worker", [f"{one.got_kb:.0f}" for one in steps]),
        ("  sent by it", [f"{one.sent_kb:.0f}" for one in steps]),
        ("  of write-ahead log, all work", [f"{one.wal_kb:.0f}" for one in steps]),
        ("commits a second, all work", [f"{one.commits:.0f}" for one in steps]),
    ]
    return table(["fetching processes", *(one.name for one in steps)], [[name, *values] for name, values in rows])
