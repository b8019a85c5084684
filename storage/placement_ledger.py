"""What a batch of placements comes to, before it is written: clusters, moves, merges and events."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from storage.growth import Growth
from storage.placement_row import ACCEPTED_KINDS, HeadChange, MatchRow, Placement


class PlacementRefused(Exception):  # noqa: N818 (it says what happened)
    """The placements contradict the store: somebody else placed a version, or a cluster is not what it should be."""


@dataclass(slots=True)
class Ledger:
    """What a batch comes to, gathered placement by placement."""

    homes_before: Mapping[int, int]  # article -> cluster
    growth: Growth
    homes: dict[int, int] = field(default_factory=dict)  # the same, for articles placed by the batch so far
    founded: dict[int, Placement] = field(default_factory=dict)
    swallowed: dict[int, int] = field(default_factory=dict)  # cluster -> the one that took it over
    touched: set[int] = field(default_factory=set)
    events: list[dict[str, object]] = field(default_factory=list)

    def living(self, cluster_id: int) -> int:
        """Follow this batch's merges."""
        while cluster_id in self.swallowed:
            cluster_id = self.swallowed[cluster_id]
        return cluster_id

    def enter(self, placement: Placement, at: datetime) -> None:
        """Note what one placement founds, joins and merges."""
        cluster_id = placement.cluster_id
        if cluster_id in self.swallowed:
            raise PlacementRefused(f"cluster {cluster_id} was merged earlier in this batch")
        home = self.homes.get(placement.article_id, self.homes_before.get(placement.article_id))
        if placement.founded:
            if cluster_id in self.founded:
                raise PlacementRefused(f"cluster {cluster_id} is founded twice")
            self.founded[cluster_id] = placement
            self._event("born", placement, at)
        elif home is None:
            self._event("joined", placement, at)
        if home is not None and (before := self.living(home)) not in {cluster_id, *placement.merges}:
            self._event("moved", placement, at, before)
        self._swallow(placement, at)
        if placement.changes:
            self._event("figure_change", placement, at, cause=_changes(placement.changes))
        left = None if home is None else self.living(home)
        for step in self.growth.enter(placement.article_id, cluster_id, left, placement.merges):
            self._grown(cluster_id, step, at)
        if home is not None:
            self.touched.add(home)
        self.homes[placement.article_id] = cluster_id
        self.touched.add(cluster_id)

    def _swallow(self, placement: Placement, at: datetime) -> None:
        for other in placement.merges:
            if other <= placement.cluster_id:
                raise PlacementRefused(
                    f"cluster {other} is not younger than {placement.cluster_id} and cannot be merged into it"
                )
            if other in self.swallowed:
                raise PlacementRefused(f"cluster {other} is merged twice")
            self.swallowed[other] = placement.cluster_id
            self._event("merged", placement, at, other)

    def _grown(self, cluster_id: int, outlets: int, at: datetime) -> None:
        cause = {"sources": outlets}
        self.events.append(
            {"cluster_id": cluster_id, "kind": "grew_to_n", "article_id": None, "version_id": None}
            | {"other_cluster_id": None, "at": at, "cause": cause}
        )

    def _event(
        self,
        kind: str,
        placement: Placement,
        at: datetime,
        other: int | None = None,
        cause: Mapping[str, object] | None = None,
    ) -> None:
        self.events.append(
            {
                "cluster_id": placement.cluster_id,
                "kind": kind,
                "article_id": placement.article_id,
                "version_id": placement.version_id,
                "other_cluster_id": other,
                "at": at,
                "cause": _cause(placement.matches) if cause is None else cause,
            }
        )


def _cause(matches: tuple[MatchRow, ...]) -> dict[str, object]:
    accepted = [match for match in matches if match.kind in ACCEPTED_KINDS]
    if not accepted:
        return {}
    best = max(accepted, key=lambda match: match.score)
    return {"other_version_id": best.other_version_id, "kind": best.kind, "score": best.score}


def _changes(changes: tuple[HeadChange, ...]) -> dict[str, object]:
    return {"changes": [asdict(change) for change in changes]}
