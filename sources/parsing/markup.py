"""The text of a document before the parser: what kind it is, and small damage mended."""

import re
from dataclasses import dataclass

# A feed starts within the first lines; warnings that a server prints before it are a few kilobytes.
_REACH = 65_536
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})")
_FEED_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|rdf|feed)[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|rdf|feed)\s*>", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^>]{0,200}>\s*([^<]{1,200})", re.IGNORECASE)
_BLANKS = re.compile("[\ufeff \t\r\n\x00]*")
_PAGE_ROOTS = frozenset({"html", "head", "body"})
# These may also stand before a feed, printed by a server in trouble.
_PIECE_ROOTS = frozenset({"script", "div", "p", "br", "b", "title", "meta"})
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,30})|([0-9]{1,30}));?")
_LEGAL_CONTROLS = (0x9, 0xA, 0xD)
_FIRST_LEGAL, _LAST_LEGAL = 0x20, 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>", re.IGNORECASE)
# The tolerant parser ends "AT&T" with a semicolon that nobody wrote.
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,300};)")
# feedparser files the caption of a picture under the item's own description: give it a name that it ignores.
_CAPTION = re.compile(r"(</?media:)(?=description[\s>])")
_MARKUP_DECLARATION = re.compile(r"<!(?=DOCTYPE|ENTITY)|\]>", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}\?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mended:
    """A document fit for the XML parser, and what was done to it."""

    text: str
    repairs: tuple[str, ...]
    shortened: bool
    """Whether entries beyond the limit were left out."""


def why_no_feed(text: str) -> str | None:
    """Say what a text is when it is no XML feed, or None when it is worth parsing as one."""
    root = _root_element(text)
    if root in _FEED_ROOTS or (root not in _PAGE_ROOTS and _FEED_ROOT.search(text, 0, _REACH) is not None):
        return None
    if root in _PAGE_ROOTS | _PIECE_ROOTS or re.search(r"<!doctype\s+html", text[:_REACH], re.IGNORECASE):
        title = _HTML_TITLE.search(text, 0, _REACH)
        return f"an HTML page, not a feed: {title[1].strip()!r}" if title else "an HTML page, not a feed"
    if root is not None:
        return f"XML of another kind: its root is <{root}>"
    return "plain text, not a feed"


def mend(text: str, max_entries: int) -> Mended:
    """Take off what keeps an honest feed from being parsed strictly.

    That is: text before the prolog, characters and references that XML forbids, ampersands that mean themselves,
    entries beyond `max_entries` (the parser needs seconds for thousands), and the prolog itself, whose charset is
    settled.
    """
    repairs: list[str] = []
    start = _start(text)
    if text[:start].strip("\ufeff \t\r\n"):
        repairs.append("text before the document dropped")
    text = text[start:]
    if _ILLEGAL.search(text) is not None:
        text = _ILLEGAL.sub("", text)
        repairs.append("control characters dropped")
    replaced = _NUMERIC.sub(_legal_reference, text)
    if replaced != text:
        text = replaced
        repairs.append("impossible character references replaced")
    escaped = _bare_ampersands_escaped(text)
    if escaped != text:
        text = escaped
        repairs.append("bare ampersands escaped")
    shortened = _first_entries(text, max_entries)
    if shortened is not None:
        text = shortened
        repairs.append(f"only the first {max_entries} entries read")
    text = _doctype_on_lines(_DECLARATION.sub("", text, count=1))
    return Mended(_CAPTION.sub(r"\1x-", text), tuple(repairs), shortened is not None)


def has_end(text: str) -> bool:
    """Tell whether a document's root element is closed, so that nothing can be missing at its end."""
    return _ROOT_END.search(text, max(0, len(text) - _REACH)) is not None


def cut_off(text: str) -> bool:
    """Tell whether a document ends inside an item, so that its last entry is incomplete."""
    tail = text.rstrip()
    opened = max((found.start() for found in _ITEM_START.finditer(tail)), default=-1)
    empty = opened >= 0 and tail.endswith("/", opened, max(tail.find(">", opened), opened))
    return opened >= 0 and not empty and _ITEM_END.search(tail, opened) is None


def _root_element(text: str) -> str | None:
    """Walk over prolog, comments and document type to the first element's local name, lower case."""
    text, at = text[:_REACH], 0
    while True:
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr] # it matches nothing at least
        if text.startswith("<!--", at):
            end = text.find("-->", at)
            at = end + 3
        elif text.startswith(("<?", "<!"), at):
            # A document type may hold declarations in brackets.
            bracket, end = text.find("[", at), text.find(">", at)
            if 0 <= bracket < end and text.startswith("<!", at):
                end = text.find(">", max(text.find("]", bracket), bracket))
            at = end + 1
        else:
            found = _ROOT.match(text, at)
            return found[1].lower() if found else None
        if end < 0:
            return None


def _start(text: str) -> int:
    prolog = text.find("<?xml ", 0, _REACH)
    root = _FEED_ROOT.search(text, 0, _REACH)
    if prolog >= 0 and (root is None or prolog < root.start()):
        return prolog
    first = text.find("<", 0, _REACH)
    if root is not None and first >= 0 and not text.startswith(("<!", "<?"), first):
        return root.start()
    return max(first, 0)


def _legal_reference(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    legal = (code in _LEGAL_CONTROLS or _FIRST_LEGAL <= code <= _LAST_LEGAL) and code not in _SURROGATES
    return found[0] if legal else "\ufffd"


def _bare_ampersands_escaped(text: str) -> str:
    """Write `&amp;` where an ampersand begins no reference; in CDATA it stands for itself."""
    first, *others = text.split("<![CDATA[")
    pieces = [_BARE_AMPERSAND.sub("&amp;", first)]
    for piece in others:
        inside, end, outside = piece.partition("]]>")
        pieces.append(inside + end + _BARE_AMPERSAND.sub("&amp;", outside))
    return "<![CDATA[".join(pieces)


def _doctype_on_lines(text: str) -> str:
    # feedparser strips a document type only where it and its entities begin their lines.
    root = _FEED_ROOT.search(text, 0, _REACH)
    head = text[: root.start()] if root else ""
    if "<!" not in head:
        return text
    return _MARKUP_DECLARATION.sub(r"\n\g<0>", head) + text[len(head) :]


def _first_entries(text: str, max_entries: int) -> str | None:
    for number, found in enumerate(_ITEM_START.finditer(text), start=1):
        if number > max_entries:
            root = _ROOT.search(text)
            name = text[root.start() + 1 : root.end()] if root else "rss"
            closing = f"</channel></{name}>" if name.lower() == "rss" else f"</{name}>"
            return text[: found.start()] + closing
    return None
