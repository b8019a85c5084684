"""The pages as a part of the application."""

from fastapi import APIRouter, Depends, FastAPI

from web.access import require_reading
from web.pages.error_page import error_page
from web.pages.routes import article, correcting, outlets, search, session, settings, stories, story
from web.pages.site import Site
from web.pages.static_files import static_router


def install_pages(app: FastAPI) -> None:
    """Add the pages, their static files, and the page that tells what went wrong."""
    site = Site()
    app.state.site = site
    app.state.error_page = error_page
    pages = APIRouter(include_in_schema=False, dependencies=[Depends(require_reading)])
    for reading in (stories, story, article, search, outlets, correcting):
        pages.include_router(reading.router)
    # These are for whoever has no session yet.
    doors = APIRouter(include_in_schema=False)
    for door in (settings, session):
        doors.include_router(door.router)
    app.include_router(pages)
    app.include_router(doors)
    app.include_router(static_router(site.static))
