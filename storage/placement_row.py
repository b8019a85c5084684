"""Where the clusterer put a version, and why, as the store takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.search_index import SearchText
from storage.wire import CreditRow

ACCEPTED_KINDS = ("copy", "revision")
"""The kinds of matches that say two versions are one story; the others relate a round-up and its item."""


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A comparison worth keeping with another version. `score` is in 0..1; the figures must be finite."""

    other_version_id: int
    kind: str
    score: float
    figures: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class HeadChange:
    """A figure or a name of the title or the lead that stands where the article's text before had another."""

    place: str
    sort: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Placement:
    """One version's place.

    `founded` says that `cluster_id` is new. `merges` names the younger clusters that `cluster_id` takes over because
    of this version. `search_text` holds the words for the search index, into which they follow in a transaction of
    their own (`storage.search_queue`). `changes` are the figures and names of title and lead that differ from the
    article's text before.
    """

    version_id: int
    article_id: int
    cluster_id: int
    founded: bool
    dated_at: datetime
    fold_version: int
    signature: bytes
    search_text: SearchText
    matches: tuple[MatchRow, ...] = ()
    merges: tuple[int, ...] = ()
    credits: tuple[CreditRow, ...] = ()
    changes: tuple[HeadChange, ...] = ()
