"""Alerts from feed to receiver, through `riwaya fetch`: what rings, what it says, what it keeps to itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from storage.engine import open_engine, writing
from tests.clustering.arabic_text import Writer
from tests.daemon.alert_receiver import SECRET, Receiver
from tests.daemon.feed_server import Answer, Item
from tests.daemon.newsroom import Newsroom

NOON = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
WRITER = Writer(91)
TITLE, BODY = WRITER.story(5)
OTHERS = [WRITER.story(4) for _ in range(6)]


def item(guid: str, body: str = BODY, title: str = TITLE, minutes: float = 0) -> Item:
    return Item(guid, title, body, NOON + timedelta(minutes=minutes))


@pytest.fixture
def ringing(newsroom: Newsroom) -> tuple[Newsroom, Receiver]:
    """A newsroom with one webhook, on SQLite."""
    receiver = Receiver(newsroom.server, "desk")
    newsroom.targets = {"desk": receiver.target("desk")}
    return newsroom, receiver


@pytest.fixture
def any_ringing(any_newsroom: Newsroom) -> tuple[Newsroom, Receiver]:
    """The same on each of the databases."""
    receiver = Receiver(any_newsroom.server, "desk")
    any_newsroom.targets = {"desk": receiver.target("desk")}
    return any_newsroom, receiver


def test_a_story_rings_once_when_enough_outlets_carry_it_in_time(ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = ringing
    newsroom.web = {"enabled": False, "public_url": "https://riwaya.example"}
    newsroom.alerts = [
        {"name": "ثلاث وسائل", "min_sources": 3, "within": "30m", "to": "desk"},
        {"name": "slow", "min_sources": 3, "within": "10m", "to": "desk"},
    ]
    newsroom.feed("almarfa", item("a"))
    newsroom.feed("sariya", item("b", minutes=10))
    newsroom.fetch_all()
    assert receiver.posts("desk") == []
    newsroom.feed("mizwala", item("c", f"إسطنبول (رويترز) - {BODY}", minutes=30))
    newsroom.fetch_all()
    (post,) = receiver.posts("desk")
    ((cluster,),) = newsroom.rows("SELECT cluster_id FROM v_cluster WHERE sources = 3")
    story = post.pop("story")
    assert datetime.fromisoformat(post.pop("at")) > NOON
    assert post.pop("id").startswith("alert_")
    assert post == {"rule": "ثلاث وسائل", "test": False, "event": "story"}
    assert datetime.fromisoformat(story.pop("first_seen")) > NOON
    assert story == {
        "id": cluster,
        "title": TITLE,
        "articles": 3,
        "sources": 3,
        "outlets": [{"id": id_, "name": f"صحيفة {id_}"} for id_ in ("almarfa", "sariya", "mizwala")],
        "wires": [{"id": "reuters", "name": "رويترز"}],
        "url": f"https://riwaya.example/clusters/{cluster}",
    }
    newsroom.feed("addaffa", item("d", minutes=35))
    newsroom.fetch_all()
    assert len(receiver.posts("desk")) == 1
    listed = {row["name"]: row for row in newsroom.call("alerts", "list", "--json").rows}
    assert (listed["ثلاث وسائل"]["times"], listed["slow"]["times"]) == (1, 0)
    assert "ثلاث وسائل" in newsroom.call("alerts", "list").out
    (alert,) = newsroom.call("alerts", "log", "--json").rows
    assert (alert["state"], alert["attempts"], alert["cluster_id"]) == ("delivered", 1, cluster)
    assert newsroom.call("status", "--json").data["alerts"] == []


def test_events_ring_each_time_with_what_changed(any_ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = any_ringing
    newsroom.alerts = [
        {"name": "figures", "event": "figure_change", "source": "sariya", "to": "desk"},
        {"name": "gone", "event": "vanished", "to": "desk"},
        {"name": "elsewhere", "event": "figure_change", "source": "mizwala", "to": "desk"},
    ]
    edited = newsroom.feed("sariya", item("b", f"قتل 12 شخصا. {BODY}", "12 قتيلا في حادث قطار"))
    others = [Item(f"o{n}", *one, NOON - timedelta(hours=n + 1)) for n, one in enumerate(OTHERS)]
    returned = newsroom.feed("mizwala", item("c"), *others)
    newsroom.fetch_all()
    edited.items = [item("b", f"قتل 19 شخصا. {BODY}", "19 قتيلا في حادث قطار")]
    returned.items = others
    newsroom.fetch_all()
    newsroom.fetch_all()
    posts = {post["rule"]: post for post in receiver.posts("desk")}
    assert len(receiver.posts("desk")) == 2
    figures, gone = posts["figures"], posts["gone"]
    assert {(change["was"], change["now"]) for change in figures["changes"]} == {("12", "19")}
    assert figures["article"]["title"] == "19 قتيلا في حادث قطار"
    assert figures["article"]["url"] == f"{newsroom.server.base}/sariya/a/b"
    assert (gone["event"], gone["article"]["outlet"]["id"]) == ("vanished", "mizwala")
    assert datetime.fromisoformat(gone["last_seen"]) > NOON
    assert newsroom.count("unweighed") == 0


def test_what_is_old_does_not_ring_and_the_queue_is_emptied_all_the_same(ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = ringing
    newsroom.feed("almarfa", item("a"))
    newsroom.fetch_all()
    # Without rules nothing gathers.
    assert newsroom.count("event") > 0
    assert newsroom.count("unweighed") == 0
    newsroom.alerts = [
        {"name": "any", "source": ["almarfa", "sariya"], "to": "desk"},
        {"name": "two", "min_sources": 2, "to": "desk"},
        {"name": "born", "event": "born", "to": "desk"},
    ]
    old = [WRITER.story(5) for _ in range(2)]
    newsroom.feed("sariya", *(Item(f"s{n}", *one, NOON - timedelta(days=2)) for n, one in enumerate(old)))
    newsroom.feed("mizwala", *(Item(f"m{n}", *one, NOON - timedelta(days=2)) for n, one in enumerate(old)))
    newsroom.fetch_all()
    assert newsroom.count("v_cluster WHERE sources = 2") == 2
    assert (receiver.posts("desk"), newsroom.count("unweighed")) == ([], 0)


def test_a_text_that_comes_without_an_event_is_weighed_too(ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = ringing
    newsroom.alerts = [{"name": "wire", "wire": "رويترز", "query": f"title:({TITLE})", "to": "desk"}]
    feed = newsroom.feed("almarfa", item("a"))
    newsroom.fetch_all()
    assert receiver.posts("desk") == []
    feed.items = [item("a", f"إسطنبول (رويترز) - {BODY}")]
    newsroom.fetch_all()
    assert [post["rule"] for post in receiver.posts("desk")] == ["wire"]


def test_a_merged_story_does_not_ring_again_whichever_rang(any_ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = any_ringing
    other = WRITER.story(5)
    newsroom.feed("almarfa", item("a"))
    newsroom.fetch_all()
    newsroom.feed("sariya", Item("b", *other, NOON))
    newsroom.fetch_all()
    newsroom.alerts = [
        {"name": "younger", "source": "mizwala", "to": "desk"},
        {"name": "merged", "event": "merged", "to": "desk"},
    ]
    newsroom.feed("mizwala", Item("c", *other, NOON))
    newsroom.fetch_all()
    assert [post["rule"] for post in receiver.posts("desk")] == ["younger"]
    ((first,), (second,)) = newsroom.rows("SELECT cluster_id FROM v_cluster ORDER BY cluster_id")
    assert newsroom.call("merge", first, second).code == 0
    newsroom.feed("addaffa", item("d", minutes=5))
    newsroom.fetch_all()
    rung = [(post["rule"], post["story"]["id"]) for post in receiver.posts("desk")]
    assert rung == [("younger", second), ("merged", first)]
    assert receiver.posts("desk")[-1]["other_story"] == second


def test_a_failing_receiver_is_tried_again_and_a_refusing_one_given_up(any_ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = any_ringing
    other = Receiver(newsroom.server, "gone", "moved")
    newsroom.targets |= {"gone": other.target("gone"), "moved": other.target("moved")}
    newsroom.alerts = [{"name": "all", "source": "almarfa", "to": ["desk", "gone", "moved"]}]
    receiver.answers["desk"] = answer(503, b"<b>\xe2\x80\xaeback soon</b>", ("Retry-After", "60"))
    other.answers["gone"] = answer(410)
    other.answers["moved"] = answer(307, b"", ("Location", f"{newsroom.server.base}/hook/desk"))
    newsroom.feed("almarfa", item("a"))
    newsroom.fetch_all()
    found = {target["target"]: target for target in newsroom.call("status", "--json").data["alerts"]}
    assert [(t["waiting"], t["failing"], t["dead"]) for t in (found["desk"], found["gone"], found["moved"])] == [
        (1, 1, 0),
        (0, 0, 1),
        (1, 1, 0),
    ]
    assert found["desk"]["last_error"] == "HTTP 503: <b> back soon</b>"
    wait = datetime.fromisoformat(found["desk"]["next_attempt_at"]) - datetime.now(UTC)
    assert timedelta(seconds=30) < wait <= timedelta(seconds=60)
    assert "redirects" in found["moved"]["last_error"]
    shown = newsroom.call("status").out
    assert "2 wait, 1 were given up\n" in shown
    assert "- alerts were given up: riwaya alerts log --dead" in shown
    assert SECRET not in shown
    # Nothing is due yet.
    newsroom.fetch_all()
    assert len(receiver.posts("desk")) == 1
    receiver.answers.clear()
    other.answers.clear()
    (dead,) = newsroom.call("alerts", "log", "--dead", "--json").rows
    assert newsroom.call("alerts", "retry", "alert_0").code == 1
    assert newsroom.call("alerts", "retry", dead["id"]).out == "1 alerts will be tried again\n"
    pass_time(newsroom)
    newsroom.fetch_all()
    assert newsroom.rows("SELECT DISTINCT state FROM alert") == [("delivered",)]
    for path, sender in (("desk", receiver), ("gone", other), ("moved", other)):
        assert list(sender.times(path).values()) == [2], path


def test_a_target_that_is_no_more_leaves_its_alerts_to_be_seen(ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = ringing
    newsroom.alerts = [{"name": "all", "source": "almarfa", "to": "desk"}]
    receiver.answers["desk"] = answer(500)
    newsroom.feed("almarfa", item("a"))
    newsroom.fetch_all()
    newsroom.targets, newsroom.alerts = {}, []
    newsroom.write()
    newsroom.fetch_all()
    (dead,) = newsroom.call("alerts", "log", "--json").rows
    assert (dead["state"], dead["last_error"]) == ("dead", "the configuration has no target of this name any more")


def test_a_test_alert_says_what_each_target_answered(newsroom: Newsroom) -> None:
    receiver = Receiver(newsroom.server, "desk", "broken")
    receiver.answers["broken"] = answer(500, b"no")
    newsroom.targets = {name: receiver.target(name) for name in ("desk", "broken")}
    newsroom.alerts = [{"name": "خبر", "source": "almarfa", "to": "desk"}]
    newsroom.feed("almarfa")
    ended = newsroom.call("alerts", "test", "خبر")
    assert (ended.code, "taken" in ended.out) == (0, True)
    (post,) = receiver.posts("desk")
    assert (post["test"], post["rule"], post["story"]["id"]) == (True, "خبر", 0)
    ended = newsroom.call("alerts", "test", "--json")
    assert ended.code == 1
    assert {row["target"]: (row["taken"], row["error"]) for row in ended.rows} == {
        "desk": (True, None),
        "broken": (False, "HTTP 500: no"),
    }
    assert newsroom.call("alerts", "test", "nothing").code == 2
    assert not (newsroom.folder / "riwaya.db").exists()


def test_hostile_titles_travel_as_plain_short_lines(ringing: tuple[Newsroom, Receiver]) -> None:
    newsroom, receiver = ringing
    newsroom.alerts = [{"name": "all", "event": "born", "to": "desk"}]
    newsroom.feed("almarfa", item("a", title="\u202eقطار\u2066 <script>alert(1)</script> @everyone " + "ط" * 5000))
    newsroom.fetch_all()
    (post,) = receiver.posts("desk")
    for title in (post["story"]["title"], post["article"]["title"]):
        assert len(title) <= 300
        assert not set(title) & set("\u202e\u2066\n")


def answer(status: int, body: bytes = b"", *headers: tuple[str, str]) -> Any:
    return lambda _: Answer(body, status, headers)


def pass_time(newsroom: Newsroom) -> None:
    """Let every wait be over."""
    engine = open_engine(newsroom.database or f"sqlite:///{newsroom.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        conn.execute(text("UPDATE alert SET next_attempt_at = created_at WHERE state = 'waiting'"))
    engine.dispose()
