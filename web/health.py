"""Whether the web interface is alive, and whether what it shows is kept up: /healthz and /readyz, for probes.

Both are open to everybody, since a probe has no token. What is wrong is told in words to those who may read; others
see which conditions hold.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import DBAPIError
from starlette.responses import JSONResponse

from storage.engine import StoreUnavailable, reading
from storage.migrate import SchemaMissing, SchemaTooNew, require_current
from storage.room import free_bytes
from storage.store_figures import store_figures
from web.access import signed_in
from web.asking import AppParts
from web.parts import Parts
from web.readiness import Check, answer, clustering, disk, fetching

_NO_STORE = {"Cache-Control": "no-store"}


def health_routes() -> APIRouter:
    """Return the two routes; they are no part of the documented API."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    async def healthz(parts: AppParts) -> Response:
        """Answer, which is all that this asks: the loop that would serve pages runs."""
        return JSONResponse({"alive": True, "version": parts.version}, headers=_NO_STORE)

    @routes.get("/readyz")
    def readyz(request: Request, parts: AppParts) -> Response:
        """Tell whether the store answers and is kept up to date; 503 when it is not."""
        told: dict[str, Any] = dict(answer(_checks(parts)))
        if not (parts.settings.open_reading or signed_in(request)):
            told["checks"] = {name: {"ok": check["ok"]} for name, check in told["checks"].items()}
        return JSONResponse(told, 200 if told["ready"] else 503, headers=_NO_STORE)

    return routes


def _checks(parts: Parts) -> list[Check]:
    now = parts.now()
    try:
        require_current(parts.engine)
        with reading(parts.engine) as conn:
            figures = store_figures(conn, now)
    except (SchemaMissing, SchemaTooNew) as error:
        return [Check("database", ok=True, reason="it answers"), Check("schema", ok=False, reason=str(error))]
    except (StoreUnavailable, DBAPIError) as error:
        return [Check("database", ok=False, reason=" ".join(str(getattr(error, "orig", error)).split()))]
    return [
        Check("database", ok=True, reason="it answers"),
        Check("schema", ok=True, reason="it is that of this release"),
        fetching(figures, now),
        clustering(figures, now),
        disk(free_bytes(parts.engine.url), parts.settings.free_disk),
    ]
