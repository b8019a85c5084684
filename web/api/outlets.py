"""Outlets, their feeds, who copies whom, and the agencies they credit."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from storage.copying import copying as copying_pairs
from storage.feed_health import FeedState, feed_healths
from storage.source_figures import source_figures
from storage.wire import agency_counts
from web.api.errors import errors
from web.api.json_answer import json_answer
from web.asking import AppParts, Store
from web.cluster_query import QueryRefused
from web.moments import moment
from web.parts import Parts
from web.problems import refuse
from web.shapes import documented
from web.shapes.feeds import FeedShape, feed_shape
from web.shapes.sources import CopyingShape, SourceDetail, SourceShape, copying_shape, source_detail, source_shape
from web.shapes.wires import Agency, agency_shape

router = APIRouter(tags=["sources"])

_LONGEST_ID = 200
_WEEK = timedelta(days=7)

Since = Annotated[str | None, Query(max_length=64, description="24h, 7d, 2026-11-23; by default the last seven days.")]


@documented
class SourceList(TypedDict):
    """The outlets."""

    items: list[SourceShape]
    """Those that the configuration names or articles are of, by id."""


@documented
class FeedList(TypedDict):
    """The feeds."""

    items: list[FeedShape]
    """Those that the configuration names, by outlet and address."""


@documented
class CopyingList(TypedDict):
    """Who carries texts after whom."""

    since: str
    """From when articles were counted."""
    items: list[CopyingShape]
    """Pairs of outlets, the most frequent first. An article counts once, for the earlier text it is most alike."""


@documented
class AgencyList(TypedDict):
    """The agencies."""

    since: str
    """From when texts were counted."""
    items: list[Agency]
    """The agencies that texts credit, the most credited first."""


@router.get("/sources", operation_id="list_sources", summary="List outlets", response_model=SourceList)
def sources(request: Request, parts: AppParts, conn: Store) -> Response:
    """Return outlets with how much they publish and how their feeds are."""
    now = parts.now()
    items: SourceList = {"items": [source_shape(one, now) for one in source_figures(conn, now)]}
    return json_answer(request, items)


@router.get(
    "/sources/{source_id}",
    operation_id="get_source",
    summary="One outlet with its feeds",
    response_model=SourceDetail,
    responses=errors(404),
)
def source(
    request: Request,
    source_id: Annotated[str, Path(max_length=_LONGEST_ID, description="The outlet's id.")],
    parts: AppParts,
    conn: Store,
) -> Response:
    """Return how much an outlet publishes, and how each of its feeds is."""
    now = parts.now()
    found = source_figures(conn, now, source_id)
    if not found:
        raise refuse("not-found", f"There is no outlet {source_id!r}.")
    return json_answer(request, source_detail(found[0], now))


@router.get("/feeds", operation_id="list_feeds", summary="How the feeds are", response_model=FeedList)
def feeds(
    request: Request,
    parts: AppParts,
    conn: Store,
    state: Annotated[list[FeedState] | None, Query(description="Only feeds in one of these states.")] = None,
    source: Annotated[str | None, Query(max_length=_LONGEST_ID, description="Only feeds of this outlet.")] = None,
) -> Response:
    """Tell which feeds come in time, which are late or fail and since when, and which may have missed items."""
    now = parts.now()
    found = [feed for feed in feed_healths(conn, source) if not state or feed.state(now) in state]
    items: FeedList = {"items": [feed_shape(feed, now) for feed in found]}
    return json_answer(request, items)


@router.get("/copying", operation_id="list_copying", summary="Who copies whom", response_model=CopyingList)
def copying(request: Request, parts: AppParts, conn: Store, since: Since = None) -> Response:
    """Return pairs of outlets: how many articles one carried after the other, and after how long in the median."""
    earliest = _since(parts, since)
    pairs = [copying_shape(pair) for pair in copying_pairs(conn, earliest)]
    items: CopyingList = {"since": moment(earliest), "items": pairs}
    return json_answer(request, items)


@router.get("/wires", operation_id="list_wires", summary="List agencies", response_model=AgencyList)
def wires(request: Request, parts: AppParts, conn: Store, since: Since = None) -> Response:
    """Return the news agencies that texts credit, each with how many texts, stories and outlets do."""
    earliest = _since(parts, since)
    items: AgencyList = {
        "since": moment(earliest),
        "items": [agency_shape(one) for one in agency_counts(conn, earliest)],
    }
    return json_answer(request, items)


def _since(parts: Parts, text: str | None) -> datetime:
    try:
        now = parts.now()
        # To the minute: the answer, and with it the ETag, stays the same for as long.
        return (parts.read_moment(text, now) if text else now - _WEEK).replace(second=0, microsecond=0)
    except (ValueError, OverflowError) as error:
        raise QueryRefused("since", str(error)) from error
