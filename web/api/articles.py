"""Articles and their history."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from storage.cluster_detail import ArticleDetail
from storage.cluster_detail import article as article_detail
from storage.events import article_events
from web.api.errors import errors
from web.api.ids import ArticleId
from web.api.json_answer import json_answer
from web.asking import Store
from web.problems import refuse
from web.shapes.articles import Article, History, article_shape, history_shape

router = APIRouter(tags=["articles"], responses=errors(404))


@router.get("/articles/{article_id}", operation_id="get_article", summary="One article", response_model=Article)
def article(request: Request, article_id: ArticleId, conn: Store) -> Response:
    """Return an outlet's item, without its texts."""
    return json_answer(request, article_shape(_found(conn, article_id)))


@router.get(
    "/articles/{article_id}/history",
    operation_id="get_article_history",
    summary="Every text of an article",
    response_model=History,
)
def history(request: Request, article_id: ArticleId, conn: Store) -> Response:
    """Return its texts in the order in which they appeared, and what became of it."""
    found, events = _found(conn, article_id), article_events(conn, article_id)
    seen = [version.last_seen for version in found.versions] + [event.at for event in events]
    return json_answer(request, history_shape(found, events), modified=max(seen, default=found.first_seen))


def _found(conn: Store, article_id: int) -> ArticleDetail:
    found = article_detail(conn, article_id)
    if found is None:
        raise refuse("not-found", f"There is no article {article_id}.")
    return found
