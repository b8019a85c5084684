"""How long an address, how large a request and how slow its coming may be."""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import Problem, as_answer

LONGEST_ADDRESS = 8_000
"""Bytes of path and query: a hundred outlets and a long search in Arabic, where a letter takes six, fit well."""

LARGEST_BODY = 64_000
"""Bytes: the largest thing that is sent to us is a correction of a few hundred articles with its note."""

SLOWEST_S = 10.0
"""Within which a request must have arrived whole."""

_TOO_LONG = Problem("address-too-long", f"An address may have {LONGEST_ADDRESS} bytes.")
_TOO_LARGE = Problem("too-large", f"A request may bring {LARGEST_BODY} bytes.", headers={"Connection": "close"})
_TOO_SLOW = Problem("slow-request", f"It must arrive within {SLOWEST_S:.0f} s.", headers={"Connection": "close"})


class Arriving:
    """Refuses what is longer, larger or slower; what comes through has arrived whole."""

    def __init__(self, app: ASGIApp, *, slowest_s: float = SLOWEST_S) -> None:
        self._app = app
        self._slowest_s = slowest_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem, body = None, None
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            problem = _TOO_LONG
        elif (declared := _declared(scope)) > LARGEST_BODY:
            problem = _TOO_LARGE
        elif declared:
            try:
                async with asyncio.timeout(self._slowest_s):
                    body = await _body(receive)
                problem = _TOO_LARGE if body is None else None
            except TimeoutError:
                problem = _TOO_SLOW
        if problem is not None:
            await as_answer(problem)(scope, receive, send)
        else:
            await self._app(scope, receive if body is None else _again(body, receive), send)


def _declared(scope: Scope) -> int:
    """Return how many bytes a request says that it brings; 1 where it does not say how many."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else LARGEST_BODY + 1
        if name == b"transfer-encoding":
            return 1
    return 0


async def _body(receive: Receive) -> deque[Message] | None:
    """Return the messages that bring the body; None when it is too large."""
    messages: deque[Message] = deque()
    got = 0
    while True:
        message = await receive()
        messages.append(message)
        got += len(message.get("body", b""))
        if got > LARGEST_BODY:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return messages


def _again(body: deque[Message], receive: Receive) -> Receive:
    async def received() -> Message:
        return body.popleft() if body else await receive()

    return received
