"""Whether one text is what a search asks for: the search language without an index.

The index follows the grouping at some distance and is never asked by alerts; a test holds both answers together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.alert_facts import ArticleFacts, StoryFacts
from storage.search_index import indexed
from storage.search_query import AllOf, AnyOf, Filters, Phrase, Query, Term


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The words of a title and of a body, as the index would hold them."""

    title: tuple[str, ...]
    body: tuple[str, ...]


def indexed_text(title: str, body: str) -> IndexedText:
    """Return prepared words, joined by blanks, as the index would hold them."""
    return IndexedText(tuple(indexed(title)), tuple(indexed(body)))


def finds(query: Query, article: ArticleFacts, story: StoryFacts, text: Callable[[], IndexedText]) -> bool:
    """Say whether a search would show this article of a story; `text` is read only when the filters let it pass."""
    return _passes(query.filters, article, story) and (query.term is None or _holds(query.term, text()))


def _passes(filters: Filters, article: ArticleFacts, story: StoryFacts) -> bool:
    return (
        (not filters.sources or article.source_id in filters.sources)
        and (not filters.wires or not article.wires.isdisjoint(filters.wires))
        and (filters.since is None or article.published_at >= filters.since)
        and (filters.until is None or article.published_at < filters.until)
        and story.sources >= filters.min_sources
    )


def _holds(term: Term, text: IndexedText) -> bool:
    match term:
        case Phrase():
            # What the query has of a word is cut where the index cuts it.
            words = tuple(indexed(" ".join(term.words)))
            return _stands_in(words, text.title) or (not term.title and _stands_in(words, text.body))
        case AnyOf():
            return any(_holds(choice, text) for choice in term.choices)
        case AllOf():
            wanted = all(_holds(one, text) for one in term.wanted)
            return wanted and not any(_holds(one, text) for one in term.unwanted)


def _stands_in(words: Sequence[str], text: Sequence[str]) -> bool:
    size = len(words)
    return any(text[place : place + size] == words for place in range(len(text) - size + 1))
