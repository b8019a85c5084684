"""What happened."""

from collections.abc import Mapping
from typing import Literal, cast

from typing_extensions import TypedDict

from storage.events import EventRow
from web.moments import moment
from web.shapes import Moment, documented

EventKind = Literal["born", "joined", "merged", "split", "moved", "grew_to_n", "figure_change", "vanished"]


@documented
class EventShape(TypedDict):
    """Something that happened to a story; docs/sql.md tells what each kind means and what its cause holds."""

    event: int
    """Its number; numbers grow with time."""
    kind: EventKind
    """What happened."""
    cluster: int
    """The story, as it was called then."""
    article: int | None
    """The article that it is about; null for growth."""
    version: int | None
    """The text that caused it; null for growth."""
    other_cluster: int | None
    """merged: the story taken over; split: the one that came out; moved: the one that was left."""
    at: Moment
    """When it happened."""
    cause: Mapping[str, object]
    """Why."""


def event_shape(event: EventRow) -> EventShape:
    """Return something that happened."""
    return {
        "event": event.id,
        "kind": cast("EventKind", event.kind),
        "cluster": event.cluster_id,
        "article": event.article_id,
        "version": event.version_id,
        "other_cluster": event.other_cluster_id,
        "at": moment(event.at),
        "cause": event.cause,
    }
