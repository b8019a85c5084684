"""`/search`: articles by their words."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from storage.search import search
from storage.search_query import QueryError
from web.asking import AppParts, Store
from web.cluster_query import LONGEST_QUERY, ClusterQuery
from web.feeds.links import feed_links, list_path
from web.pages.asking import ThisSite
from web.pages.found import MOST_PAGES, PAGE, found_article
from web.pages.story_list import outlet_names

router = APIRouter()


@router.get("/search")
def search_page(
    request: Request,
    store: Store,
    parts: AppParts,
    site: ThisSite,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """Show a page of what was found; without a question, how to ask one."""
    asked = q.strip()
    facts: dict[str, object] = {"q": q, "page": page, "error": None, "found": None, "before": None, "after": None}
    if not asked:
        return site.page(request, "search.html", facts)
    stories = ClusterQuery(q=asked)
    facts |= {"feeds": feed_links(stories), "stories_address": list_path(stories)}
    try:
        query = parts.read_query(asked, parts.now())
    except QueryError as error:
        return site.page(request, "search.html", facts | {"error": str(error), "feeds": None}, status=400)
    hits = search(store, query, PAGE + 1, (page - 1) * PAGE)
    names, words = outlet_names(store), query.words()
    facts |= {
        "found": [found_article(hit, words, names) for hit in hits[:PAGE]],
        "before": _page(asked, page - 1) if page > 1 else None,
        "after": _page(asked, page + 1) if len(hits) > PAGE and page < MOST_PAGES else None,
    }
    return site.page(request, "search.html", facts)


def _page(q: str, page: int) -> str:
    return f"/search?{urlencode({'q': q, 'page': page} if page > 1 else {'q': q})}"
