"""HEAD: what GET would answer, without the content."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASKED_BY_HEAD = "riwaya.head"
"""Stands in the scope of such a request, for answers that never end."""


class Head:
    """Serves HEAD wherever GET is served."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", ASKED_BY_HEAD: True}, receive, sent)
