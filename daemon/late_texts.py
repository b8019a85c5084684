"""Texts that come long after their time: an archive that is loaded, the old items of a new feed.

The clusterer goes forward: it compares what comes with what stands within the window before the newest text. A text
dated before that window would meet nothing. So such texts are placed by clusterers of their own, a day of them at a
time, each of which knows the grouped texts of that day and of a window on either side of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from clustering.settings import Settings
from daemon.stored_versions import time_of
from storage.queue import QueuedVersion

SLICE = timedelta(days=1)
"""Of late texts so much is placed with one clusterer. What it knows spans this and two windows, and texts of one story
may be so far apart here. 15,003 articles of ten days took 70 s this way, and 54 s in their own time."""


def late(waiting: Sequence[QueuedVersion], latest: datetime | None, window: timedelta) -> list[QueuedVersion]:
    """Return those of the waiting texts that stand for a time before the window of the newest grouped one."""
    if latest is None:
        return []
    return [queued for queued in waiting if time_of(queued) < latest - window]


def slices(texts: Sequence[QueuedVersion]) -> list[list[QueuedVersion]]:
    """Cut late texts by the time that they stand for, the earliest first; within a slice they keep their order."""
    found: list[list[QueuedVersion]] = []
    began: datetime | None = None
    for queued in sorted(texts, key=time_of):
        at = time_of(queued)
        if began is None or at - began > SLICE:
            found.append([])
            began = at
        found[-1].append(queued)
    return [sorted(one, key=lambda queued: queued.version_id) for one in found]


def around(texts: Sequence[QueuedVersion], settings: Settings) -> tuple[Settings, datetime, datetime]:
    """Return, for a slice, the settings of its clusterer and the span of the grouped texts that it must know."""
    times = [time_of(queued) for queued in texts]
    since, until = min(times) - settings.window, max(times) + settings.window
    return replace(settings, window=until - since), since, until
