"""How many requests an address may make: a bucket each, that fills up again over a minute."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import Problem, as_answer

MINUTE_S = 60.0

MOST_ADDRESSES = 20_000
"""Buckets that are kept, about 4 MB. The one unused for longest goes, and it is full again in most cases."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a request is told: `left` are the requests that remain; `wait_s` is 0 when it is served."""

    left: int
    wait_s: float


class Buckets:
    """The buckets of all addresses. Time is passed in, seconds on a clock that never goes back."""

    def __init__(self, a_minute: int, most: int = MOST_ADDRESSES) -> None:
        self._size = float(a_minute)
        self._a_second = a_minute / MINUTE_S
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, as of when

    def take(self, address: str, now: float) -> Verdict:
        """Take a request out of the bucket of an address."""
        left, before = self._buckets.get(address, (self._size, now))
        left = min(self._size, left + max(0.0, now - before) * self._a_second)
        served = left >= 1
        if served:
            left -= 1
        self._buckets[address] = left, now
        self._buckets.move_to_end(address)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return Verdict(int(left), 0.0 if served else (1 - left) / self._a_second)

    def __len__(self) -> int:
        return len(self._buckets)


class RateLimit:
    """Answers 429 to an address whose bucket is empty, and tells every other how much is left."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        requests_a_minute: int,
        address: Callable[[Scope], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._buckets = Buckets(requests_a_minute)
        self._policy = f'"minute";q={requests_a_minute};w={MINUTE_S:.0f}'
        self._address = address
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        verdict = self._buckets.take(self._address(scope), self._clock())
        told = {"RateLimit-Policy": self._policy, "RateLimit": f'"minute";r={verdict.left}'}
        if verdict.wait_s:
            wait = str(math.ceil(verdict.wait_s))
            problem = Problem(
                "too-many-requests",
                f"This address has made more requests than it may within a minute; the next one is served in {wait} s.",
                headers={**told, "Retry-After": wait},
            )
            await as_answer(problem)(scope, receive, send)
            return
        added = [(name.lower().encode(), value.encode()) for name, value in told.items()]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, sent)
