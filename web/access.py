"""Who may read and who may write: the token for programs, a session for people in a browser.

A program sends `Authorization: Bearer TOKEN`; a feed reader, which cannot, the token as the password of HTTP Basic. A
person signs in with the token once and gets a cookie that says until when it holds, signed with a key that is derived
from the token: nothing is stored, and another token ends every session. What a cookie opens, a page of somebody else
could ask for in its visitor's name; so whatever is written with a cookie has to come from a page of ours.
"""

import hmac
import secrets
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from web.asking import parts_of
from web.parts import Parts, WebSettings
from web.problems import Problem, ProblemRaised, refuse

SESSION = timedelta(days=14)
"""How long a person stays signed in: an editor's fortnight; a lost laptop is answered by a new token."""

_KEY_OF = b"riwaya session, edition 1"
_LONGEST_COOKIE = 200

_BEARER = 'Bearer realm="riwaya"'
_BASIC = 'Basic realm="riwaya", charset="UTF-8"'


def token_fits(settings: WebSettings, given: str) -> bool:
    """Tell, in a time that does not depend on what is given, whether it is the token."""
    return settings.token is not None and hmac.compare_digest(_digest(given), _digest(settings.token))


def new_session(settings: WebSettings, now: datetime) -> str:
    """Return the value of a cookie that opens what the token opens, until SESSION from now is over."""
    assert settings.token is not None  # noqa: S101 - nobody signs in without one
    claim = f"{int((now + SESSION).timestamp())}.{secrets.token_hex(8)}"
    return f"{claim}.{_signature(settings.token, claim)}"


def session_holds(settings: WebSettings, value: str, now: datetime) -> bool:
    """Tell whether a cookie is one of ours, made with the present token, and not expired."""
    if settings.token is None or len(value) > _LONGEST_COOKIE:
        return False
    claim, _, signature = value.rpartition(".")
    if not hmac.compare_digest(_signature(settings.token, claim).encode(), signature.encode("utf-8", "replace")):
        return False
    return int(claim.partition(".")[0]) > now.timestamp()


def sign_in(response: Response, parts: Parts, token: str) -> bool:
    """Give a person a session if the token is right; tell whether it was."""
    if not token_fits(parts.settings, token):
        return False
    response.set_cookie(
        cookie_name(parts.settings),
        new_session(parts.settings, parts.now()),
        max_age=int(SESSION.total_seconds()),
        secure=_is_https(parts.settings),
        httponly=True,
        samesite="strict",
    )
    return True


def sign_out(response: Response, settings: WebSettings) -> None:
    """Take a person's session away."""
    response.delete_cookie(cookie_name(settings), secure=_is_https(settings), httponly=True, samesite="strict")


def cookie_name(settings: WebSettings) -> str:
    """Return the name of the cookie; the prefix makes browsers refuse one that another host or plain HTTP set."""
    return "__Host-riwaya" if _is_https(settings) else "riwaya"


def signed_in(request: Request) -> bool:
    """Tell whether a request brings the token or a session that holds."""
    return _has_token(request) or _has_session(request)


def from_our_page(request: Request) -> bool:
    """Tell whether a browser says that a page of ours makes this request.

    Every browser of today sends Sec-Fetch-Site; older ones send Origin with everything that is not GET.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return False
    public_url = parts_of(request).settings.public_url
    ours = {request.headers.get("host", "")} | ({urlsplit(public_url).netloc} if public_url else set())
    return urlsplit(origin).netloc.lower() in {host.lower() for host in ours if host}


async def require_reading(request: Request) -> None:
    """Let a request read, or raise the problem. A dependency of every route that reads."""
    if not parts_of(request).settings.open_reading and not signed_in(request):
        raise _no_token("Reading needs the token of this server, since it can be reached from elsewhere.")


async def require_feed_reading(request: Request) -> None:
    """Let a feed reader read, or raise the problem: it may also send the token as a password, with any name.

    For feeds alone. A browser sends a password that it knows with every request, a foreign page's too; that must never
    be enough to change something.
    """
    if not parts_of(request).settings.open_reading and not signed_in(request) and not _has_password(request):
        raise _no_token("A feed reader gives the token of this server as the password.", _BASIC)


async def require_writing(request: Request) -> None:
    """Let a request change something, or raise the problem. A dependency of every route that writes."""
    parts = parts_of(request)
    if parts.settings.token is None:
        raise refuse("read-only", "No token is configured (web.token), so nothing can be changed over HTTP.")
    if parts.desk is None:
        raise refuse("read-only", "This server only reads its store.")
    if _has_token(request):
        return
    if not _has_session(request):
        raise _no_token("Changing something needs the token of this server, or to be signed in.")
    if not from_our_page(request):
        raise refuse(
            "foreign-page", "A change with a session must come from a page of this server (Origin, Sec-Fetch-Site)."
        )


def _has_token(request: Request) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and token_fits(parts_of(request).settings, given.strip())


def _has_password(request: Request) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        _, _, password = b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        return False
    return token_fits(parts_of(request).settings, password)


def _has_session(request: Request) -> bool:
    parts = parts_of(request)
    value = request.cookies.get(cookie_name(parts.settings))
    return value is not None and session_holds(parts.settings, value, parts.now())


def _no_token(detail: str, challenge: str = _BEARER) -> ProblemRaised:
    return ProblemRaised(Problem("no-token", detail, headers={"WWW-Authenticate": challenge}))


def _is_https(settings: WebSettings) -> bool:
    return settings.public_url is not None and settings.public_url.startswith("https:")


def _digest(text: str) -> bytes:
    # Of equal length, so that comparing tells nothing of the length either.
    return sha256(text.encode("utf-8", "replace")).digest()


def _signature(token: str, claim: str) -> str:
    key = hmac.digest(token.encode("utf-8", "replace"), _KEY_OF, "sha256")
    return hmac.new(key, claim.encode("utf-8", "replace"), "sha256").hexdigest()
