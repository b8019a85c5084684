"""`riwaya sources add`: feeds found on pages, and put into the file without disturbing what its owner wrote."""

import stat

import pytest

from daemon.config import load_config
from tests.daemon.feed_server import Item, page, rss
from tests.daemon.newsroom import Newsroom
from tests.daemon.test_live_check import long_items

FILE = """\
# كل ما نتابعه
database: sqlite:///news.db   # the store
fetch: {{allow_private: [127.0.0.1], host_gap: 0s}}

sources:
    # The first one, checked by hand
    - id: "one"
      name: 'صحيفة أولى'
      homepage: https://one.example/
      country: jo   # lower case is fine
      feeds:
          - url: https://one.example/rss   # the main one
          # - url: https://one.example/sport
    # the end of the list

retention:
  fetches: 30d
"""


def html(head: str = "", body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def link(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


@pytest.fixture
def found(newsroom: Newsroom) -> Newsroom:
    """A configuration by hand, and a site whose page names two feeds, one form of the first, and a feed of comments."""
    newsroom.folder.mkdir(exist_ok=True)
    newsroom.config.write_text(FILE.format(), "utf-8")
    head = "<title>صحيفة المرفأ | الرئيسية</title><meta property='og:site_name' content='صحيفة المرفأ'>"
    links = link("/rss.xml", title="الأخبار") + link("rss2.xml") + link("/comments/feed")
    newsroom.server.pages["/"] = page(html(head + links, '<a href="/sport/feed/">الرياضة</a>'), "text/html")
    newsroom.server.pages["/rss.xml"] = newsroom.server.pages["/rss2.xml"] = page(rss(NEWS, "http://a.example"))
    newsroom.server.pages["/sport/feed/"] = page(rss(long_items(3), "http://b.example"))
    return newsroom


NEWS = long_items(4)
NEW = """\
    - id: 127-0-0
      name: صحيفة المرفأ
      homepage: {base}/
      country: JO
      feeds:
        - url: {base}/rss.xml
        - url: {base}/sport/feed/
"""


def test_what_is_found_is_put_at_the_end_of_the_list_and_nothing_else_changes(found: Newsroom) -> None:
    base = found.server.base
    ended = found.call("sources", "add", f"{base}/", "--country", "JO")
    assert ended.code == 0, ended.err
    assert found.config.read_text("utf-8") == FILE.format().replace(
        "          # - url: https://one.example/sport\n",
        "          # - url: https://one.example/sport\n" + NEW.format(base=base),
    )
    assert f"put into {found.config}: source 127-0-0 with 2 feeds" in ended.out
    assert "/comments/feed" not in [request.path for request in found.server.requests]
    source = load_config(found.config, {}).sources[1]
    assert (source.id, source.name, len(source.feeds)) == ("127-0-0", "صحيفة المرفأ", 2)


def test_a_dry_run_writes_nothing(found: Newsroom) -> None:
    ended = found.call("sources", "add", found.server.base, "--country", "JO", "--dry-run", "--json")
    assert ended.code == 0
    assert (ended.data["source"], ended.data["new"], ended.data["written"]) == ("127-0-0", True, False)
    assert [row["outcome"] for row in ended.data["found"]] == ["ok"] * 3
    assert found.config.read_text("utf-8") == FILE.format()


def test_further_feeds_of_a_known_site_join_its_source(found: Newsroom) -> None:
    base = found.server.base
    found.call("sources", "add", f"{base}/", "--country", "JO", "--feed", f"{base}/rss.xml")
    before = found.config.read_text("utf-8")
    ended = found.call("sources", "add", f"{base}/", "--category", "sport")
    assert ended.code == 0, ended.err
    assert found.config.read_text("utf-8") == before.replace(
        f"        - url: {base}/rss.xml\n",
        f"        - url: {base}/rss.xml\n        - url: {base}/sport/feed/\n          category: sport\n",
    )
    ended = found.call("sources", "add", f"{base}/")
    assert ended.code == 1
    assert "configured already" in ended.err


def test_feeds_can_be_put_into_a_source_by_its_id(found: Newsroom) -> None:
    base = found.server.base
    ended = found.call("sources", "add", f"{base}/sport/feed/", "--id", "one")
    assert ended.code == 0, ended.err
    assert f"          # - url: https://one.example/sport\n          - url: {base}/sport/feed/\n    # the end" in (
        found.config.read_text("utf-8")
    )


def test_a_source_of_an_included_file_is_changed_there(found: Newsroom) -> None:
    base = found.server.base
    more = found.folder / "more.yaml"
    more.write_text(
        f"sources:\n- {{id: two, name: ثانية, homepage: '{base}/', country: JO, feeds: [{{url: {base}/x}}]}}\n"
        f"- id: three\n  name: ثالثة\n  homepage: https://three.example\n  country: JO\n  feeds:\n  - url: {base}/y\n",
        "utf-8",
    )
    found.config.write_text("include: more.yaml\n" + FILE.format(), "utf-8")
    before = more.read_text("utf-8")
    ended = found.call("sources", "add", f"{base}/rss.xml", "--id", "three")
    assert ended.code == 0, ended.err
    assert more.read_text("utf-8") == f"{before}  - url: {base}/rss.xml\n"
    ended = found.call("sources", "add", f"{base}/sport/feed/", "--id", "two")
    assert ended.code == 1
    assert f"{more}: feeds is written between brackets; put this in by hand:\n- url: {base}/sport/feed/" in ended.err


def test_a_directory_of_feeds_is_looked_into(found: Newsroom) -> None:
    server = found.server
    server.pages["/"] = page(html(body='<a href="/rss">خدمة RSS</a>'), "text/html")
    server.pages["/rss"] = page(html(body='<a href="/rss/news.xml">أخبار</a><a href="/about">عنا</a>'), "text/html")
    server.pages["/rss/news.xml"] = page(rss(NEWS, "http://a.example"))
    ended = found.call("sources", "add", server.base, "--country", "JO", "--dry-run", "--json")
    assert ended.code == 0, ended.err
    assert f"- url: {server.base}/rss/news.xml" in ended.data["yaml"]


def test_where_the_page_names_none_the_usual_places_are_tried(found: Newsroom) -> None:
    found.server.pages["/"] = page(html(), "text/html")
    ended = found.call("sources", "add", found.server.base, "--country", "JO", "--dry-run", "--json")
    assert ended.code == 0, ended.err
    assert [row["feed"] for row in ended.data["found"]] == [f"{found.server.base}/rss.xml"]


@pytest.mark.parametrize("sort", ["atom", "json"])
def test_atom_and_json_feed_are_feeds_here_too(found: Newsroom, sort: str) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>م</title><entry><id>x</id><title>خبر</title>'
        '<link href="http://a.example/1"/></entry></feed>'
    )
    feed = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "م", "items": [{"id": "1", "content_text": "خبر"}]}'
    )
    kind, body = {"atom": ("application/atom+xml", atom), "json": ("application/feed+json", feed)}[sort]
    found.server.pages["/"] = page(html(link("/f", kind)), "text/html")
    found.server.pages["/f"] = page(body, kind)
    ended = found.call("sources", "add", found.server.base, "--country", "JO", "--dry-run", "--json")
    assert ended.code == 0, ended.err
    assert f"- url: {found.server.base}/f" in ended.data["yaml"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("{base}/nothing",), 1, "/nothing: HTTP 404"),
        (("{base}/empty",), 1, "/empty: no feed is found there"),
        (("ftp://a.example/",), 2, "not an http or https URL"),
        (("http://10.1.2.3/rss",), 1, "10.1.2.3"),
        (("{base}/",), 2, "127.0.0.1 does not tell the outlet's country"),
        (("{base}/", "--country", "XX"), 2, "country: not a two-letter ISO 3166 country code"),
        (("{base}/", "--country", "JO", "--id", "One!"), 2, "id: "),
        (("{base}/", "--country", "JO", "--timezone", "Mars/Base"), 2, "timezone: "),
        (("{base}/", "--country", "JO", "--feed", "{base}/other"), 1, "not among the feeds that are found"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    found: Newsroom, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found.server.pages["/empty"] = page(html(), "text/html")
    for path in ("/rss.xml", "/sport/feed/"):
        if "/empty" in arguments[0]:
            found.server.pages.pop(path, None)
    ended = found.call("sources", "add", *(argument.format(base=found.server.base) for argument in arguments))
    assert ended.code == code, ended.err
    assert words in ended.err
    assert found.config.read_text("utf-8") == FILE.format()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sources: []\n", "sources:\n  - id: 127-0-0\n"),
        ("sources: []  # none yet\nretention: {fetches: 30d}\n", "sources:  # none yet\n  - id: 127-0-0\n"),
        ("sources: []", "sources:\n  - id: 127-0-0\n"),
    ],
)
def test_an_empty_list_is_begun(found: Newsroom, before: str, after: str) -> None:
    top = "fetch: {allow_private: [127.0.0.1], host_gap: 0s}\n"
    found.config.write_text(top + before, "utf-8")
    assert found.call("sources", "add", found.server.base, "--country", "JO").code == 0
    assert found.config.read_text("utf-8").startswith(top + after)
    assert len(load_config(found.config, {}).sources) == 1


def test_a_file_with_includes_alone_gets_a_list(found: Newsroom) -> None:
    (found.folder / "more.yaml").write_text("sources: []\n", "utf-8")
    found.config.write_text("include: more.yaml\nfetch: {allow_private: [127.0.0.1], host_gap: 0s}\n", "utf-8")
    assert found.call("sources", "add", found.server.base, "--country", "JO").code == 0
    assert len(load_config(found.config, {}).sources) == 1


def test_line_ends_marks_and_rights_of_the_file_are_kept(found: Newsroom) -> None:
    found.config.write_bytes(b"\xef\xbb\xbf" + FILE.format().replace("\n", "\r\n").encode())
    found.config.chmod(0o640)
    other = found.folder / "link.yaml"
    found.config.rename(found.folder / "real.yaml")
    other.symlink_to("real.yaml")
    found.config.symlink_to("real.yaml")
    assert found.call("sources", "add", found.server.base, "--country", "JO").code == 0
    assert found.config.is_symlink()
    written = found.config.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf# ")
    assert written.count(b"\n") == written.count(b"\r\n") == FILE.count("\n") + NEW.count("\n")
    assert stat.S_IMODE(found.config.stat().st_mode) == 0o640


def test_a_feed_that_is_given_itself_needs_no_page(found: Newsroom) -> None:
    found.server.pages["/only.xml"] = page(rss([Item("a", "عنوان", "نص")], "http://a.example"))
    ended = found.call("sources", "add", f"{found.server.base}/only.xml", "--country", "JO", "--name", "اسم: آخر")
    assert ended.code == 0, ended.err
    assert load_config(found.config, {}).sources[1].name == "اسم: آخر"
