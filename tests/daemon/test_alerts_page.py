"""docs/alerts.md: its example is what riwaya sends, and its snippet of Python knows genuine posts."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from daemon.alerts.payload import body_of, payload_of
from daemon.alerts.signature import signed_headers
from daemon.config.model import Config
from storage.alert_facts import ArticleFacts, EventFacts, StoryFacts
from storage.schema import EVENT_KINDS

PAGE = (Path(__file__).parents[2] / "docs/alerts.md").read_text("utf-8")
RANG = datetime(2026, 11, 23, 17, 13, 27, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 23, 13, 13, tzinfo=UTC)


def block(language: str, containing: str = "") -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return next(str(one) for one in found if containing in one)


def example() -> dict[str, object]:
    """The payload of the page, made by the code."""

    def carried(number: int, source: str, name: str, title: str, minutes: int, *wires: str) -> ArticleFacts:
        at = PUBLISHED + timedelta(minutes=minutes)
        url = f"https://{source}.example/story/{number}"
        return ArticleFacts(number, 2, source, name, url, title, at, at, at, number, frozenset(wires))

    first = "12 قتيلا في خروج قطار عن سكته شمال دالمور"
    edited = carried(31, "addaffa", "صحيفة الدفّة", "ارتفاع حصيلة حادث القطار في دالمور إلى 19 قتيلا", 0, "reuters")
    articles = (
        edited,
        carried(34, "almarfa", "صحيفة المرفأ", first, 7),
        carried(36, "maghas", "موقع المغاص", first, 20),
    )
    story = StoryFacts(2, first, PUBLISHED + timedelta(minutes=4), 3, articles)
    changes = [{"place": "title", "sort": "figure", "was": "12", "now": "19"}]
    event = EventFacts(118, "figure_change", 2, 31, 57, None, RANG, {"changes": changes}, RANG)
    id_ = "alert_5d0c1a7be1f94a1f8f2b6f0e6c0a9d11"
    return payload_of(id_, "casualties", RANG, story, event, edited, "https://riwaya.example.org")


def test_the_example_is_what_is_sent() -> None:
    assert json.loads(block("json")) == example()
    told = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))))
    assert set(example()) | {"last_seen", "grew_to", "other_story"} | set(EVENT_KINDS) <= told


def test_the_configuration_of_the_page_is_right() -> None:
    source = {"homepage": "https://x.example", "country": "QA", "feeds": [{"url": "https://x.example/rss"}]}
    sources = [{"id": id_, "name": id_, **source} for id_ in ("aljazeera", "bbc-arabic")]
    config = Config.model_validate({**yaml.safe_load(block("yaml")), "sources": sources})
    assert [rule.name for rule in config.alerts] == ["five outlets", "casualties", "taken back", "reuters on quakes"]


@pytest.mark.parametrize("spoilt", ["", "body", "id", "time", "secret"])
def test_the_snippet_tells_genuine_posts(spoilt: str) -> None:
    names: dict[str, Any] = {}
    exec(block("python", "is_genuine"), names)  # noqa: S102 - the page's own
    secret = yaml.safe_load(block("yaml"))["targets"]["desk"]["secret"]
    other = f"whsec_{'B' * 40}"
    body = body_of(example()).encode()
    headers = signed_headers([other, secret] if spoilt != "secret" else [other], "alert_1", int(time.time()), body)
    match spoilt:
        case "body":
            body += b" "
        case "id":
            headers["webhook-id"] = "alert_2"
        case "time":
            headers = signed_headers([secret], "alert_1", int(time.time()) - 3600, body)
    assert names["is_genuine"](headers, body, secret) == (not spoilt)
