"""What a search finds."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from clustering.snippet import Snippet, snippet
from storage.search import SearchHit
from storage.search_query import Query
from web.moments import moment
from web.shapes import Moment, documented


@documented
class Hit(TypedDict):
    """An article of which a text holds what is searched for."""

    article: int
    """Its id."""
    cluster: int | None
    """The story it is in; null until it is grouped."""
    source: str
    """The outlet's id."""
    url: str | None
    """Its link, as the feed gave it: text of somebody else."""
    title: str
    """The headline of the text that was found."""
    published: Moment | None
    """When the outlet claims to have published it."""
    snippet: str
    """A passage of the text in its own spelling: the words that were searched for and those around them."""
    hits: Sequence[Sequence[int]]
    """The words of the passage that were searched for: first character and one past the last, each."""


def hit_shape(hit: SearchHit, excerpt: Snippet) -> Hit:
    """Return an article that was found, with the passage that shows it."""
    return {
        "article": hit.article_id,
        "cluster": hit.cluster_id,
        "source": hit.source_id,
        "url": hit.url,
        "title": hit.title,
        "published": moment(hit.published_at),
        "snippet": excerpt.text,
        "hits": excerpt.hits,
    }


def passage(hit: SearchHit, query: Query) -> Snippet:
    """Return the passage of a text that shows the words."""
    return snippet(hit.text or hit.summary, query.words())
