"""Which clusters an address asks for: the same parameters for the API, the pages and the feeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from clustering.agencies import agency_id
from storage.cluster_list import ClusterFilters
from storage.search_query import QueryError
from web.parts import Parts

LONGEST_QUERY = 1_000
"""Characters of a search; the search language itself stops at 200 words."""

_LONGEST_MOMENT = 64
_MOST_SOURCES = 10_000
_MOST_CHOICES = 100
"""Outlets or agencies of one address; more do not fit into what servers read."""


class QueryRefused(Exception):  # noqa: N818 - reads as a fact
    """A parameter that cannot be read: its name, and the reason in plain words."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.reason = reason


class ClusterQuery(BaseModel):
    """What an address says, as text. Durations count back from now: 24h, 7d."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    since: Annotated[
        str | None,
        Field(max_length=_LONGEST_MOMENT, description="Only stories with a text since then: 24h, 7d, 2026-11-23."),
    ] = None
    until: Annotated[
        str | None, Field(max_length=_LONGEST_MOMENT, description="Only stories whose newest text is older than that.")
    ] = None
    min_sources: Annotated[
        int, Field(ge=1, le=_MOST_SOURCES, description="Only stories that so many outlets carry.")
    ] = 1
    source: Annotated[
        list[str], Field(max_length=_MOST_CHOICES, description="Only stories that one of these outlets carries.")
    ] = []
    wire: Annotated[
        list[str],
        Field(max_length=_MOST_CHOICES, description="Only stories credited to one of these agencies: reuters, واس."),
    ] = []
    q: Annotated[
        str | None,
        Field(max_length=LONGEST_QUERY, description="Only stories of which an article holds this search."),
    ] = None

    def filters(self, parts: Parts) -> ClusterFilters:
        """Return what is asked of the store. Raises QueryRefused."""
        now = parts.now()
        with _told("since"):
            since = parts.read_moment(self.since, now) if self.since else None
        with _told("until"):
            until = parts.read_moment(self.until, now) if self.until else None
        with _told("wire"):
            wires = tuple(agency_id(wire) for wire in self.wire if wire)
        with _told("q"):
            query = parts.read_query(self.q, now) if self.q and self.q.strip() else None
        return ClusterFilters(
            since=since,
            until=until,
            min_sources=self.min_sources,
            sources=tuple(source for source in self.source if source),
            wires=wires,
            query=query,
        )


@contextmanager
def _told(parameter: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, QueryError) as error:
        raise QueryRefused(parameter, str(error)) from error
