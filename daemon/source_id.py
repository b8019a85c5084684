"""Ids for sources that come without one."""

import re
from collections.abc import Collection

_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_COMMON_LABELS = frozenset({"www", "feeds", "rss", "feed", "com", "net", "org", "co", "news", "arabic", "ar"})
"""Parts of a host name that do not tell one outlet from another."""
_LONGEST = 40  # letters of an id: people type it, and the configuration takes 64 with a number behind it


def free_id(site: str, used: Collection[str]) -> str:
    """Return an id made of a host name that is not `used`."""
    labels = _ascii(site).split(".")[:-1] or [site]
    telling = [label for label in labels if label not in _COMMON_LABELS] or labels
    base = _NOT_IN_ID.sub("-", "-".join(telling))[:_LONGEST].strip("-") or "source"
    candidate, number = base, 2
    while candidate in used:
        candidate, number = f"{base}-{number}", number + 1
    return candidate


def _ascii(site: str) -> str:
    try:
        return site.lower().encode("idna").decode()
    except UnicodeError:  # not a name that could be resolved, but its letters may still make an id
        return site.lower()
