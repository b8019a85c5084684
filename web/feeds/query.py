"""Which stories a feed holds: the parameters of its address."""

from collections.abc import Collection
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from storage.cluster_list import Order
from web.cluster_query import ClusterQuery

USUAL_LIMIT = 50
MOST_ITEMS = 200
"""Of one document: some 300 KB."""


class FeedQuery(ClusterQuery):
    """A choice of stories, their order and how many."""

    order: Annotated[
        Order, Field(description="recent: changed last; size: most outlets; growth: most new articles.")
    ] = "recent"
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS, description="How many stories.")] = USUAL_LIMIT


def address_of(query: ClusterQuery, *, but: Collection[str] = ()) -> str:
    """Return the parameters, but some, as they stand in an address: in one order, and only those that are set."""
    return urlencode(query.model_dump(exclude_defaults=True, exclude=set(but)), doseq=True)
