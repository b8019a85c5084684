"""The addresses of the feeds."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from storage.catalogue import active_feeds
from storage.cluster_list import list_clusters
from storage.identity import identity_of
from web.asking import AppParts, Store
from web.feeds.atom import write_atom
from web.feeds.build import build
from web.feeds.conditional import Validators, is_fresh, validators
from web.feeds.document import Document
from web.feeds.json_feed import write_json_feed
from web.feeds.kinds import KindMemory
from web.feeds.links import ATOM, JSON_FEED, RSS, FeedForm
from web.feeds.opml import MEDIA_TYPE as OPML
from web.feeds.opml import Subscription, write_opml
from web.feeds.query import FeedQuery
from web.feeds.rss import write_rss
from web.feeds.story import read_stories
from web.parts import Parts

SHARED_S = 60
"""How long an answer may be shown again without asking; readers that come every few minutes always ask."""

Write = Callable[[Document], bytes]
Choice = Annotated[FeedQuery, Query()]


def feed_routes() -> APIRouter:
    """Return the routes under /feeds."""
    router = APIRouter(prefix="/feeds", tags=["feeds"])
    memory = KindMemory()

    def stories(
        request: Request, parts: Parts, conn: Connection, query: FeedQuery, form: FeedForm, write: Write
    ) -> Response:
        filters, identity = query.filters(parts), identity_of(conn)
        found = list_clusters(conn, filters, query.order, query.limit)
        document = build(
            read_stories(conn, identity.uuid, found.clusters, memory),
            query,
            form,
            identity=identity,
            base=base_of(request, parts),
            version=parts.version,
        )
        body = write(document)
        return _answer(request, parts, body, form.media_type, validators(body, document.updated, parts.now()))

    @router.get("/clusters.atom", summary="Stories as Atom", response_class=Response, responses=_told(ATOM.media_type))
    def atom(request: Request, parts: AppParts, store: Store, query: Choice) -> Response:
        """One entry a story: its outlets with their links and times, and what changed (RFC 4287)."""
        return stories(request, parts, store, query, ATOM, write_atom)

    @router.get("/clusters.rss", summary="Stories as RSS", response_class=Response, responses=_told(RSS.media_type))
    def rss(request: Request, parts: AppParts, store: Store, query: Choice) -> Response:
        """One item a story, as RSS 2.0."""
        return stories(request, parts, store, query, RSS, write_rss)

    @router.get(
        "/clusters.json", summary="Stories as JSON Feed", response_class=Response, responses=_told(JSON_FEED.media_type)
    )
    def json_feed(request: Request, parts: AppParts, store: Store, query: Choice) -> Response:
        """One item a story, as JSON Feed 1.1."""
        return stories(request, parts, store, query, JSON_FEED, write_json_feed)

    @router.get("/sources.opml", summary="The sources as OPML", response_class=Response, responses=_told(OPML))
    def sources(request: Request, parts: AppParts, store: Store) -> Response:
        """Every feed that is fetched, for feed readers to import (OPML 2.0)."""
        feeds = (Subscription(feed.source_name, feed.url, feed.homepage, feed.category) for feed in active_feeds(store))
        body = write_opml(feeds, "رواية: المصادر")
        return _answer(request, parts, body, OPML, validators(body, None, parts.now()))

    return router


def base_of(request: Request, parts: Parts) -> str:
    """Return the address of this server as readers know it, without a slash at its end."""
    return parts.settings.public_url or str(request.base_url).rstrip("/")


def _answer(request: Request, parts: Parts, body: bytes, media_type: str, valid: Validators) -> Response:
    # What needs a token must not lie in a cache that serves others.
    audience = "public" if parts.settings.open_reading else "private"
    kept = {**valid.headers(), "Cache-Control": f"{audience}, max-age={SHARED_S}"}
    if is_fresh(valid, request.headers.get("if-none-match"), request.headers.get("if-modified-since")):
        return Response(status_code=304, headers=kept)
    return Response(body, headers={**kept, "Content-Type": f"{media_type}; charset=utf-8"})


def _told(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says of the answers."""
    return {
        200: {"description": "The document", "content": {media_type: {"schema": {"type": "string"}}}},
        304: {"description": "The reader has it already"},
    }
