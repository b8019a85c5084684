"""Events as they happen, to whoever listens (Server-Sent Events).

One task asks the store for all listeners of the process, while there are any. What it read last stays at hand; who
comes back with the id of an older event reads the store up to there. A listener that does not take what it is sent is
dropped, and comes back by itself.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from storage.engine import reading
from storage.event_horizon import EventHorizon
from storage.events import EventFilters, EventRow, events_after, last_event
from web.guard.head import ASKED_BY_HEAD
from web.parts import Parts
from web.problems import Problem, as_answer
from web.shapes.events import event_shape

log = logging.getLogger(__name__)

MOST_LISTENERS = 200
"""A listener costs a connection and some 30 KB; browsers open one for each page that is open."""

EVERY_S = 1.0
HEARTBEAT_S = 15.0
"""Proxies close what is silent for 30 to 60 seconds."""

SLOWEST_S = 20.0
"""How long a listener may leave what it was sent in the buffers."""

_AT_ONCE = 500
_KEPT = 2_000
"""Events at hand: some minutes of a busy store, for those who come back after a change of network."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of a stretch; `end` is the id up to which there are no others."""

    events: Sequence[EventRow]
    end: int


class EventStreams:
    """What all listeners of an application share. To be used inside its event loop alone, once that runs."""

    def __init__(self, parts: Parts, horizon: EventHorizon, *, every_s: float = EVERY_S) -> None:
        self._parts = parts
        self._horizon = horizon
        self._every_s = every_s
        self._listeners = 0
        self._poller: asyncio.Task[None] | None = None
        self._recent: deque[EventRow] = deque()
        self._floor = self._end = 0  # `_recent` holds every event above the floor, up to the end
        self._news = asyncio.Event()
        self._starting = asyncio.Lock()
        self.ended = False

    async def enter(self) -> bool:
        """Let a listener in, if there is room."""
        if self.ended or self._listeners >= MOST_LISTENERS:
            return False
        self._listeners += 1
        async with self._starting:
            if self._poller is None:
                self._floor = self._end = await self.newest()
                self._recent.clear()
                self._poller = asyncio.create_task(self._poll(), name="events")
        return True

    def leave(self) -> None:
        """Let a listener go; with the last one the asking ends."""
        self._listeners -= 1
        if not self._listeners and self._poller is not None:
            self._poller.cancel()
            self._poller = None

    def end(self) -> None:
        """Send every listener home, since the server stops."""
        self.ended = True
        self._wake()

    async def newest(self) -> int:
        """Return the id of the newest event."""
        return await run_in_threadpool(self._newest)

    async def after(self, position: int, filters: EventFilters) -> Batch:
        """Return what has happened after an event, as far as is known; at once."""
        if position < self._floor:
            return await run_in_threadpool(self._read, position, filters)
        return Batch([row for row in self._recent if row.id > position and _fits(row, filters)], self._end)

    async def news(self, gone: asyncio.Task[None], seconds: float) -> None:
        """Wait until something happens or the listener is gone, at most so long."""
        waiting = asyncio.create_task(self._news.wait())
        try:
            await asyncio.wait({waiting, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    async def _poll(self) -> None:
        while True:
            try:
                batch = await run_in_threadpool(self._read, self._end, EventFilters())
            except SQLAlchemyError as error:
                log.warning("events cannot be read: %s", error)
                batch = Batch((), self._end)
            self._recent.extend(batch.events)
            while len(self._recent) > _KEPT:
                self._floor = self._recent.popleft().id
            if batch.end > self._end:
                self._end = batch.end
                self._wake()
            if len(batch.events) < _AT_ONCE:
                await asyncio.sleep(self._every_s)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _newest(self) -> int:
        horizon = self._horizon.reach()
        with reading(self._parts.engine) as conn:
            return last_event(conn, horizon)

    def _read(self, position: int, filters: EventFilters) -> Batch:
        horizon = self._horizon.reach()
        with reading(self._parts.engine) as conn:
            rows = events_after(conn, position, filters, _AT_ONCE, horizon)
            whole = len(rows) < _AT_ONCE
            return Batch(rows, max(position, last_event(conn, horizon)) if whole else rows[-1].id)


class EventStream(Response):
    """The answer to a listener: what happened after `position`, or from now on, until either side ends it."""

    media_type = "text/event-stream"

    def __init__(
        self, streams: EventStreams, filters: EventFilters, position: int | None, *, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._streams = streams
        self._filters = filters
        self._position = position
        self._heartbeat_s = heartbeat_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope.get(ASKED_BY_HEAD):
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            entered = await self._streams.enter()
        except BaseException:
            self._streams.leave()
            raise
        if not entered:
            full = Problem("too-many-listeners", "Come back later.", headers={"Retry-After": "30"})
            await as_answer(full)(scope, receive, send)
            return
        gone = asyncio.create_task(_gone(receive), name="listener")
        try:
            await self._tell(send, gone)
        except (TimeoutError, OSError):
            log.debug("a listener does not listen")
        finally:
            gone.cancel()
            self._streams.leave()

    async def _tell(self, send: Send, gone: asyncio.Task[None]) -> None:
        position = await self._streams.newest() if self._position is None else self._position
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        # The id without data is remembered by who listens, so that nothing is lost before the first event either.
        told = f"retry: 3000\nid: {position}\n\n".encode()
        while not gone.done() and not self._streams.ended:
            async with asyncio.timeout(SLOWEST_S):
                await send({"type": "http.response.body", "body": told, "more_body": True})
            batch = await self._streams.after(position, self._filters)
            if batch.end <= position:
                await self._streams.news(gone, self._heartbeat_s)
                batch = await self._streams.after(position, self._filters)
            told = b"".join(map(_message, batch.events)) or b":\n\n"
            position = max(position, batch.end)
        await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _message(event: EventRow) -> bytes:
    data = json.dumps(event_shape(event), ensure_ascii=False, separators=(",", ":"))
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def _fits(row: EventRow, filters: EventFilters) -> bool:
    return (
        (filters.since is None or row.at >= filters.since)
        and (not filters.kinds or row.kind in filters.kinds)
        and (filters.cluster_id is None or filters.cluster_id in (row.cluster_id, row.other_cluster_id))
    )
