"""`/clusters/{id}`: one story."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from storage.cluster_detail import cluster_detail
from storage.corrections import corrections_about
from storage.events import EventFilters, events_before
from storage.round_ups import round_ups
from web.asking import Store
from web.living import living_cluster
from web.pages.asking import GREATEST_ID, ThisReader, ThisSite
from web.pages.decisions import decision
from web.pages.story import comparison, story
from web.pages.structured_data import story_data
from web.problems import refuse
from web.story_lineage import stored_lineage

router = APIRouter()

MOST_EVENTS = 300
"""Events of a story that its page tells, the newest; the API has all of them."""

StoryId = Annotated[int, Path(ge=1, le=GREATEST_ID)]
VersionId = Annotated[int | None, Query(ge=1, le=GREATEST_ID)]


@router.get("/clusters/{cluster_id}")
def story_page(
    request: Request,
    cluster_id: StoryId,
    store: Store,
    site: ThisSite,
    reader: ThisReader,
    a: VersionId = None,
    b: VersionId = None,
) -> Response:
    """Show a story, and two of its versions `a` and `b` side by side; a merged id leads to where it went."""
    living_cluster(store, request, cluster_id)
    found = cluster_detail(store, cluster_id)
    if found is None or not found.versions:
        raise refuse("not-found", f"Story {cluster_id} has no articles any more: people have put them elsewhere.")
    told = story(found, stored_lineage(found), round_ups(store, cluster_id), right_to_left=reader.right_to_left)
    compared = None
    if a is not None and b is not None:
        compared = comparison(told, found, a, b)
        if compared is None:
            raise refuse("not-found", f"Versions {a} and {b} are not both in story {cluster_id}.")
    articles = {version.article_id for version in found.versions}
    facts = {
        "story": told,
        "comparison": compared,
        "decisions": [decision(row) for row in corrections_about(store, articles=articles, cluster_id=cluster_id)],
        "happened": events_before(store, None, EventFilters(cluster_id=cluster_id), MOST_EVENTS)[::-1],
        "outlet_of": {version.article_id: version.outlet for version in told.versions},
        "author": unquote(request.cookies.get("author", ""))[:200],
        "structured": story_data(told, str(request.base_url).rstrip("/")),
    }
    return site.page(request, "story.html", facts)
