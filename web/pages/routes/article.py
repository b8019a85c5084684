"""`/articles/{id}`: every text of one article."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from storage.cluster_detail import article as article_detail
from storage.events import article_events
from web.asking import Store
from web.pages.asking import GREATEST_ID, ThisSite
from web.pages.history import history
from web.problems import refuse

router = APIRouter()


@router.get("/articles/{article_id}")
def article_page(
    request: Request, article_id: Annotated[int, Path(ge=1, le=GREATEST_ID)], store: Store, site: ThisSite
) -> Response:
    """Show the history of an article."""
    found = article_detail(store, article_id)
    if found is None or not found.versions:
        raise refuse("not-found", f"There is no article {article_id}.")
    return site.page(request, "article.html", {"history": history(found, article_events(store, article_id))})
