"""Which stories a feed holds: the parameters of its address."""

from collections.abc import Collection
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from storage.cluster_list import Order
from web.api.cursor import LIMIT, Cursor, Limit
from web.cluster_query import ClusterQuery

PAGE_ONLY = ("limit", "cursor")
"""Parameters that choose a part of the feed and make no other feed of it."""


class FeedQuery(ClusterQuery):
    """A choice of stories, their order, and which part of them."""

    order: Annotated[Order, Field(description="Newest text first, most outlets first, or most new articles first.")] = (
        "recent"
    )
    limit: Limit = LIMIT
    cursor: Cursor = None


def address_of(query: ClusterQuery, *, but: Collection[str] = ()) -> str:
    """Return the parameters, but some, as they stand in an address: in one order, and only those that are set."""
    told = query.model_dump(exclude_defaults=True, exclude=set(but))
    # Half a character comes from no keyboard, and stands in no address.
    return urlencode(told, doseq=True, errors="replace")
