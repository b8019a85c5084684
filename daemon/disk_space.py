"""Whether there is room to write: decides when fetching and grouping pause and when they go on by themselves.

Two signs are heard: how much of the store's disk is free, where that can be known, and a store that has said itself
that it is full (a quota, a database server elsewhere). Seconds are those of a monotonic clock.
"""

from dataclasses import dataclass, replace

from daemon.config.size import rounded_size

ENOUGH_AGAIN = 1.25
"""Work goes on when so much more is free than what made it pause, so that it does not flutter around the limit."""

ASK_AGAIN_S = 60.0
"""A store that said it was full is left alone for so long. A try costs it a transaction that is rolled back."""

FREED = 1_000_000
"""Bytes: when so much more is free than when the store said that it was full, it is tried at once."""

FULL = "it says that its disk, or what it may use of it, is full"


@dataclass(frozen=True, slots=True)
class Room:
    """How things stand: `lack` says in plain words why nothing is written at present, None while there is room.

    `free` is how many bytes are free, None where that is not known. Until `refused_until` the store is taken for full
    by its own word, which it gave when `refused_free` bytes were free.
    """

    lack: str | None = None
    free: int | None = None
    refused_until: float = float("-inf")
    refused_free: int | None = None


def looked(room: Room, free: int | None, least: int, now: float) -> Room:
    """Return how things stand when `free` bytes are free and `least` shall stay so; a `least` of 0 asks for none."""
    wanted = least if room.lack is None else int(least * ENOUGH_AGAIN)
    freed = free is not None and room.refused_free is not None and free >= room.refused_free + FREED
    lack = None
    if free is not None and free < wanted:
        lack = f"only {rounded_size(free)} are free on its disk, and limits.free_disk is {rounded_size(least)}"
    elif now < room.refused_until and not freed:
        lack = FULL
    return replace(room, lack=lack, free=free)


def refused(room: Room, free: int | None, now: float) -> Room:
    """Return how things stand after the store said that it is full, while `free` bytes are."""
    return Room(lack=room.lack or FULL, free=free, refused_until=now + ASK_AGAIN_S, refused_free=free)
