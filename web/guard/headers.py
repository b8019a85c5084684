"""The headers that every answer carries, whatever it is: what a browser may do with it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script, style or picture but our own, none inside a page, and no page of ours inside another."""

_ALWAYS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    # Not no-referrer: browsers then hide the origin of our own forms, by which we know them.
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-frame-options": b"DENY",
}
_HTTPS = {b"strict-transport-security": b"max-age=31536000"}


class Headers:
    """Adds them; a header that an answer brings itself stays. `https` tells that people come over HTTPS alone."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._added = list((_ALWAYS | (_HTTPS if https else {})).items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                brought = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in self._added if one[0] not in brought)]
            await send(message)

        await self._app(scope, receive, sent)
