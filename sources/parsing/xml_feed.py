"""RSS, RDF and Atom through feedparser."""

import io
import warnings
from dataclasses import replace
from time import struct_time
from typing import Any

import feedparser

from sources.outcome import Outcome, ParseFailed
from sources.parsing.entities import unfolds_too_far
from sources.parsing.html_text import html_text, line_text, plain_text, storable
from sources.parsing.items import RawItem
from sources.parsing.markup import Mended, cut_off, has_end, mend, why_no_feed
from sources.parsing.plain_rss import read_plain_rss
from sources.parsing.raw_feed import LONGEST_AUTHOR, RawFeed, slowest_update_s

# The text is UTF-8 by now, whatever the document says. No base address: feedparser would bend guids with it.
_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def read_xml_feed(text: str, max_entries: int) -> RawFeed:
    """Read an XML feed, mending what can be mended.

    Raises ParseFailed: not_a_feed for other documents, too_large for entity bombs, broken when nothing could be read.
    """
    other = why_no_feed(text)
    if other is not None:
        raise ParseFailed(Outcome.NOT_A_FEED, other)
    bomb = unfolds_too_far(text)
    if bomb is not None:
        raise ParseFailed(Outcome.TOO_LARGE, f"refused before parsing: {bomb}")
    mended = mend(text, max_entries)
    plain = read_plain_rss(mended.text)
    if plain is not None:
        return replace(plain, repairs=mended.repairs, complete=not mended.shortened)
    return read_any_xml(mended)


def read_any_xml(mended: Mended) -> RawFeed:
    """Read a mended document of whatever dialect with feedparser. Raises ParseFailed: broken, not_a_feed."""
    parsed = _parse(mended.text)
    repairs = list(mended.repairs)
    entries = list(parsed["entries"])
    complete = not mended.shortened
    if parsed["bozo"]:
        repairs.append("broken XML read tolerantly")
        complete = complete and has_end(mended.text)
        if cut_off(mended.text):
            # Its text ends somewhere in the middle: better late than a version that nobody published.
            repairs.append("cut off: the last entry left out")
            entries = entries[:-1]
        if not entries:
            reason = _plain(str(parsed.get("bozo_exception", "")))
            raise ParseFailed(Outcome.BROKEN, f"no entry could be read: {reason or 'broken XML'}")
    if not entries and not parsed["version"]:
        raise ParseFailed(Outcome.NOT_A_FEED, "XML without the elements of a feed")
    kind = parsed["version"] or "xml"
    items = tuple(_item(entry, atom=kind.startswith("atom")) for entry in entries)
    feed = parsed["feed"]
    return RawFeed(
        line_text(_string(feed, "title")) or None,
        kind,
        items,
        tuple(repairs),
        complete,
        slowest_update_s(_string(feed, "ttl"), _string(feed, "sy_updateperiod"), _string(feed, "sy_updatefrequency")),
    )


def _parse(text: str) -> Any:  # noqa: ANN401 - feedparser has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # Always a stream: feedparser opens a file or an address when the bytes or the text look like one.
            return feedparser.parse(
                io.BytesIO(text.encode("utf-8", "replace")),
                response_headers=_HEADERS,
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Stray end tags and impossible references trip it: </media:player> alone is enough.
            reason = f"no entry could be read: the parser tripped ({type(error).__name__}: {error})"
            raise ParseFailed(Outcome.BROKEN, reason) from None


def _item(entry: Any, *, atom: bool) -> RawItem:  # noqa: ANN401
    # dict.get, since feedparser's own pretends that `updated` is there when only `published` is.
    published, updated = _string(entry, "published") or None, _string(entry, "updated") or None
    published_parsed, updated_parsed = _parsed_date(entry, "published"), _parsed_date(entry, "updated")
    if published is None and not atom:
        # dc:date, the only date of RSS 1.0, is filed as the time of change; it is the time of publication.
        published, updated = updated, None
        published_parsed, updated_parsed = updated_parsed, None
    guid, link = storable(_string(entry, "id")).strip(), storable(_string(entry, "link")).strip()
    if link == guid and not guid.startswith(("http://", "https://", "/")):
        # A guid without isPermaLink="false" counts as a link, also where it is a plain number.
        link = ""
    # Without its detail the summary is feedparser's copy of the content.
    described = "summary_detail" in entry
    return RawItem(
        guid=guid,
        link=link,
        title=" ".join(_text(entry, "title").split()),
        summary=_text(entry, "summary") if described else "",
        content=max((_value(part) for part in dict.get(entry, "content", ())), key=len, default=""),
        published=published,
        updated=updated,
        published_parsed=published_parsed,
        updated_parsed=updated_parsed,
        author=line_text(_string(entry, "author"))[:LONGEST_AUTHOR],
        categories=tuple(line_text(str(tag.get("term") or "")) for tag in dict.get(entry, "tags", ())),
    )


def _text(entry: Any, name: str) -> str:  # noqa: ANN401
    detail = dict.get(entry, f"{name}_detail") or {}
    return _readable(_string(entry, name), str(detail.get("type") or "text/html"))


def _value(part: Any) -> str:  # noqa: ANN401
    kind = str(part.get("type") or "text/html")
    readable = kind.startswith("text/") or kind.endswith(("xml", "html"))
    return _readable(_string(part, "value"), kind) if readable else ""


def _readable(value: str, kind: str) -> str:
    # Much that is declared as plain is not; a closing tag gives it away.
    if kind == "text/plain" and "</" not in value and "<br" not in value.lower():
        return plain_text(value)
    return html_text(value)


def _string(mapping: Any, name: str) -> str:  # noqa: ANN401
    value = dict.get(mapping, name)
    return value if isinstance(value, str) else ""


def _parsed_date(entry: Any, name: str) -> struct_time | None:  # noqa: ANN401
    value = dict.get(entry, f"{name}_parsed")
    return value if isinstance(value, struct_time) else None


def _plain(text: str) -> str:
    return " ".join(text.split())
