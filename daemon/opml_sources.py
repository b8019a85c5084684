"""Feeds of an OPML list as sources of the configuration."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

import yaml

from daemon.source_id import free_id
from sources.opml import OpmlFeed


def sources_yaml(feeds: Iterable[OpmlFeed], country: str, taken: Collection[str]) -> str:
    """Write feeds as a `sources:` list, one source a site; ids are made of the host and differ from those `taken`."""
    sites: dict[str, list[OpmlFeed]] = {}
    for feed in feeds:
        site = urlsplit(feed.homepage or feed.url).hostname or urlsplit(feed.url).hostname or ""
        sites.setdefault(site.removeprefix("www."), []).append(feed)
    used = set(taken)
    sources = []
    for site, members in sites.items():
        source_id = free_id(site, used)
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
