"""What a route gets at: the parts of its application, and the store."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from storage.engine import reading
from web.parts import Parts


def _parts(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - create_app put it there
    return parts


AppParts = Annotated[Parts, Depends(_parts)]


def _store(parts: AppParts) -> Iterator[Connection]:
    with reading(parts.engine) as conn:
        yield conn


Store = Annotated[Connection, Depends(_store)]
"""One unchanging state of the store for the whole request. Routes that take it are plain functions: a thread waits."""
