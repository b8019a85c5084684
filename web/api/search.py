"""Searching articles by their words."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from storage.search import search as search_store
from storage.search_query import QueryError
from web.api.cursor import Cursor, Limit, next_link, number_text, read_number
from web.api.json_answer import json_answer
from web.asking import AppParts, Store
from web.cluster_query import LONGEST_QUERY, QueryRefused
from web.shapes import documented
from web.shapes.hits import Hit, hit_shape, passage

router = APIRouter(tags=["search"])

_HITS = 20
_FURTHEST = 10_000
"""Hits after which nobody reads on; each page counts those before it again."""


@documented
class HitPage(TypedDict):
    """A page of what was found."""

    items: list[Hit]
    """The articles, best first; the newest first where the query has filters only."""
    next: str | None
    """The `cursor` of the next page; null on the last one."""


@router.get("/search", operation_id="search", summary="Find articles by their words", response_model=HitPage)
def search(
    request: Request,
    q: Annotated[
        str,
        Query(
            max_length=LONGEST_QUERY,
            description="Words in any spelling, phrases in quotes, AND OR NOT, title: source: wire: since: until:"
            " min_sources:; docs/search.md has it all.",
            examples=["زلزال (قتيل OR ضحية) -تركيا"],
        ),
    ],
    parts: AppParts,
    conn: Store,
    since: Annotated[
        str | None, Query(max_length=64, description="Only articles published since then: 24h, 7d, 2026-11-23.")
    ] = None,
    limit: Limit = _HITS,
    cursor: Cursor = None,
) -> Response:
    """Return articles of which one text holds what is searched for, each with the passage that shows it."""
    now, parameter = parts.now(), "q"
    try:
        query = parts.read_query(q, now)
        parameter = "since"
        earliest = parts.read_moment(since, now) if since else None
    except (QueryError, ValueError) as error:
        raise QueryRefused(parameter, str(error)) from error
    if earliest is not None:
        earliest = max(filter(None, (earliest, query.filters.since)))
        query = replace(query, filters=replace(query.filters, since=earliest))
    shown = read_number(cursor) or 0
    if shown > _FURTHEST:
        raise QueryRefused("cursor", f"after {_FURTHEST} hits, ask for something narrower")
    hits = search_store(conn, query, limit + 1, shown)
    following = number_text(shown + limit) if len(hits) > limit and shown + limit <= _FURTHEST else None
    page: HitPage = {"items": [hit_shape(hit, passage(hit, query)) for hit in hits[:limit]], "next": following}
    return json_answer(request, page, headers=next_link(request, following))
