"""The configuration that points riwaya at the demonstration's server."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from daemon.demo.stories import Outlet


def render_configuration(
    outlets: Sequence[Outlet], base_url: str, database: Path, pages_port: int | None = None
) -> str:
    """Return the text of a config.yaml with the outlets served at `base_url` and the SQLite file `database`.

    The pages are served on `pages_port`, or not at all.

    Feeds are asked every second or two, since the demonstration plays hours of news in a few seconds; a feed
    without news must not slow down either, or its later edit would be missed.
    """
    return yaml.safe_dump(
        {
            "database": f"sqlite:///{database}",
            "fetch": {
                "every": "1s",
                "min_every": "1s",
                "max_every": "2s",
                "host_gap": "0s",
                "allow_private": ["127.0.0.1"],
            },
            "web": {"enabled": False} if pages_port is None else {"port": pages_port},
            "sources": [
                {
                    "id": outlet.id,
                    "name": outlet.name,
                    "homepage": base_url + outlet.home_path,
                    "country": outlet.country,
                    "language": "ar",
                    "feeds": [{"url": base_url + outlet.feed_path}],
                }
                for outlet in outlets
            ],
        },
        allow_unicode=True,
        sort_keys=False,
    )
