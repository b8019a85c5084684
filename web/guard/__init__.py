"""What stands before every route: who is served, how much, how long, and what every answer carries.

Plain ASGI, layer by layer, since an answer may be a stream that never ends. From the outside in: headers, foreign
hosts, foreign scripts, too many requests, requests that are too large, HEAD, questions that were
just answered, time, and what nobody foresaw.
"""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from web.guard.arriving import Arriving
from web.guard.client_address import ClientAddress
from web.guard.faults import Faults
from web.guard.head import Head
from web.guard.headers import Headers
from web.guard.host import OwnHost
from web.guard.rate_limit import RateLimit
from web.guard.same_answer import SameAnswer
from web.guard.time_limit import TimeLimit
from web.parts import Parts

_READ_BY_SCRIPTS = ("ETag", "Last-Modified", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After")


def guard(app: FastAPI, parts: Parts) -> None:
    """Put the layers around an application."""
    settings = parts.settings
    # What is added last stands outermost.
    app.add_middleware(Faults)
    app.add_middleware(TimeLimit)
    if settings.open_reading:
        app.add_middleware(SameAnswer, engine=parts.engine)
    app.add_middleware(Head)
    app.add_middleware(Arriving)
    if settings.requests_a_minute:
        app.add_middleware(
            RateLimit,
            requests_a_minute=settings.requests_a_minute,
            address=ClientAddress(behind_proxy=settings.public_url is not None),
        )
    if settings.allow_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allow_origins,
            allow_methods=("GET", "HEAD"),
            allow_headers=("Authorization", "If-None-Match", "If-Modified-Since", "Last-Event-ID"),
            expose_headers=_READ_BY_SCRIPTS,
        )
    if settings.open_reading:
        app.add_middleware(OwnHost, public_url=settings.public_url)
    app.add_middleware(Headers, https=bool(settings.public_url and settings.public_url.startswith("https:")))
