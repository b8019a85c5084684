"""`riwaya replay`: what a feed sent when it could not be read can be read again."""

import subprocess
import sys

import pytest

from tests.daemon.feed_server import page, rss
from tests.daemon.invented_items import items
from tests.daemon.newsroom import Newsroom, clean_environment

LOGIN = "<!doctype html><html><head><title>تسجيل الدخول</title></head><body></body></html>".encode()
BODY = rss(items(0, 1, 2), "http://x.example")


def kept(room: Newsroom) -> dict[str, int]:
    """Return the latest kept fetch of each source."""
    return {row["source_id"]: row["fetch_id"] for row in room.call("replay", "--json").rows[::-1]}


def test_a_body_that_failed_is_kept_and_gives_the_same_again(any_newsroom: Newsroom) -> None:
    room = any_newsroom
    room.feed("good", *items(1, 0))
    room.publish("login", page(LOGIN, "text/html"))
    room.publish("cut", page(BODY[: len(BODY) * 3 // 4]))
    room.publish("empty", page(b""))
    recorded = room.fetch_all()

    ids = kept(room)
    assert set(ids) == {"login", "cut"}
    for source, fetch_id in ids.items():
        again = room.call("replay", fetch_id, "--json").data
        assert again["source_id"] == source
        assert (again["replayed"]["outcome"], again["replayed"]["error"]) == (
            recorded[source]["outcome"],
            recorded[source]["error"],
        )
    assert len(room.call("replay", ids["cut"], "--json").data["replayed"]["entries"]) == recorded["cut"]["seen"]
    for_people = room.call("replay", ids["login"]).out
    assert "not_a_feed" in for_people
    assert "تسجيل الدخول" in for_people
    listed = room.call("replay").out
    assert str(ids["login"]) in listed
    assert "تسجيل الدخول" in listed


def test_the_bytes_themselves_come_out(newsroom: Newsroom) -> None:
    body = BODY.decode().replace("</channel>", "<x>&#55296;").encode("utf-16-le")[:-31] + b"\xff"
    newsroom.publish("odd", page(body, "application/octet-stream"))
    newsroom.fetch_all()
    fetch_id = kept(newsroom)["odd"]
    command = [sys.executable, "-m", "daemon", "--config", str(newsroom.config), "replay", str(fetch_id), "--raw"]
    assert subprocess.run(command, capture_output=True, check=True, env=clean_environment()).stdout == body


def test_a_feed_that_changes_its_shape_is_kept_though_it_can_be_read(newsroom: Newsroom) -> None:
    newsroom.publish("paper", page(BODY))
    newsroom.fetch_all()
    assert newsroom.call("replay", "--json").rows == []
    newsroom.publish("paper", page(rss(items(3, 0, 1), "http://x.example")))
    newsroom.fetch_all()
    assert newsroom.call("replay", "--json").rows == []

    newsroom.publish("paper", page(rss([], "http://x.example")))
    assert newsroom.fetch_all()["paper"]["outcome"] == "ok"
    newsroom.publish("paper", page(BODY))
    newsroom.fetch_all()

    back, emptied = newsroom.call("replay", "--json").rows
    assert emptied["reason"] == "it was rss20, utf-8, Arabic; it is rss20, utf-8, no entries"
    assert back["reason"] == "it was rss20, utf-8, no entries; it is rss20, utf-8, Arabic"
    shown = newsroom.call("replay", back["fetch_id"]).out
    assert "rss20, read as utf-8" in shown
    assert "entries   3" in shown


def test_a_failure_keeps_the_shape_of_the_last_good_document(newsroom: Newsroom) -> None:
    newsroom.publish("paper", page(BODY))
    newsroom.fetch_all()
    newsroom.publish("paper", page(LOGIN, "text/html"))
    newsroom.fetch_all()
    newsroom.publish("paper", page(rss(items(3, 0), "http://x.example")))
    newsroom.fetch_all()
    assert [row["outcome"] for row in newsroom.call("replay", "--json").rows] == ["not_a_feed"]


def test_keeping_can_be_switched_off(newsroom: Newsroom) -> None:
    newsroom.retention = {"raw_bodies": 0}
    newsroom.publish("login", page(LOGIN, "text/html"))
    assert newsroom.fetch_all()["login"]["outcome"] == "not_a_feed"
    assert newsroom.call("replay", "--json").rows == []
    assert "no raw bytes are kept" in newsroom.call("replay").out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("7",), 1, "the bytes of fetch 7 are not kept"),
        (("--raw",), 2, "--raw needs a FETCH"),
        (("7", "--raw", "--json"), 2, "exclude each other"),
        (("0",), 2, "range"),
        (("x",), 2, "not a valid integer"),
    ],
)
def test_what_cannot_be_replayed_is_told(newsroom: Newsroom, arguments: tuple[str, ...], code: int, says: str) -> None:
    newsroom.feed("good", *items(1))
    newsroom.fetch_all()
    ended = newsroom.call("replay", *arguments)
    assert ended.code == code
    assert says in ended.err
