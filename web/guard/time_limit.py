"""How long a request may take: its reading of the store is broken off then, and a 504 is the answer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection
from starlette.types import ASGIApp, Receive, Scope, Send

from storage.interruption import interrupt
from web.problems import Problem, ProblemRaised

LIMIT_S = 15.0
"""People have gone by then; every question has an index, so only a store under siege or a hostile one takes long."""

DEADLINE = "riwaya.deadline"
"""Where the scope of a request has its Deadline."""

TOO_SLOW = Problem("too-slow", f"The store did not give the answer within {LIMIT_S:.0f} s; ask for less.")


class Deadline:
    """Breaks off what a request reads when its time is over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reading: Connection | None = None
        self.over = False

    @contextmanager
    def watching(self, conn: Connection) -> Iterator[None]:
        """Let the deadline break off what this connection is asked inside the block. Raises ProblemRaised."""
        with self._lock:
            if self.over:  # it waited too long for its turn
                raise ProblemRaised(TOO_SLOW)
            self._reading = conn
        try:
            yield
        finally:
            # Under the lock: the connection goes on to another request, which must not be broken off.
            with self._lock:
                self._reading = None

    def end(self) -> None:
        """Break off. May be called from any thread; blocks on PostgreSQL for as long as its server takes."""
        with self._lock:
            self.over = True
            if self._reading is not None:
                interrupt(self._reading)


class TimeLimit:
    """Gives every request a deadline."""

    def __init__(self, app: ASGIApp, *, seconds: float = LIMIT_S) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        deadline = scope[DEADLINE] = Deadline()
        timer = loop.call_later(self._seconds, lambda: loop.run_in_executor(None, deadline.end))
        try:
            await self._app(scope, receive, send)
        finally:
            timer.cancel()
