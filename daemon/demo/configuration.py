"""The configuration that points riwaya at the demonstration's server."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from daemon.demo.stories import Outlet

DEMO_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # noqa: S105 - known to everybody, and meant to be
"""What the alerts of the demonstration are signed with; docs/alerts.md shows it too."""


def render_configuration(
    outlets: Sequence[Outlet],
    base_url: str,
    database: Path,
    pages_port: int | None = None,
    webhook: str | None = None,
) -> str:
    """Return the text of a config.yaml with the outlets served at `base_url` and the SQLite file `database`.

    The pages are served on `pages_port`, or not at all. A `webhook` is rung at when an outlet changes a figure.

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
            **_alerts(webhook),
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


def _alerts(webhook: str | None) -> dict[str, object]:
    if webhook is None:
        return {}
    return {
        "targets": {"desk": {"webhook": webhook, "secret": DEMO_SECRET}},
        "alerts": [{"name": "أرقام تغيرت", "event": "figure_change", "to": "desk"}],
    }
