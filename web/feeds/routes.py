"""The addresses of the feeds."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from storage.catalogue import active_feeds
from storage.cluster_list import list_clusters
from storage.identity import identity_of
from web.access import require_feed_reading
from web.api.cursor import place_text, read_place
from web.api.errors import errors
from web.asking import AppParts, Store
from web.conditional import answer
from web.feeds.atom import write_atom
from web.feeds.build import build
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

Write = Callable[[Document], bytes]
Choice = Annotated[FeedQuery, Query()]


def feed_routes() -> APIRouter:
    """Return the routes under /feeds."""
    may_happen = errors(401, 422, 429, 503, 504)
    router = APIRouter(
        prefix="/feeds", tags=["feeds"], dependencies=[Depends(require_feed_reading)], responses=may_happen
    )
    memory = KindMemory()

    def stories(
        request: Request, parts: Parts, conn: Connection, query: FeedQuery, form: FeedForm, write: Write
    ) -> Response:
        place = read_place(query.cursor, query.order) if query.cursor else None
        found = list_clusters(conn, query.filters(parts), query.order, query.limit, place)
        following = place_text(query.order, found.end) if found.end else None
        identity = identity_of(conn)
        document = build(
            read_stories(conn, identity.uuid, found.clusters, memory),
            query,
            form,
            identity=identity,
            base=base_of(request, parts),
            version=parts.version,
            cursor=following,
        )
        return answer(request, write(document), f"{form.media_type}; charset=utf-8", modified=document.updated)

    @router.get("/clusters.atom", operation_id="atom_feed", summary="Stories as Atom", **_documented(ATOM.media_type))
    def atom(request: Request, parts: AppParts, store: Store, query: Choice) -> Response:
        """One entry a story: its outlets with their links and times, and what changed (RFC 4287)."""
        return stories(request, parts, store, query, ATOM, write_atom)

    @router.get("/clusters.rss", operation_id="rss_feed", summary="Stories as RSS", **_documented(RSS.media_type))
    def rss(request: Request, parts: AppParts, store: Store, query: Choice) -> Response:
        """One item a story, as RSS 2.0."""
        return stories(request, parts, store, query, RSS, write_rss)

    @router.get(
        "/clusters.json", operation_id="json_feed", summary="Stories as JSON Feed", **_documented(JSON_FEED.media_type)
    )
    def json_feed(request: Request, parts: AppParts, store: Store, query: Choice) -> Response:
        """One item a story, as JSON Feed 1.1."""
        return stories(request, parts, store, query, JSON_FEED, write_json_feed)

    @router.get("/sources.opml", operation_id="sources_opml", summary="The outlets' feeds as OPML", **_documented(OPML))
    def sources(request: Request, store: Store) -> Response:
        """Every feed that is fetched, for feed readers to import (OPML 2.0)."""
        feeds = (Subscription(feed.source_name, feed.url, feed.homepage, feed.category) for feed in active_feeds(store))
        return answer(request, write_opml(feeds, "رواية: المصادر"), f"{OPML}; charset=utf-8")

    return router


def base_of(request: Request, parts: Parts) -> str:
    """Return the address of this server as readers know it, without a slash at its end."""
    return parts.settings.public_url or str(request.base_url).rstrip("/")


def _documented(media_type: str) -> dict[str, Any]:
    """Return what the OpenAPI document says of the answer."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {"response_class": Response, "responses": {200: {"description": "The document.", "content": content}}}
