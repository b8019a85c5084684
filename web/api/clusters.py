"""Stories: the list, one with everything, and what hangs on it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from storage.cluster_detail import ClusterDetail, VersionDetail, cluster_detail
from storage.cluster_list import list_clusters
from storage.corrections import CorrectionRow, corrections_about
from storage.events import EventFilters, EventRow, events_before
from storage.round_ups import round_ups
from storage.spread import spreads
from web.api.cursor import LIMIT, Cursor, Limit, next_link, number_text, place_text, read_number, read_place
from web.api.errors import errors
from web.api.ids import ClusterId, StoredId
from web.api.json_answer import json_answer
from web.asking import AppParts, Store
from web.cluster_query import ClusterQuery
from web.comparison import Comparison, TooLong, compare
from web.living import living_cluster
from web.problems import Fault, refuse
from web.shapes import documented
from web.shapes.clusters import Cluster, cluster_shape
from web.shapes.comparisons import ComparisonShape, comparison_shape
from web.shapes.events import EventShape, event_shape
from web.shapes.spreads import CarriedShape, carried_shape
from web.shapes.stories import Story, story_shape
from web.story_lineage import stored_lineage

router = APIRouter(tags=["clusters"])

_MOVED: dict[int | str, dict[str, Any]] = {
    308: {"description": "Merged into another story; the same address of that one."}
}


class ClusterListQuery(ClusterQuery):
    """Which stories, in which order, which page."""

    order: Annotated[
        Literal["recent", "size", "growth"],
        Field(description="Newest text first, most outlets first, or most new articles first."),
    ] = "recent"
    limit: Limit = LIMIT
    cursor: Cursor = None


@documented
class ClusterPage(TypedDict):
    """A page of stories."""

    items: list[Cluster]
    """The stories."""
    next: str | None
    """The `cursor` of the next page; null on the last one."""


@documented
class EventPage(TypedDict):
    """A page of what happened to a story."""

    items: list[EventShape]
    """The events, newest first."""
    next: str | None
    """The `cursor` of the next page; null on the last one."""


@documented
class Timeline(TypedDict):
    """Who carried a story when."""

    items: list[CarriedShape]
    """Its articles, the earliest first."""


@router.get("/clusters", operation_id="list_clusters", summary="List stories", response_model=ClusterPage)
def clusters(request: Request, asked: Annotated[ClusterListQuery, Query()], parts: AppParts, conn: Store) -> Response:
    """Return stories with the outlets that carry them, chosen by time, outlet, agency, number of outlets and words."""
    place = read_place(asked.cursor, asked.order) if asked.cursor else None
    found = list_clusters(conn, asked.filters(parts), asked.order, asked.limit, place)
    following = place_text(asked.order, found.end) if found.end else None
    page: ClusterPage = {"items": [cluster_shape(one) for one in found.clusters], "next": following}
    return json_answer(request, page, headers=next_link(request, following))


@router.get(
    "/clusters/{cluster_id}",
    operation_id="get_cluster",
    summary="One story with every text of it",
    response_model=Story,
    responses={**errors(404), **_MOVED},
)
def cluster(request: Request, cluster_id: ClusterId, conn: Store) -> Response:
    """Return the texts by the time they stand for, where each comes from, and what people decided about the story."""
    found = _found(request, conn, cluster_id)
    about = _corrections(conn, found)
    last = events_before(conn, None, EventFilters(cluster_id=cluster_id), 1)
    story = story_shape(found, stored_lineage(found), about, round_ups(conn, cluster_id))
    return json_answer(request, story, modified=_modified(found, last, about))


@router.get(
    "/clusters/{cluster_id}/timeline",
    operation_id="get_cluster_timeline",
    summary="Who carried a story when",
    response_model=Timeline,
    responses={**errors(404), **_MOVED},
)
def timeline(request: Request, cluster_id: ClusterId, conn: Store) -> Response:
    """Return the articles of a story by the time that the first text of each stands for."""
    living_cluster(conn, request, cluster_id)
    items: Timeline = {"items": [carried_shape(one) for one in spreads(conn, [cluster_id]).get(cluster_id, ())]}
    return json_answer(request, items)


@router.get(
    "/clusters/{cluster_id}/events",
    operation_id="list_cluster_events",
    summary="What happened to a story",
    response_model=EventPage,
    responses={**errors(404), **_MOVED},
)
def cluster_events(
    request: Request, cluster_id: ClusterId, conn: Store, limit: Limit = LIMIT, cursor: Cursor = None
) -> Response:
    """Return what happened, newest first, with what happened to others where this one had a part in it."""
    living_cluster(conn, request, cluster_id)
    rows = events_before(conn, read_number(cursor), EventFilters(cluster_id=cluster_id), limit + 1)
    following = number_text(rows[limit - 1].id) if len(rows) > limit else None
    page: EventPage = {"items": [event_shape(row) for row in rows[:limit]], "next": following}
    return json_answer(request, page, headers=next_link(request, following))


@router.get(
    "/clusters/{cluster_id}/diff",
    operation_id="compare_versions",
    summary="Two texts of a story, word by word",
    response_model=ComparisonShape,
    responses={**errors(404), **_MOVED},
)
def diff(
    request: Request,
    cluster_id: ClusterId,
    a: Annotated[StoredId, Query(description="The first text: `version` of one of the story's versions.")],
    b: Annotated[StoredId, Query(description="The second text.")],
    conn: Store,
) -> Response:
    """Return what was removed and added from a to b, and the figures and names that changed in title and lead."""
    versions = {version.version_id: version for version in _found(request, conn, cluster_id).versions}
    for name, number in (("a", a), ("b", b)):
        if number not in versions:
            detail = f"Story {cluster_id} has no version {number}."
            raise refuse("not-found", detail, [Fault(f"query.{name}", detail)])
    return json_answer(request, comparison_shape(cluster_id, _compared(versions[a], versions[b])))


def _found(request: Request, conn: Store, cluster_id: int) -> ClusterDetail:
    living_cluster(conn, request, cluster_id)
    found = cluster_detail(conn, cluster_id)
    if found is None or not found.versions:  # a second grouping or an undoing can leave an id without articles
        raise refuse("not-found", f"Story {cluster_id} has no articles any more.")
    return found


def _corrections(conn: Store, found: ClusterDetail) -> list[CorrectionRow]:
    articles = {version.article_id for version in found.versions}
    return corrections_about(conn, articles=articles, cluster_id=found.cluster.id)


def _compared(a: VersionDetail, b: VersionDetail) -> Comparison:
    try:
        return compare(a, b)
    except TooLong as error:
        raise refuse("invalid", f"Versions {a.version_id} and {b.version_id}: {error}.") from error


def _modified(found: ClusterDetail, last: list[EventRow], about: list[CorrectionRow]) -> datetime:
    decided = (at for row in about for at in (row.made_at, row.applied_at, row.undone_at, row.reverted_at) if at)
    return max(
        *(version.last_seen for version in found.versions),
        *(event.at for event in last),
        *decided,
    )
