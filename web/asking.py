"""What a route gets at: the parts of its application, and the store."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from storage.engine import reading
from web.guard.time_limit import DEADLINE, Deadline
from web.parts import Parts


def parts_of(request: Request) -> Parts:
    """Return the parts of the application that a request is for."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - create_app put it there
    return parts


async def _parts(request: Request) -> Parts:  # not a plain function, which would take a thread
    return parts_of(request)


AppParts = Annotated[Parts, Depends(_parts)]


def _store(parts: AppParts, request: Request) -> Iterator[Connection]:
    deadline = request.scope[DEADLINE]
    assert isinstance(deadline, Deadline)  # noqa: S101 - web.guard.time_limit put it there
    with reading(parts.engine) as conn, deadline.watching(conn):
        yield conn


# The connection goes back before the answer is sent: who reads slowly must not hold it.
Store = Annotated[Connection, Depends(_store, scope="function")]
"""One unchanging state of the store for the whole request. Routes that take it are plain functions: a thread waits."""
