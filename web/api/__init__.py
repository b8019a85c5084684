"""The HTTP API: routes under /api/v1/, each file with what belongs together."""

from fastapi import APIRouter, Depends

from web.access import require_reading
from web.api import articles, clusters, corrections, events, outlets, search, status
from web.api.errors import errors

PREFIX = "/api/v1"


def api_router() -> APIRouter:
    """Return the routes of the API."""
    router = APIRouter(prefix=PREFIX)
    may_happen = errors(401, 414, 421, 422, 429, 500, 503, 504)
    for part in (clusters, articles, search, outlets, events, corrections, status):
        router.include_router(part.router, dependencies=[Depends(require_reading)], responses=may_happen)
    router.include_router(
        corrections.desk, responses=errors(400, 401, 403, 408, 409, 413, 414, 421, 422, 429, 500, 503, 504)
    )
    return router
