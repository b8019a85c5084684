"""Only our own names are answered to where the server listens on this machine alone.

A page of somebody else can let its own name lead to 127.0.0.1 (DNS rebinding); its visitor's browser would then read
our pages for it. The browser still names the host that it believes to ask, and that one is not ours.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from web.problems import Problem, as_answer


def is_ours(host: str, public_url: str | None) -> bool:
    """Tell whether a Host header names this machine's loopback, or the host of the public address."""
    name = urlsplit(f"//{host}").hostname if host.isascii() and "/" not in host and "@" not in host else None
    if name is None:
        return False
    if name == "localhost" or (public_url is not None and name == urlsplit(public_url).hostname):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class OwnHost:
    """Refuses requests for another host."""

    def __init__(self, app: ASGIApp, *, public_url: str | None) -> None:
        self._app = app
        self._public_url = public_url
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] == "http":
            named = [value for name, value in scope["headers"] if name == b"host"]
            if len(named) != 1 or not self._ours(named[0]):
                detail = (
                    "This server listens on this machine alone and answers to localhost, 127.0.0.1, [::1] and the host "
                    "of web.public_url."
                )
                await as_answer(Problem("wrong-host", detail))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _ours(self, host: bytes) -> bool:
        if host in self._known:
            return True
        try:
            ours = is_ours(host.decode("ascii"), self._public_url)
        except ValueError:  # an address in brackets that is none
            return False
        # People come by one or two names; whoever tries many need not fill our memory.
        if ours and len(self._known) < 16:  # noqa: PLR2004 - as said above
            self._known.add(host)
        return ours
