"""What the routes of the pages get at."""

from typing import Annotated

from fastapi import Depends, Request

from web.pages.reader import Reader
from web.pages.site import Site, reader_for


async def _site(request: Request) -> Site:
    return site_of(request)


async def _reader(request: Request) -> Reader:
    return reader_for(request)


def site_of(request: Request) -> Site:
    """Return what all pages share."""
    site = request.app.state.site
    assert isinstance(site, Site)  # noqa: S101 - install_pages put it there
    return site


ThisSite = Annotated[Site, Depends(_site)]
ThisReader = Annotated[Reader, Depends(_reader)]

GREATEST_ID = 2**63 - 1
"""The largest id that a store can hold."""


def own_address(address: str) -> str:
    """Return an address to go back to if it is one of this site, else that of the first page."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside and "\\" not in address else "/"
