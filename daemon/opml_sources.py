"""Feeds of an OPML list as sources of the configuration."""

import re
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

import yaml

from sources.opml import OpmlFeed

_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_COMMON_LABELS = frozenset({"www", "feeds", "rss", "feed", "com", "net", "org", "co", "news", "arabic", "ar"})
"""Parts of a host name that do not tell one outlet from another."""
_LONGEST = 40  # letters of an id: people type it, and the configuration takes 64 with a number behind it


def sources_yaml(feeds: Iterable[OpmlFeed], country: str, taken: Collection[str]) -> str:
    """Write feeds as a `sources:` list, one source a site; ids are made of the host and differ from those `taken`."""
    sites: dict[str, list[OpmlFeed]] = {}
    for feed in feeds:
        site = urlsplit(feed.homepage or feed.url).hostname or urlsplit(feed.url).hostname or ""
        sites.setdefault(site.removeprefix("www."), []).append(feed)
    used = set(taken)
    sources = []
    for site, members in sites.items():
        source_id = _free_id(site, used)
        used.add(source_id)
        sources.append(
            {
                "id": source_id,
                "name": members[0].title or site,
                "homepage": members[0].homepage or f"https://{site}/",
                "country": country,
                "feeds": [
                    {"url": feed.url, "category": feed.category} if feed.category else {"url": feed.url}
                    for feed in members
                ],
            }
        )
    return yaml.safe_dump({"sources": sources}, allow_unicode=True, sort_keys=False)


def _free_id(site: str, used: Collection[str]) -> str:
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
