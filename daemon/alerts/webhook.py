"""Alerts to webhooks: one signed POST each."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from daemon.alerts.outside_text import one_line
from daemon.alerts.retry import Failure
from daemon.alerts.signature import signed_headers
from daemon.config import Config
from sources.http import FetchSettings, HttpClient
from sources.outcome import FetchFailed
from sources.retry_after import retry_after_seconds

TIMEOUT_S = 15.0
"""What the Standard Webhooks specification allows a receiver at the least; a slow one should answer before it works."""
_CONNECT_S = 5.0
_GOOD = range(200, 300)
_REDIRECTS = range(300, 400)
_LONGEST_SAYING = 120


def webhook_client(config: Config) -> HttpClient:
    """Return a client for the webhooks of a configuration.

    Whoever runs riwaya has written these hosts down, redirects are not followed and nothing from outside chooses an
    address: so they may be private, and `fetch.allow_private` need not name them.
    """
    urls = [target.webhook.get_secret_value() for target in config.targets.values() if target.webhook]
    return HttpClient(
        FetchSettings(
            user_agent=config.fetch.user_agent,
            timeout_s=TIMEOUT_S,
            connect_timeout_s=_CONNECT_S,
            allow_private=frozenset(urlsplit(url).hostname or "" for url in urls),
        )
    )


async def post_alert(http: HttpClient, url: str, secrets: Iterable[str], alert_id: str, body: str) -> Failure | None:
    """Post one alert; None when the receiver took it."""
    content = body.encode()
    now = datetime.now(UTC)
    headers = signed_headers(secrets, alert_id, int(now.timestamp()), content)
    try:
        answer = await http.post(url, content, {"Content-Type": "application/json", **headers})
    except FetchFailed as failure:
        return Failure(failure.reason)
    if answer.status in _GOOD:
        return None
    if answer.status in _REDIRECTS:
        reason = f"HTTP {answer.status}: it redirects, which is not followed; configure the address that it names"
    else:
        said = one_line(answer.opening.decode(errors="replace"))[:_LONGEST_SAYING]
        reason = f"HTTP {answer.status}: {said}" if said else f"HTTP {answer.status}"
    return Failure(reason, answer.status, retry_after_seconds(answer.retry_after_raw, now))
