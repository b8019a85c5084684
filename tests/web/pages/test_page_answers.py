"""What the pages answer to requests: conditions, redirects, sessions, decisions, settings, failures."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from daemon.config import load_config
from daemon.web_desk import WebDesk
from storage.engine import open_engine, reading
from tests.web.serving import TOKEN, Client, asking, parts_on
from web.parts import Parts, WebSettings

OWN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def client(demo: Engine) -> Iterator[Client]:
    with asking(parts_on(demo)) as asked:
        yield asked


@pytest.fixture
def editor(demo_file: Path, tmp_path: Path) -> Iterator[Client]:
    """A client of a store of its own, whose stories can be corrected."""
    shutil.copyfile(demo_file, tmp_path / "riwaya.db")
    config = tmp_path / "config.yaml"
    config.write_text(f"database: sqlite:///{tmp_path}/riwaya.db\nsources: []\n", "utf-8")
    engine = open_engine(f"sqlite:///{tmp_path}/riwaya.db", read_only=True)
    with asking(parts_on(engine, desk=WebDesk(load_config(config, {})))) as asked:
        yield asked
    engine.dispose()


def _signed_in(client: Client) -> dict[str, str]:
    answer = client.ask("POST", "/sign-in", data={"token": TOKEN, "back": "/sources"}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")
    cookie = answer.headers["set-cookie"].split(";")[0]
    return {**OWN, "cookie": cookie}


def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = client.get("/")
    assert first.status_code == 200
    again = client.get("/", If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/", If_None_Match=first.headers["etag"], Accept_Language="en")
    assert other.status_code == 200
    assert other.headers["content-language"] == "en"
    assert "Cookie" in first.headers["vary"]
    assert "noindex" in first.headers["x-robots-tag"]


def test_what_pages_load_is_named_by_its_content_and_kept_for_good(client: Client) -> None:
    style = re.findall(r'href="(/static/[0-9a-f]+/site\.css)"', client.get("/").text)[0]
    answer = client.get(style)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    old = client.get("/static/0123/site.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    fonts = re.findall(r'url\("(fonts/[^"]+)"\)', answer.text)
    assert len(fonts) == 4
    assert all(client.get(f"{style.removesuffix('site.css')}{font}").status_code == 200 for font in fonts)
    assert client.get(f"{style.removesuffix('site.css')}fonts/OFL.txt").status_code == 200
    for path in ("../app.py", "%2e%2e/app.py", "fonts/../../app.py", "nothing.css"):
        assert client.get(f"/static/0123/{path}").status_code == 404


def test_a_story_is_told_to_machines_and_its_feeds_can_be_found(client: Client) -> None:
    home = client.get("/?min_sources=5&wire=reuters&order=size")
    feeds = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', home.text)
    assert [kind for kind, _ in feeds] == ["application/atom+xml", "application/rss+xml", "application/feed+json"]
    assert all("min_sources=5" in address and "wire=reuters" in address for _, address in feeds)
    assert client.get(feeds[0][1].replace("&amp;", "&")).status_code == 200

    story = re.findall(r'href="(/clusters/\d+)"', client.get("/?order=size").text)[0]
    page = client.get(story).text
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    assert data["@type"] == "ItemList"
    articles = [one["item"] for one in data["itemListElement"]]
    assert data["numberOfItems"] == len(articles) == 6
    assert {article["@type"] for article in articles} == {"NewsArticle"}
    assert all(article["headline"] and article["url"].startswith("https://") for article in articles)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)


def test_pages_of_the_list_follow_one_another(client: Client) -> None:
    seen: list[str] = []
    address = "/?min_sources=1&order=size"
    while address:
        page = client.get(address).text
        seen += re.findall(r'<h2 class="headline"><a href="(/clusters/\d+)"', page)
        more = re.findall(r'href="([^"]+)" rel="next"', page)
        address = more[0].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 12
    assert client.get("/?cursor=nonsense").status_code == 422


def test_failures_are_told_in_the_same_dress(client: Client, demo: Engine) -> None:
    missing = client.get("/clusters/99999")
    assert missing.status_code == 404
    assert "لا شيء هنا" in missing.text
    assert "There is no story 99999." in missing.text
    assert client.get("/clusters/abc", Accept_Language="en").status_code == 422
    assert client.get("/clusters/99999999999999999999999").status_code == 422
    assert client.get("/articles/99999").status_code == 404
    assert client.get("/sources/nobody").status_code == 404
    refused = client.get("/?since=%3Cscript%3E", Accept_Language="en")
    assert refused.status_code == 422
    assert "<script>&" not in refused.text
    assert "&lt;script&gt;" in refused.text
    assert client.ask("DELETE", "/sources").status_code == 405

    def broken() -> None:
        raise RuntimeError

    with asking(parts_on(demo, now=broken)) as failing:
        answer = failing.get("/sources")
        assert answer.status_code == 500
        assert "RuntimeError" not in answer.text


def test_a_server_that_others_reach_shows_its_door_first(demo: Engine) -> None:
    with asking(parts_on(demo, WebSettings(open_reading=False, token=TOKEN)), peer="192.0.2.7") as client:
        asked = client.get("/clusters/1?a=1&b=2")
        assert asked.status_code == 303
        assert asked.headers["location"] == "/sign-in?back=%2Fclusters%2F1%3Fa%3D1%26b%3D2"
        assert client.get("/sign-in").status_code == 200
        assert client.get("/settings").status_code == 200
        session = _signed_in(client)
        assert client.ask("GET", "/", headers=session).status_code == 200


def test_only_the_token_opens_a_session_and_only_from_our_page(client: Client) -> None:
    wrong = client.ask("POST", "/sign-in", data={"token": "guess"}, headers=OWN)
    assert wrong.status_code == 403
    assert "set-cookie" not in wrong.headers
    assert "ليس هذا هو الرمز" in wrong.text
    foreign = client.ask("POST", "/sign-in", data={"token": TOKEN}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert "set-cookie" not in foreign.headers
    assert "/sign-out" not in client.get("/").text
    session = _signed_in(client)
    assert "/sign-out" in client.ask("GET", "/", headers=session).text
    out = client.ask("POST", "/sign-out", headers=session)
    assert out.status_code == 303
    assert 'riwaya=""' in out.headers["set-cookie"]


def test_settings_are_kept_and_nobody_is_led_away(client: Client) -> None:
    kept = client.ask(
        "POST", "/settings", data={"language": "en", "theme": "dark", "zone": "Mars/Base", "back": "//evil.example"}
    )
    assert (kept.status_code, kept.headers["location"]) == (303, "/")
    cookies = kept.headers.get_list("set-cookie")
    assert [cookie.split(";")[0] for cookie in cookies] == ["language=en", "theme=dark"]
    assert client.ask("POST", "/settings", data={"back": "/a?b=c"}).headers["location"] == "/a?b=c"
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def _stories(parts: Parts) -> dict[int, list[int]]:
    with reading(parts.engine) as conn:
        rows = conn.execute(text("SELECT cluster_id, id FROM article ORDER BY cluster_id, id"))
        found: dict[int, list[int]] = {}
        for story, article in rows:
            found.setdefault(story, []).append(article)
        return found


def test_a_story_is_split_merged_and_put_right_again(editor: Client) -> None:
    session, parts = _signed_in(editor), editor.app.state.parts
    story, articles = next((one, some) for one, some in _stories(parts).items() if len(some) > 3)
    page = editor.ask("GET", f"/clusters/{story}", headers=session).text
    assert f'action="/clusters/{story}/corrections"' in page

    def decide(**form: object) -> str:
        data = {"author": "سلمى", "note": "خبران", **form}
        answer = editor.ask("POST", f"/clusters/{story}/corrections", data=data, headers=session)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    assert decide(kind="split", article=[str(one) for one in articles[:2]]) == f"/clusters/{story}#decision-1"
    assert articles[0] not in _stories(parts)[story]
    shown = editor.ask("GET", f"/clusters/{story}", headers=session).text
    assert "سلمى" in shown
    assert 'id="decision-1"' in shown

    undone = editor.ask(
        "POST", "/corrections/1/undo", data={"author": "سلمى", "back": f"/clusters/{story}"}, headers=session
    )
    assert undone.headers["location"] == f"/clusters/{story}#decision-1"
    assert articles == _stories(parts)[story]

    other = max(_stories(parts))
    decide(kind="merge", other=str(other))
    kept, gone = sorted((story, other))
    moved = editor.get(f"/clusters/{gone}?a=1")
    assert (moved.status_code, moved.headers["location"]) == (308, f"/clusters/{kept}?a=1")

    refused = editor.ask(
        "POST", f"/clusters/{kept}/corrections", data={"kind": "split", "author": "x", "article": str(articles[0])},
        headers=session,
    )  # fmt: skip
    assert refused.status_code == 409
    assert "correction 2" in refused.text


def test_decisions_need_a_session_a_name_and_a_page_of_ours(editor: Client) -> None:
    form = {"kind": "merge", "other": "2", "author": "x"}
    assert editor.ask("POST", "/clusters/1/corrections", data=form, headers=OWN).status_code == 401
    assert "/corrections" not in editor.get("/clusters/1").text
    session = _signed_in(editor)
    for headers, data, status in (
        ({**session, "sec-fetch-site": "cross-site"}, form, 403),
        (session, {**form, "author": " "}, 422),
        (session, {**form, "other": "خمسة"}, 422),
        (session, {**form, "kind": "burn"}, 422),
        (session, {"kind": "split", "author": "x"}, 422),
    ):
        assert editor.ask("POST", "/clusters/1/corrections", data=data, headers=headers).status_code == status


def test_what_one_reader_sees_is_not_shown_to_another(client: Client) -> None:
    session = _signed_in(client)
    for headers, expected, unexpected in (
        ({"cookie": "language=en"}, "What is spreading now", "ما ينتشر"),
        ({"cookie": "language=ar; digits=arabic"}, "٤ مصادر", "4 مصادر"),
        ({"cookie": "language=ar"}, "4 مصادر", "/sign-out"),
        (session, "/sign-out", "٤ مصادر"),
    ):
        for _ in range(2):
            shown = client.ask("GET", "/", headers=headers).text
            assert expected in shown
            assert unexpected not in shown
