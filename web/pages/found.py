"""What a search found: articles with the words marked, in the spelling of the outlet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from clustering.snippet import snippet
from storage.search import SearchHit
from web.pages.marked_text import Paragraph, Span, marked_paragraphs
from web.pages.outside_text import LONGEST_TITLE

PAGE = 20
"""Hits on a page."""

MOST_PAGES = 250
"""As far as one can turn: what the store ranks."""

_LONGEST = 20_000
"""Characters of a text in which the words are looked for."""


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that was found; title and passage with what was searched for marked."""

    article_id: int
    cluster_id: int | None
    source_id: str
    outlet: str
    url: str | None
    published: datetime | None
    title: tuple[Paragraph, ...]
    passage: tuple[Paragraph, ...]


def found_article(hit: SearchHit, words: Collection[str], outlets: Mapping[str, str]) -> FoundArticle:
    """Tell a hit."""
    return FoundArticle(
        article_id=hit.article_id,
        cluster_id=hit.cluster_id,
        source_id=hit.source_id,
        outlet=outlets.get(hit.source_id, hit.source_id),
        url=hit.url,
        published=hit.published_at,
        title=_marked(hit.title[:LONGEST_TITLE], words),
        passage=_marked((hit.text or hit.summary)[:_LONGEST], words),
    )


def _marked(text: str, words: Collection[str]) -> tuple[Paragraph, ...]:
    shown = snippet(text, words)
    return marked_paragraphs(shown.text, [Span(start, end, "hit") for start, end in shown.hits])
