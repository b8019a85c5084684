"""`/`: what is spreading now."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from storage.cluster_list import Order, list_clusters
from web.api.cursor import Cursor, place_text, read_place
from web.asking import AppParts, Store
from web.cluster_query import ClusterQuery
from web.feeds.links import feed_links
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
    """What the list of stories is asked for."""

    order: Order = "recent"
    cursor: Cursor = None


@router.get("/")
def stories(
    request: Request,
    asked: Annotated[ListQuery, Query()],
    store: Store,
    parts: AppParts,
    site: ThisSite,
    reader: ThisReader,
) -> Response:
    """Show a page of stories."""
    query = ClusterQuery(**asked.model_dump(exclude={"order", "cursor"}))
    if not request.query_params:
        # Who asks for nothing in particular sees what spreads, not all that was ever said.
        query = ClusterQuery(min_sources=SPREADING)
    place = read_place(asked.cursor, asked.order) if asked.cursor else None
    found = list_clusters(store, query.filters(parts), asked.order, PAGE, place)
    names = outlet_names(store)
    more = None
    if found.end is not None:
        more = address("/", query, order=asked.order, cursor=place_text(asked.order, found.end))
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
        "further": asked.cursor is not None,
        "beginning": address("/", query, order=asked.order),
        "all_sizes": address("/", query, min_sources=1, order=asked.order),
        "feeds": feed_links(query),
    }
    return site.page(request, "stories.html", facts)
