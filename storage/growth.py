"""Stories that ever more outlets carry: an event for each step."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.schema import Article, Event

STEPS = (2, 3, 5, 10, 20, 50, 100, 200, 500)
"""Numbers of outlets that are told: each about twice the one before, so that a story has a handful of them."""


@dataclass(slots=True)
class Growth:
    """How many articles of each outlet clusters hold, kept up while versions are placed one after another."""

    outlets: defaultdict[int, Counter[str]]
    sources: dict[int, str]
    """The outlet of each article that is placed."""
    told: set[tuple[int, int]]
    """Steps of clusters that are recorded already: each is told once in a cluster's life."""

    def enter(self, article_id: int, cluster_id: int, left: int | None, merges: Iterable[int]) -> list[int]:
        """Note that an article entered a cluster, left another and had more merged into it; return the new steps."""
        held = self.outlets[cluster_id]
        before = len(held)
        for other in merges:
            held.update(self.outlets.pop(other, Counter()))
        source = self.sources[article_id]
        if left != cluster_id:
            held[source] += 1
            if left is not None:
                self.outlets[left] -= Counter([source])
        steps = [step for step in STEPS if before < step <= len(held) and (cluster_id, step) not in self.told]
        self.told |= {(cluster_id, step) for step in steps}
        return steps


def growth_of(conn: Connection, cluster_ids: Collection[int], article_ids: Collection[int]) -> Growth:
    """Read what is known of the clusters and articles that a batch touches."""
    outlets: defaultdict[int, Counter[str]] = defaultdict(Counter)
    held = select(Article.cluster_id, Article.source_id).where(Article.cluster_id.in_(cluster_ids))
    for cluster_id, source_id in conn.execute(held):
        if cluster_id is not None:
            outlets[cluster_id][source_id] += 1
    sources = dict(conn.execute(select(Article.id, Article.source_id).where(Article.id.in_(article_ids))).all())
    grown = select(Event.cluster_id, Event.cause).where(Event.cluster_id.in_(cluster_ids), Event.kind == "grew_to_n")
    told = {(cluster_id, int(str(cause["sources"]))) for cluster_id, cause in conn.execute(grown)}
    return Growth(outlets, sources, told)
