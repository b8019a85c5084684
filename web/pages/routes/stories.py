"""`/`: what is spreading now."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from storage.cluster_list import Order, list_clusters
from web.asking import AppParts, Store
from web.cluster_query import ClusterQuery
from web.list_cursor import from_cursor, to_cursor
from web.pages.agency_names import agencies
from web.pages.asking import ThisReader, ThisSite
from web.pages.story_list import (
    ORDERS,
    PAGE,
    SIZES,
    SPANS,
    SPREADING,
    address,
    choices,
    outlet_names,
    story_items,
)

router = APIRouter()


class ListQuery(ClusterQuery):
    """What the list of stories is asked for; on the pages a story has spread before it is shown."""

    min_sources: Annotated[int, Query(ge=1, le=10_000)] = SPREADING
    order: Order = "recent"
    after: Annotated[str | None, Query(max_length=400)] = None


@router.get("/")
def stories(
    request: Request, asked: Annotated[ListQuery, Query()], store: Store, parts: AppParts, site: ThisSite, reader: ThisReader
) -> Response:
    """Show a page of stories."""
    query = ClusterQuery(**asked.model_dump(exclude={"order", "after"}))
    place = from_cursor(asked.order, asked.after) if asked.after else None
    found = list_clusters(store, query.filters(parts), asked.order, PAGE, place)
    names = outlet_names(store)
    more = None
    if found.end is not None:
        more = address("/", query, order=asked.order, after=to_cursor(asked.order, found.end))
    facts = {
        "query": query,
        "order": asked.order,
        "stories": story_items(store, found.clusters, site.text_counts, right_to_left=reader.right_to_left),
        "outlets": names,
        "agencies": agencies(reader.language),
        "choices": choices(query, names, reader.language, asked.order),
        "filtered": bool(query.q or query.since or query.until or query.source or query.wire),
        "spans": SPANS,
        "orders": ORDERS,
        "sizes": SIZES,
        "more": more,
        "further": asked.after is not None,
        "beginning": address("/", query, order=asked.order),
        "all_sizes": address("/", query, min_sources=1, order=asked.order),
        "feeds": feeds(query),
    }
    return site.page(request, "stories.html", facts)


def feeds(query: ClusterQuery) -> dict[str, str]:
    """Return the addresses of the feeds of a list, by format."""
    return {form: address(f"/feeds/clusters.{form}", query) for form in ("atom", "rss", "json")}


def feeds_of_search(q: str) -> dict[str, str]:
    """Return the addresses of the feeds of a search, by format."""
    asked = urlencode({"q": q})
    return {form: f"/feeds/clusters.{form}?{asked}" for form in ("atom", "rss", "json")}
