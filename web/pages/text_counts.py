"""How many independent texts stories have, for lists: traced once, and remembered while a story stays as it is."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from uuid import UUID

from sqlalchemy import Connection

from storage.clusters import ClusterSummary
from storage.identity import identity_of
from storage.story_outlets import version_ids
from storage.version_texts import version_texts
from web.story_lineage import traced_lineage

MOST_TRACED = 60
"""Versions of a story that a list traces, 0.3 s of work; a larger story tells its texts in its own page."""

BUDGET = 150
"""Versions that one page traces at most, so that the first look at a busy hour does not wait for all of them; what is
left is traced by the next look."""

MOST_KEPT = 20_000
"""Stories remembered, about 200 bytes each: a month of what lists show."""

_State = tuple[UUID, tuple[int, ...]]
"""The store, and the ids of a story's versions: their texts never change."""


class TextCounts:
    """Counts the independent texts of stories; safe to ask from many threads."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[_State, int] = OrderedDict()
        self._most_kept = most_kept
        self._lock = Lock()

    def of(self, conn: Connection, clusters: Sequence[ClusterSummary]) -> dict[int, int]:
        """Return the number by cluster id; one that is too large, or that the budget does not reach, is left out."""
        found: dict[int, int] = {}
        store = identity_of(conn).uuid
        versions = version_ids(conn, [cluster.id for cluster in clusters if cluster.versions > 1])
        budget, missing = BUDGET, {}
        for cluster in clusters:
            if cluster.versions == 1:
                found[cluster.id] = 1
                continue
            state = store, versions.get(cluster.id, ())
            count = self._get(state)
            if count is not None:
                found[cluster.id] = count
            elif cluster.versions <= min(MOST_TRACED, budget):
                budget -= cluster.versions
                missing[cluster.id] = state
        for cluster_id, texts in version_texts(conn, missing).items():
            found[cluster_id] = traced_lineage(texts).texts
            self._put(missing[cluster_id], found[cluster_id])
        return found

    def __len__(self) -> int:
        return len(self._kept)

    def _get(self, state: _State) -> int | None:
        with self._lock:
            if state in self._kept:
                self._kept.move_to_end(state)
            return self._kept.get(state)

    def _put(self, state: _State, count: int) -> None:
        with self._lock:
            self._kept[state] = count
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
