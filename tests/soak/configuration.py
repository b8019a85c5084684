"""A configuration for many feeds."""

import socket
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.soak.feed_town import gives_summaries


def configuration(
    urls: Sequence[str], store: str, metrics_port: int, sections: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return one with a source a feed; `sections` are added to those that it has."""
    made: dict[str, dict[str, Any]] = {
        # No gap between requests to a host: a clock that leaps stands nearly still while they are made.
        "fetch": {"allow_private": sorted({str(urlsplit(url).hostname) for url in urls}), "host_gap": "0s"},
        "web": {"enabled": False},
        "metrics": {"enabled": True, "port": metrics_port},
    }
    for name, section in sections.items():
        made[name] = {**made.get(name, {}), **section}
    sources = [
        {
            "id": f"paper-{number}",
            "name": f"صحيفة {number}",
            "homepage": f"https://paper{number}.example/",
            "country": "JO",
            "full_text": "auto" if gives_summaries(number) else False,
            "feeds": [{"url": url}],
        }
        for number, url in enumerate(urls)
    ]
    return {"database": store, **made, "sources": sources}


def free_port() -> int:
    """Return a port of the loopback address that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
