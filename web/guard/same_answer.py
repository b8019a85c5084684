"""The same answer to the same question, as long as nothing has been written: many ask for the newest stories at once.

Both databases tell cheaply whether any process has committed since. Answers are kept for a second at most, since «24h»
and «late» mean something else later.
"""

import asyncio
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from anyio import to_thread
from sqlalchemy import Engine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.generation import StoreGeneration
from web.guard.head import ASKED_BY_HEAD

OLDEST_S = 1.0
MOST_BYTES = 16_000_000
"""Some 500 pages of the list."""

_OK = 200
_LARGEST = 500_000
_PATHS = ("/api/v1/", "/feeds/", "/clusters/", "/articles/", "/search", "/sources")
_FIRST_PAGE = "/"
_VARIED_BY = (
    b"if-none-match",
    b"if-modified-since",
    b"accept",
    b"last-event-id",
    b"origin",
    # The pages: the reader's preferences and session, and the address that they, and the feeds, name themselves by.
    b"cookie",
    b"accept-language",
    b"authorization",
    b"host",
)

Key = tuple[str, bytes, bool, tuple[tuple[bytes, bytes], ...]]


@dataclass(frozen=True, slots=True)
class _Kept:
    generation: str
    since: float
    start: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that is being answered, as of a state of the store and a moment."""

    generation: str
    since: float
    done: asyncio.Event = field(default_factory=asyncio.Event)


class SameAnswer:
    """Keeps answers that everybody may read; for servers whose reading is open."""

    def __init__(self, app: ASGIApp, *, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._generation = StoreGeneration(engine)
        weakref.finalize(self, self._generation.close)
        self._clock = clock
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._asked: dict[Key, _Asked] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        wanted = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and (scope["path"] == _FIRST_PAGE or scope["path"].startswith(_PATHS))
        )
        generation = await self._look() if wanted else None
        if generation is None:
            await self._app(scope, receive, send)
            return
        told = tuple(one for one in scope["headers"] if one[0] in _VARIED_BY)
        key = (scope["path"], scope["query_string"], ASKED_BY_HEAD in scope, told)
        now = self._clock()
        asked = self._asked.get(key)
        if asked is not None and asked.generation == generation:
            # Whoever comes while the same is being read waits for it, and is told what the first is told.
            await asked.done.wait()
            kept = self._kept.get(key)
            if kept is not None and kept.since == asked.since:
                await _say(send, kept)
                return
        kept = self._kept.get(key)
        if kept is not None and kept.generation == generation and now - kept.since < OLDEST_S:
            await _say(send, kept)
            return
        mine = self._asked[key] = _Asked(generation, now)
        try:
            await self._app(scope, receive, self._keeping(send, key, mine))
        finally:
            mine.done.set()
            if self._asked.get(key) is mine:
                del self._asked[key]

    async def _look(self) -> str | None:
        return self._generation() if self._generation.at_once else await to_thread.run_sync(self._generation)

    def _keeping(self, send: Send, key: Key, asked: _Asked) -> Send:
        start: Message | None = None

        async def sent(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                # As it is now: what stands outside adds its own headers to it.
                start = {**message, "headers": list(message["headers"])} if message["status"] in {200, 304} else None
                if message["status"] == _OK and all(name != b"content-length" for name, _ in message["headers"]):
                    asked.done.set()  # a stream, which nobody else is to wait for
            elif start is not None:
                body = message.get("body", b"")
                if not message.get("more_body", False) and len(body) <= _LARGEST:
                    self._keep(key, _Kept(asked.generation, asked.since, start, body))
                    asked.done.set()  # before the one who asked has taken it all
                start = None
            await send(message)

        return sent

    def _keep(self, key: Key, kept: _Kept) -> None:
        before = self._kept.pop(key, None)
        self._bytes += len(kept.body) - (len(before.body) if before else 0)
        self._kept[key] = kept
        while self._bytes > MOST_BYTES or len(self._kept) > MOST_BYTES // 4_000:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body)


async def _say(send: Send, kept: _Kept) -> None:
    await send({**kept.start, "headers": list(kept.start["headers"])})
    await send({"type": "http.response.body", "body": kept.body})
