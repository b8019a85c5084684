"""What outlets said, made fit for a feed: text that every format can hold and that disturbs nothing around it."""

import re
from urllib.parse import quote, urlsplit

LONGEST_TITLE = 300
"""Characters. Headlines have a hundred; what has a thousand is an attack or an accident."""

_LONGEST_URL = 4_000
"""Characters. Browsers and readers take no longer addresses for links."""

# What XML 1.0 has no place for, and the control characters and non-characters it only advises against.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
# Embeddings, overrides and isolates: one left open turns whatever stands behind it around. Marks of a single place
# (U+200E, U+200F, U+061C) reach no further and stay.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_IN_URL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\xa0\u2028\u2029\u200b-\u200f\u061c]")


def clean(text: str, longest: int | None = None) -> str:
    """Return a text as one line without what a feed cannot hold; cut at `longest` characters."""
    if longest is not None:
        text = text[: 4 * longest]  # a title of a megabyte costs no more than another
    text = " ".join(_TURNING.sub("", _FORBIDDEN.sub("", text)).split())
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def web_address(url: str | None) -> str | None:
    """Return an address that may be followed, with nothing in it that ends an attribute; None for any other.

    One with a login before its host (https://almarfa.example@elsewhere.example) is there to deceive.
    """
    if url is None or len(url) > _LONGEST_URL:
        return None
    url = url.strip()
    if _FORBIDDEN.search(url) or _TURNING.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or set("\\@") & set(parts.netloc):
        return None
    return _NOT_IN_URL.sub(lambda found: quote(found.group()), url)
