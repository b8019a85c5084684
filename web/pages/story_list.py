"""The list of stories: what each is told with, and what the reader chose."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection, select

from storage.clusters import ClusterSummary
from storage.schema import Source
from storage.spread import Carried, spreads
from storage.wire import wires_of
from web.cluster_query import ClusterQuery
from web.pages.agency_names import agency_name
from web.pages.spark import Spark, spark
from web.pages.text_counts import TextCounts
from web.pages.wording import N_

PAGE = 30
"""Stories on a page: two or three screens."""

SPREADING = 2
"""Outlets from which a story is said to spread; with fewer it only appeared."""

SPANS = (
    ("1h", N_("the last hour")),
    ("6h", N_("the last 6 hours")),
    ("24h", N_("the last day")),
    ("3d", N_("the last 3 days")),
    ("7d", N_("the last week")),
    ("30d", N_("the last month")),
)
ORDERS = (
    ("recent", N_("newest first")),
    ("size", N_("most outlets first")),
    ("growth", N_("fastest growing first")),
)
SIZES = (1, 2, 3, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class StoryItem:
    """A story as a list shows it. `texts` are its independent texts, None where they were not counted."""

    id: int
    title: str
    outlets: int
    articles: int
    versions: int
    texts: int | None
    wires: tuple[str, ...]
    first: Carried | None
    spark: Spark | None
    begun: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter in force: what it is, its value as people read it, and the address of the list without it."""

    kind: str
    value: str
    without: str


def story_items(
    conn: Connection, clusters: Sequence[ClusterSummary], counts: TextCounts, *, right_to_left: bool
) -> list[StoryItem]:
    """Tell these stories."""
    ids = [cluster.id for cluster in clusters]
    carried, wires = spreads(conn, ids), wires_of(conn, ids)
    texts = counts.of(conn, clusters)
    return [
        StoryItem(
            id=cluster.id,
            title=cluster.title,
            outlets=len(cluster.sources),
            articles=cluster.articles,
            versions=cluster.versions,
            texts=texts.get(cluster.id),
            wires=tuple(agency for agency, _ in wires.get(cluster.id, ())),
            first=next(iter(carried.get(cluster.id, ())), None),
            spark=spark(carried.get(cluster.id, ()), right_to_left=right_to_left),
            begun=min((one.dated for one in carried.get(cluster.id, ())), default=cluster.first_seen),
            last_seen=cluster.last_seen,
        )
        for cluster in clusters
    ]


def outlet_names(conn: Connection) -> dict[str, str]:
    """Return the names of all outlets by id, in the order of the names."""
    rows = conn.execute(select(Source.id, Source.name).order_by(Source.name, Source.id))
    return {source: name for source, name in rows}  # noqa: C416 - a row is no pair to dict()


def address(path: str, query: ClusterQuery, **more: str | int | None) -> str:
    """Return the address of a list with the filters of a query; `more` adds parameters, or changes its own."""
    pairs = [(name, value) for name, value in _pairs(query) if name not in more]
    pairs += [(name, str(value)) for name, value in more.items() if value is not None]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def choices(query: ClusterQuery, outlets: Mapping[str, str], language: str, order: str) -> list[Choice]:
    """Return the filters in force that the form of the list cannot show: several of a kind, or a time of one's own."""
    found = []
    told: Iterable[tuple[str, Sequence[str], Callable[[str], str]]] = (
        ("source", query.source, lambda source: outlets.get(source, source)),
        ("wire", query.wire, lambda wire: agency_name(wire, language)),
    )
    for kind, values, name in told:
        for value in dict.fromkeys(values):
            rest = [one for one in values if one != value]
            without = address("/", query.model_copy(update={kind: rest}), order=_unless_usual(order))
            found.append(Choice(kind, name(value), without))
    if query.until:
        without = address("/", query.model_copy(update={"until": None}), order=_unless_usual(order))
        found.append(Choice("until", query.until, without))
    return found


def _unless_usual(order: str) -> str | None:
    return None if order == "recent" else order


def _pairs(query: ClusterQuery) -> Iterable[tuple[str, str]]:
    if query.q:
        yield "q", query.q
    if query.since:
        yield "since", query.since
    if query.until:
        yield "until", query.until
    yield "min_sources", str(query.min_sources)
    for source in query.source:
        yield "source", source
    for wire in query.wire:
        yield "wire", wire
