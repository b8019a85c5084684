"""The tables, as classes with typed columns. Statements are written with them in SQLAlchemy Core.

A comment on every table and column says what it means; PostgreSQL stores the comments too.
"""

from storage.schema.alerts import ALERT_STATES, Alert, Unweighed
from storage.schema.articles import Article, Sighting, Version
from storage.schema.bodies import Body
from storage.schema.catalogue import OUTCOMES, Feed, Fetch, Host, Lease, Source
from storage.schema.clusters import EVENT_KINDS, MATCH_KINDS, Cluster, Event, Match, StreamCounts
from storage.schema.corrections import CORRECTION_KINDS, OPEN, Correction, CorrectionArticle, CorrectionCluster
from storage.schema.identity import StoreIdentity
from storage.schema.kept_bodies import KeptBody, KeptFetch
from storage.schema.pages import PAGE_OUTCOMES, Page
from storage.schema.search import SearchState, Unindexed
from storage.schema.table import StoreTable, aliased
from storage.schema.wire import CREDIT_KINDS, CREDIT_PLACES, Credit

metadata = StoreTable.metadata

__all__ = [
    "ALERT_STATES",
    "CORRECTION_KINDS",
    "CREDIT_KINDS",
    "CREDIT_PLACES",
    "EVENT_KINDS",
    "MATCH_KINDS",
    "OPEN",
    "OUTCOMES",
    "PAGE_OUTCOMES",
    "Alert",
    "Article",
    "Body",
    "Cluster",
    "Correction",
    "CorrectionArticle",
    "CorrectionCluster",
    "Credit",
    "Event",
    "Feed",
    "Fetch",
    "Host",
    "KeptBody",
    "KeptFetch",
    "Lease",
    "Match",
    "Page",
    "SearchState",
    "Sighting",
    "Source",
    "StoreIdentity",
    "StoreTable",
    "StreamCounts",
    "Unindexed",
    "Unweighed",
    "Version",
    "aliased",
    "metadata",
]
