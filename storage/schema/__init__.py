"""The tables, as typed models. Statements are written with them in SQLAlchemy Core; nothing here loads ORM objects.

A comment on every table and column says what it means; PostgreSQL stores the comments too.
"""

from storage.schema.articles import Article, Sighting, Version
from storage.schema.base import Base
from storage.schema.catalogue import OUTCOMES, Feed, Fetch, Lease, Source
from storage.schema.clusters import EVENT_KINDS, Cluster, Event, Match
from storage.schema.wire import CREDIT_KINDS, CREDIT_PLACES, Credit

metadata = Base.metadata

__all__ = [
    "CREDIT_KINDS",
    "CREDIT_PLACES",
    "EVENT_KINDS",
    "OUTCOMES",
    "Article",
    "Base",
    "Cluster",
    "Credit",
    "Event",
    "Feed",
    "Fetch",
    "Lease",
    "Match",
    "Sighting",
    "Source",
    "Version",
    "metadata",
]
