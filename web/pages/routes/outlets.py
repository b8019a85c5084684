"""`/sources` and `/sources/{id}`: the outlets, their feeds, and who carries after whom."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from storage.cluster_list import ClusterFilters, list_clusters
from storage.copying import Copying, copying
from storage.overview import overview
from storage.source_figures import source_figures
from web.asking import AppParts, Store
from web.cluster_query import ClusterQuery
from web.feeds.links import feed_links, list_path
from web.pages.asking import ThisReader, ThisSite
from web.pages.outlets import matrix, outlets
from web.pages.site import Site
from web.pages.story_list import outlet_names, story_items
from web.problems import refuse

router = APIRouter()

_EVER = datetime(1, 1, 1, tzinfo=UTC)
_LATEST = 10
_MOST_PARTNERS = 8


@router.get("/sources")
def outlets_page(request: Request, store: Store, parts: AppParts, site: ThisSite) -> Response:
    """Show every outlet, those with trouble first."""
    now = parts.now()
    facts = {
        "outlets": outlets(source_figures(store, now), now),
        "facts": overview(store, now),
        "matrix": matrix(_pairs(store, site, now)),
        "names": outlet_names(store),
    }
    return site.page(request, "outlets.html", facts)


@router.get("/sources/{source_id}")
def outlet_page(
    request: Request,
    source_id: Annotated[str, Path(max_length=200)],
    store: Store,
    parts: AppParts,
    site: ThisSite,
    reader: ThisReader,
) -> Response:
    """Show one outlet."""
    now = parts.now()
    found = source_figures(store, now, source_id)
    if not found:
        raise refuse("not-found", "There is no such outlet.")
    latest = list_clusters(store, ClusterFilters(sources=(source_id,)), "recent", _LATEST)
    query = ClusterQuery(source=[source_id])
    pairs = _pairs(store, site, now)
    facts = {
        "outlet": outlets(found, now)[0],
        "stories": story_items(store, latest.clusters, site.text_counts, right_to_left=reader.right_to_left),
        "all_stories": list_path(query) if latest.end is not None else None,
        "after": [pair for pair in pairs if pair.source_id == source_id][:_MOST_PARTNERS],
        "before": [pair for pair in pairs if pair.from_source_id == source_id][:_MOST_PARTNERS],
        "names": outlet_names(store),
        "feeds": feed_links(query),
        "seconds": lambda seconds: timedelta(seconds=seconds),
    }
    return site.page(request, "outlet.html", facts)


def _pairs(store: Store, site: Site, now: datetime) -> list[Copying]:
    pairs = site.copying.get(now)
    if pairs is None:
        pairs = copying(store, _EVER)
        site.copying.put(now, pairs)
    return pairs
