"""What a person should do about the state of an installation: decides, from what `riwaya status` has found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.config.size import rounded_size
from daemon.status_line import ago
from storage.overview import Overview

BEHIND = timedelta(minutes=10)
"""A batch takes seconds; who waits for so long waits for something that does not come."""

_LOG = "journalctl -u riwaya -p warning"


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found on this machine.

    `running` gives the process of each part ("fetch", "cluster") that runs here, `memory_bytes` what each process
    takes. `clusterer` is whoever has the clusterer's lease, on whatever machine. `disk_free_bytes` is None where the
    disk is not ours. `shared` says that other machines may work on the store too, `unwritable` why nothing can be
    written to it, None when it can, or when that cannot be known.
    """

    running: Mapping[str, int]
    clusterer: str | None
    memory_bytes: Mapping[int, int]
    memory_limit_bytes: int
    disk_free_bytes: int | None
    disk_limit_bytes: int
    shared: bool
    unwritable: str | None = None

    @property
    def full(self) -> bool:
        """Whether the disk has less room than is kept free."""
        return self.disk_free_bytes is not None and self.disk_free_bytes < self.disk_limit_bytes


def advice(facts: Overview, here: Machine, now: datetime) -> tuple[str, ...]:
    """Return what to do, the most urgent first; nothing for an installation that is well."""
    return (*_service(facts, here, now), *_memory(here), *_feeds(facts, now), *_alerts(facts, now))


def _service(facts: Overview, here: Machine, now: datetime) -> Iterator[str]:
    if here.full:
        yield (
            f"make room: {rounded_size(here.disk_free_bytes or 0)} are free on the store's disk, and fetching and "
            f"grouping pause below {rounded_size(here.disk_limit_bytes)} (limits.free_disk); they go on by themselves"
        )
    if here.unwritable is not None:
        yield f"{here.unwritable}; fetching and grouping wait, and go on by themselves"
    fetches, groups = _at_work(facts, here, now)
    still = (
        ("fetched", fetches, _last(facts.last_fetch, "fetch", now)),
        ("grouped", groups, _last(facts.last_cluster, "story", now)),
    )
    if missing := [f"{done} ({last})" for done, there, last in still if not there]:
        yield f"start the service, for nothing is {' or '.join(missing)}: systemctl start riwaya"
    if not here.full and fetches and facts.late:
        if facts.late == facts.feeds or facts.last_fetch is None or now - facts.last_fetch > BEHIND:
            yield f"see why fetching stands still ({_last(facts.last_fetch, 'fetch', now)}): {_LOG}"
        else:
            yield "late feeds while others are fetched: fetch.concurrency is too low, or their hosts are slow"
    waits = facts.unclustered_since is not None and now - facts.unclustered_since > BEHIND
    if "cluster" in here.running and not here.full and waits:
        if facts.last_cluster is None or now - facts.last_cluster > BEHIND:
            yield f"see why grouping stands still ({_last(facts.last_cluster, 'story', now)}): {_LOG}"
        else:
            yield "grouping is behind and at work: wait, or see that nothing else takes the processor"


def _last(moment: datetime | None, what: str, now: datetime) -> str:
    return f"no {what} yet" if moment is None else f"the last {what} was {ago(now - moment)}"


def _at_work(facts: Overview, here: Machine, now: datetime) -> tuple[bool, bool]:
    """Tell whether whoever should fetch and group does: here, or, on a shared store, anywhere.

    Where nothing is late and nothing waits, nobody is missed: some have `riwaya fetch` run by a timer.
    """
    lately = facts.last_fetch is not None and now - facts.last_fetch <= BEHIND
    fetches = "fetch" in here.running or not facts.late or (here.shared and lately)
    groups = "cluster" in here.running or not facts.unclustered or (here.shared and here.clusterer is not None)
    return fetches, groups


def _memory(here: Machine) -> Iterator[str]:
    for pid, used in sorted(here.memory_bytes.items()):
        if here.memory_limit_bytes and used > here.memory_limit_bytes:
            yield (
                f"process {pid} takes {rounded_size(used)}, more than limits.memory "
                f"({rounded_size(here.memory_limit_bytes)}): a smaller clustering.window needs less"
            )


def _feeds(facts: Overview, now: datetime) -> Iterator[str]:
    silent = [feed for feed in facts.failing if feed.outcome in ("unreachable", "timeout")]
    if facts.feeds > 1 and len(silent) == facts.feeds:
        yield "no feed answers: look at this machine's network and name server"
        return
    if lost := sum(feed.gone() or feed.dead(now) for feed in facts.failing):
        which, where = ("1 feed is", "another address") if lost == 1 else (f"{lost} feeds are", "other addresses")
        yield f"{which} gone or dead: find {where} with riwaya sources add, or take out what is gone"
    if facts.gaps:
        yield "feeds that may have missed items: a shorter fetch.min_every, or feeds of their sections, see more"
    if any(feed.adopted for feed in facts.moved):
        yield "write the new addresses of moved feeds into the configuration"


def _alerts(facts: Overview, now: datetime) -> Iterator[str]:
    for target in facts.alerts:
        if target.failing and target.oldest is not None and now - target.oldest > BEHIND:
            yield (
                f"alerts do not reach {target.target} (the first rang {ago(now - target.oldest)}): mend the "
                "target, try it with riwaya alerts test; they are sent again by themselves"
            )
    if any(target.dead for target in facts.alerts):
        yield "alerts were given up: riwaya alerts log --dead lists them, riwaya alerts retry tries them again"
