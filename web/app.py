"""The application: the routes of the API, the pages and the feeds, behind what guards them."""

from fastapi import FastAPI

from storage.event_horizon import EventHorizon
from web.api import api_router
from web.api.description import TAGS, describe
from web.event_streams import EventStreams
from web.failures import answer_failures
from web.feeds.routes import feed_routes
from web.guard import guard
from web.health import health_routes
from web.pages.install import install_pages
from web.parts import Parts


def create_app(parts: Parts) -> FastAPI:
    """Build the application over a store."""
    app = FastAPI(
        title="riwaya",
        version=parts.version,
        summary="Stories of Arabic news feeds: who carried them, when, in which words, and what changed",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=TAGS,
        redirect_slashes=False,
        docs_url=None,  # both viewers of FastAPI load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.parts = parts
    app.state.event_horizon = EventHorizon(parts.engine)
    app.state.event_streams = EventStreams(parts, app.state.event_horizon)
    app.include_router(api_router())
    describe(app)
    answer_failures(app)
    app.include_router(health_routes())
    app.include_router(feed_routes())
    install_pages(app)
    guard(app, parts)
    return app
