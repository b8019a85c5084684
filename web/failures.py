"""How what routes raise becomes an answer."""

import logging
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException
from starlette.responses import Response

from storage.engine import StoreUnavailable
from web.cluster_query import QueryRefused
from web.guard.time_limit import DEADLINE, TOO_SLOW
from web.living import MovedTo
from web.problems import Fault, Problem, ProblemRaised, as_answer, kind_of

log = logging.getLogger(__name__)

ErrorPage = Callable[[Request, Problem], Response]
"""Makes a problem a page for people; set as `app.state.error_page` by the pages."""

_FOR_PROGRAMS = ("/api/", "/feeds/", "/openapi.json")
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}
_MOST_FAULTS = 20
_AWAY = {"Retry-After": "5"}


def answer_failures(app: FastAPI) -> None:
    """Let an application answer with problems for whatever its routes raise on purpose."""
    app.add_exception_handler(ProblemRaised, _raised)
    app.add_exception_handler(QueryRefused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _known)
    app.add_exception_handler(MovedTo, _moved)
    for error in (DBAPIError, NoConnectionFree, StoreUnavailable):
        app.add_exception_handler(error, _store)


def told(request: Request, problem: Problem) -> Response:
    """Tell a problem in the way that suits the address: as data, or as a page."""
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page is None or request.url.path.startswith(_FOR_PROGRAMS):
        return as_answer(problem)
    answer = page(request, problem)
    answer.headers.update(problem.headers)
    return answer


async def _raised(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemRaised)  # noqa: S101 - registered for it
    return told(request, error.problem)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, QueryRefused)  # noqa: S101 - as above
    fault = Fault(f"query.{error.parameter}", error.reason)
    return told(request, Problem("invalid", str(error), (fault,)))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    # What was sent is not sent back: it may be long, and it is theirs.
    faults = [Fault(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()[:_MOST_FAULTS]]
    detail = "; ".join(f"{fault.where}: {fault.reason}" for fault in faults)
    return told(request, Problem("invalid", detail, faults))


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    detail = _DETAILS.get(error.status_code, str(error.detail))
    return told(request, Problem(kind_of(error.status_code), detail, headers=dict(error.headers or {})))


async def _moved(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, MovedTo)  # noqa: S101 - as above
    # Not for ever: an undoing brings the old id back to life.
    return Response(status_code=308, headers={"Location": error.location, "Cache-Control": "no-cache"})


async def _store(request: Request, error: Exception) -> Response:
    deadline = request.scope.get(DEADLINE)
    if deadline is not None and deadline.over:
        return told(request, TOO_SLOW)
    reason = getattr(error, "orig", None) or error
    log.error("%s %s: the store: %s", request.method, request.url.path, " ".join(str(reason).split()))
    return told(request, Problem("store-unavailable", "The store cannot be read at this moment.", headers=_AWAY))
