"""What happened: read page by page, or listened to."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from storage.event_horizon import EventHorizon
from storage.events import EventFilters, events_after, events_before
from web.api.cursor import LIMIT, Cursor, Limit, next_link, number_text, read_number
from web.api.ids import StoredId
from web.api.json_answer import json_answer
from web.asking import AppParts, Store
from web.cluster_query import QueryRefused
from web.event_streams import EventStream, EventStreams
from web.parts import Parts
from web.shapes import documented
from web.shapes.events import EventKind, EventShape, event_shape

router = APIRouter(tags=["events"])

_STREAM = "text/event-stream"
_GREATEST = 2**63 - 1

Since = Annotated[str | None, Query(max_length=64, description="Only events since then: 24h, 7d, 2026-11-23.")]
Kinds = Annotated[list[EventKind] | None, Query(description="Only events of these kinds.")]
OfCluster = Annotated[StoredId | None, Query(description="Only events in which this story had a part.")]
After = Annotated[
    int | None,
    Query(ge=0, le=_GREATEST, description="What follows this event, oldest first; 0 for everything from the first on."),
]
LastEventId = Annotated[
    int | None,
    Header(ge=0, le=_GREATEST, description="The last event that was received; what browsers send when they return."),
]


@documented
class EventPage(TypedDict):
    """A page of what happened."""

    items: list[EventShape]
    """The events: newest first, or oldest first with `after`."""
    next: str | None
    """The `cursor` of the next page of older events; null on the last one and with `after`."""
    last: int | None
    """The highest event of the page: what `after` takes to go on; null on an empty page."""


@router.get("/events", operation_id="list_events", summary="What happened", response_model=EventPage)
def events(
    request: Request,
    parts: AppParts,
    conn: Store,
    *,
    since: Since = None,
    kind: Kinds = None,
    cluster: OfCluster = None,
    after: After = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Return what happened, newest first, page by page; with `after`, what follows an event, for programs that keep up.

    No event is left out for who goes on from `last`, also where several processes write. With `Accept:
    text/event-stream` the answer is that of /events/stream.
    """
    filters = _filters(parts, since, kind, cluster)
    if _STREAM in request.headers.get("accept", ""):
        return _stream(request, filters, after if last_event_id is None else last_event_id)
    # Before the first statement, with which the reading begins to stand still.
    horizon = _horizon(request).reach()
    if after is not None:
        rows = events_after(conn, after, filters, limit, horizon)
        following = None
    else:
        rows = events_before(conn, read_number(cursor), filters, limit + 1, horizon)
        following = number_text(rows[limit - 1].id) if len(rows) > limit else None
        rows = rows[:limit]
    page: EventPage = {
        "items": [event_shape(row) for row in rows],
        "next": following,
        "last": max((row.id for row in rows), default=None),
    }
    return json_answer(request, page, headers={"Vary": "Accept", **next_link(request, following)})


@router.get(
    "/events/stream",
    operation_id="stream_events",
    summary="What happens, as it happens",
    status_code=200,
    response_class=EventStream,
    responses={200: {"content": {_STREAM: {"schema": {"type": "string"}}}, "description": "Server-Sent Events."}},
)
def stream(
    request: Request,
    parts: AppParts,
    since: Since = None,
    kind: Kinds = None,
    cluster: OfCluster = None,
    after: After = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Send events as they happen: `id` is the event's number, `event` its kind, `data` its shape as JSON.

    These are Server-Sent Events, which browsers read with EventSource. It begins with what happens from now on, or
    after the event of `after` or `Last-Event-ID`. A comment comes every fifteen seconds when nothing happens. Who does
    not read is dropped and may come back.
    """
    filters = _filters(parts, since, kind, cluster)
    return _stream(request, filters, after if last_event_id is None else last_event_id)


def _filters(parts: Parts, since: str | None, kinds: list[EventKind] | None, cluster: int | None) -> EventFilters:
    try:
        earliest = parts.read_moment(since, parts.now()) if since else None
    except ValueError as error:
        raise QueryRefused("since", str(error)) from error
    return EventFilters(since=earliest, kinds=tuple(kinds or ()), cluster_id=cluster)


def _stream(request: Request, filters: EventFilters, position: int | None) -> EventStream:
    streams = request.app.state.event_streams
    assert isinstance(streams, EventStreams)  # noqa: S101 - create_app put it there
    return EventStream(streams, filters, position)


def _horizon(request: Request) -> EventHorizon:
    horizon = request.app.state.event_horizon
    assert isinstance(horizon, EventHorizon)  # noqa: S101 - as above
    return horizon
