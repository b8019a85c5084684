"""Whether the text that was found in a page is the article that the feed speaks of, and more of it."""

import re

from clustering.fold import fold, words
from clustering.furniture import without_furniture
from sources.article_page import PageOutcome

SHARE = 0.5
"""Of the feed's words so many stand in the article's page. Titles are reworded and summaries cut, yet more than half
of their words come back; a wall, a notice or a list of other news has few of them. Of 3,000 real articles with their
feeds' summaries 1.4 % have fewer, of 3,000 summaries with the text of another article of the hour 0.3 % as many."""

_FEWEST_LETTERS = 3
"""Of a word that tells anything; shorter ones are particles."""

_ARTICLE = re.compile("(?:[وف]?[بك]?ال|[وف]?لل)")


def chosen_text(title: str, feed_text: str, page_text: str) -> tuple[PageOutcome, str]:
    """Return READ and the page's text without the page's furniture, or why it is not taken and nothing.

    `feed_text` is the fullest that the feed gave; texts have one paragraph a line.
    """
    told = _telling(f"{title}\n{feed_text}")
    if len(told & _telling(page_text)) < SHARE * len(told):
        return PageOutcome.OTHER_TEXT, ""
    text = _without_title(without_furniture(page_text), title)
    if len(fold(text)) <= len(fold(feed_text)):
        return PageOutcome.NO_FULLER, ""
    return PageOutcome.READ, text


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if fold(first) == fold(title) else text


def _telling(text: str) -> set[str]:
    return {_bare(word) for word in words(text) if len(word) >= _FEWEST_LETTERS}


def _bare(word: str) -> str:
    """Return a word without what its place in the sentence adds: the article with what clings to it, an accusative."""
    before = _ARTICLE.match(word)
    if before and len(word) - before.end() >= _FEWEST_LETTERS:
        word = word[before.end() :]
    return word[:-1] if word.endswith("ا") and len(word) > _FEWEST_LETTERS else word
