"""The other end of a webhook: checks signatures with nothing of riwaya's own, and answers as a test says."""

import base64
import hashlib
import hmac
import json
from collections import Counter, defaultdict
from typing import Any

from tests.daemon.feed_server import Answer, FeedServer, Hang, Page, Request

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
TAKEN = Answer(b"", 204, ())


class Receiver:
    """Webhooks below /hook/ of a server. `answers` decides by path; without an entry a post is taken."""

    def __init__(self, server: FeedServer, *paths: str) -> None:
        self._server = server
        self._taken: defaultdict[str, set[str]] = defaultdict(set)
        self.answers: dict[str, Page] = {}
        for path in paths:
            server.pages[f"/hook/{path}"] = self._answer

    def target(self, path: str, **more: Any) -> dict[str, Any]:
        """Return the target of a path as the configuration has it."""
        return {"webhook": f"{self._server.base}/hook/{path}", "secret": SECRET, **more}

    def posts(self, path: str) -> list[dict[str, Any]]:
        """Return what was posted to a path, each checked for its signature, in order."""
        return [opened(request) for request in self._server.asked(f"/hook/{path}")]

    def times(self, path: str) -> Counter[str]:
        """Return how often each alert came."""
        return Counter(str(post["id"]) for post in self.posts(path))

    def taken(self, path: str) -> set[str]:
        """Return the alerts whose posts were answered well."""
        return set(self._taken[path])

    def _answer(self, request: Request) -> Answer | Hang:
        path = request.path.removeprefix("/hook/")
        answer = self.answers[path](request) if path in self.answers else TAKEN
        if isinstance(answer, Answer) and answer.status // 100 == 2:
            self._taken[path].add(request.headers["webhook-id"])
        return answer


def opened(request: Request) -> dict[str, Any]:
    """Return the alert of a request whose signature is right, by the letter of the specification."""
    signed = b".".join(
        (request.headers["webhook-id"].encode(), request.headers["webhook-timestamp"].encode(), request.body)
    )
    wanted = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{wanted}" in request.headers["webhook-signature"].split(" ")
    assert request.headers["content-type"] == "application/json"
    alert: dict[str, Any] = json.loads(request.body)
    assert alert["id"] == request.headers["webhook-id"]
    return alert
