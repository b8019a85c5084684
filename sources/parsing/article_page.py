"""An article's page, from bytes to the text of the article. Runs in a parser worker only: pages are hostile too."""

import copy

import trafilatura
from trafilatura.settings import DEFAULT_CONFIG

from sources.outcome import Outcome, ParseFailed
from sources.parsing.decode import decode
from sources.parsing.html_text import plain_text
from sources.parsing.mojibake import undo

# An honest page of news is under a megabyte; extraction takes seconds for one of five.
_LONGEST = 4_000_000
# Not HTML, whatever it is: a picture or a document that is fetched by mistake.
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF")
# The headline is the title that the feed gives; a share bar is told by its class, and by being short: themes put such
# classes on whole articles too.
_AROUND = [
    "//h1",
    "//*[contains(@class, 'share') or contains(@class, 'social')][string-length(normalize-space(.)) < 200]",
]
# Below so many letters trafilatura (250 of its own) takes the whole page for the text, menus and all. News is short:
# two sentences have a hundred letters.
_SETTINGS = copy.deepcopy(DEFAULT_CONFIG)
_SETTINGS["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "100"


def article_text(body: bytes, content_type: str | None, url: str) -> str:
    """Return the text of the article that a page shows, one paragraph a line.

    Raises ParseFailed: not_a_feed for what is no page, too_large, empty for a page in which no article is found.
    """
    if body.lstrip().startswith(_BINARY):
        raise ParseFailed(Outcome.NOT_A_FEED, "no page but a picture or a document")
    markup = decode(body, content_type).text
    if len(markup) > _LONGEST:
        raise ParseFailed(Outcome.TOO_LARGE, f"a page of more than {_LONGEST} characters")
    if "<" not in markup:
        raise ParseFailed(Outcome.NOT_A_FEED, "no page but plain text")
    found = trafilatura.extract(
        markup,
        url=url,
        include_comments=False,
        include_tables=False,
        include_formatting=False,
        prune_xpath=_AROUND,
        config=_SETTINGS,
    )
    text = plain_text(undo(found or "").text)
    if not text:
        raise ParseFailed(Outcome.EMPTY, "no article is found in the page")
    return text
