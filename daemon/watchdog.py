"""Whether the service gets on: decides, from when each part was last seen at work, if systemd may hear a sign of life.

A process that merely exists is not enough. A tick must have run, the thread that writes must have answered, and the
clusterer must have come a step further, however long its queue is. Times are seconds of a monotonic clock.
"""

from dataclasses import dataclass

TICK_PATIENCE_S = 60.0
"""A tick comes every second. A reload holds it up for as long as fetches are let finish, some ten seconds."""

STORE_PATIENCE_S = 120.0
"""One piece of work waits 30 s at most for its turn at the store, and fails then, which is an answer too."""

CLUSTERER_PATIENCE_S = 300.0
"""A batch takes a second. The first after a start reads the window again: seconds for 100,000 texts, on a slow disk
a minute or more for a store of a million."""

LONGEST_PAUSE_S = 10.0
_SHARE = 3
"""Signs of life in the time that systemd gives: one may be late and one may be lost."""


@dataclass(frozen=True, slots=True)
class Signs:
    """When the parts were last seen at work.

    `tick` is the end of the last tick, `store` the last answer of the thread that writes, `store_busy` says whether
    work waits for that thread. `clusterer` is its last step, or when it last found nothing to do; None where this
    process has none.
    """

    tick: float
    store: float
    store_busy: bool
    clusterer: float | None


@dataclass(frozen=True, slots=True)
class Silence:
    """A part that has shown no progress for too long."""

    part: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.part} silent for {self.seconds:.0f} s"


def silences(signs: Signs, now: float) -> tuple[Silence, ...]:
    """Return the parts that are stuck; only when there are none may systemd be told that the service lives.

    A tick that waits in the line of a store that answers is slow and not stuck: somebody else may hold the store, and
    a start would find it held too.
    """
    tick = max(signs.tick, signs.store) if signs.store_busy else signs.tick
    waited = [("tick", tick, TICK_PATIENCE_S), ("store", signs.store, STORE_PATIENCE_S)]
    if signs.clusterer is not None:
        waited.append(("clusterer", signs.clusterer, CLUSTERER_PATIENCE_S))
    return tuple(Silence(part, now - since) for part, since, patience in waited if now - since > patience)


def pause_s(watchdog_s: float | None) -> float:
    """Return how long to wait between two signs of life when systemd wants one every `watchdog_s` seconds."""
    return LONGEST_PAUSE_S if watchdog_s is None else min(watchdog_s / _SHARE, LONGEST_PAUSE_S)
