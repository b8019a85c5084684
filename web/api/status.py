"""How the store is doing."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import Response

from storage.overview import Overview, overview
from web.api.json_answer import json_answer
from web.asking import AppParts, Store

router = APIRouter(tags=["status"])


@router.get("/status", operation_id="get_status", summary="How the store is doing", response_model=Overview)
def status(request: Request, parts: AppParts, conn: Store) -> Response:
    """Return what `riwaya status` reads in the store: counts of all of it, and the feeds that somebody should look at.

    What that command knows of its machine, processes, memory and disk, is left out.
    """
    return json_answer(request, asdict(overview(conn, parts.now())))
