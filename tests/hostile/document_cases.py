"""Bodies that came whole and mean trouble: bombs, stalls, damage, alphabets, dialects, and what is no feed at all."""

import codecs
import json
from functools import partial

from sources.outcome import Outcome
from tests.hostile.case import Case, each_time
from tests.sources.loopback import item, reply, rss

_TITLE = "افتتاح جسر جديد على النهر"
_ITEM = item(1)
_FEED = rss(_ITEM)
_BODY = _FEED.decode().partition("?>")[2]
_LONG = "x" * 50_000
_LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ها'}'>" for n in range(10))


def _read(
    name: str, body: str | bytes, entries: int = 1, title: str = _TITLE, reason: str = "", **headers: str
) -> Case:
    page = reply(body if isinstance(body, bytes) else body.encode(), **headers)
    return Case(name, page, Outcome.OK, reason, entries=entries, title=title)


def _refused(name: str, body: str | bytes, outcome: Outcome, reason: str = "") -> Case:
    return Case(name, reply(body if isinstance(body, bytes) else body.encode()), outcome, reason)


def _typed(document_type: str, use: str = "", before: str = "") -> str:
    return f"{before}<!DOCTYPE rss [{document_type}]>{_BODY.replace('قالت', use + 'قالت')}"


def _big(use: str, name: str = "big") -> str:
    return _typed(f"<!ENTITY {name} '{_LONG}'>", use * 200)


ENTITIES = [
    _refused("entities ten levels deep", _typed(_LAUGHS, "&l9;"), Outcome.TOO_LARGE, "unfold"),
    _refused("entities behind a comment", _typed(_LAUGHS, "&l9;", "<!-- x -->"), Outcome.TOO_LARGE, "unfold"),
    _refused("entities in small letters", _typed(_LAUGHS, "&l9;").replace("ENTITY", "entity"), Outcome.TOO_LARGE),
    _refused("one large entity 200 times", _big("&big;"), Outcome.TOO_LARGE, "unfold"),
    _refused("references without semicolons", _big("&big "), Outcome.TOO_LARGE, "unfold"),
    _refused("references that end in a comma", _big("&big,"), Outcome.TOO_LARGE, "unfold"),
    _refused("an entity with a name of 300 letters", _big(f"&{'n' * 300};", "n" * 300), Outcome.TOO_LARGE, "unfold"),
    _refused(
        "references made of numbers",
        _typed(f"<!ENTITY a '{'&#38;b;' * 50}'><!ENTITY b '{_LONG}'>", "&a;"),
        Outcome.TOO_LARGE,
        "unfold",
    ),
    _refused(
        "entities in a circle", _typed("<!ENTITY a '&b;'><!ENTITY b '&a;'>", "&a;"), Outcome.TOO_LARGE, "themselves"
    ),
    _refused("an entity that builds entities", _typed("<!ENTITY % p '<!ENTITY x \"y\">'> %p;"), Outcome.TOO_LARGE),
    _refused(
        "entities by the thousand", _typed("".join(f"<!ENTITY e{n} 'x'>" for n in range(1_001))), Outcome.TOO_LARGE
    ),
    _read("an entity that is a file", _typed("<!ENTITY f SYSTEM 'file:///etc/passwd'>", "&f;")),
    _read("an entity that is an address", _typed("<!ENTITY f SYSTEM 'http://127.0.0.1/inside'>", "&f;")),
    _read("two honest entities", _typed("<!ENTITY n 'http://n.example/'><!ENTITY m 'x'>", "&n; &m; ")),
]

STALLS = [
    Case(
        "an author that stalls the parser",
        partial(lambda: reply(rss(f"<item><summary/><author>{'a@' + 'a.' * 200_000}!</author></item>"))),
        Outcome.PARSER_KILLED,
        "longer than",
    ),
]

SIZES = [
    Case(
        "200,000 entries",
        partial(lambda: reply(rss(*(f"<item><title>خبر {n}</title></item>" for n in range(200_000))))),
        Outcome.OK,
        "only the first 2000 entries",
        entries=2_000,
        title="خبر 1999",
        megabytes=150,
    ),
    Case(
        "1,000,000 empty entries",
        partial(lambda: reply(rss("<item/>" * 1_000_000))),
        Outcome.OK,
        "only the first 2000 entries",
        megabytes=150,
    ),
    _refused("elements 50,000 deep", b"<rss><channel>" + b"<x>" * 50_000, Outcome.BROKEN, "no entry"),
    _read("comments that never end", rss(item(1, description="<!--" * 200_000))),
    _read("50,000 categories", rss(item(1) + "<category>x</category>" * 50_000)),
    _read("500,000 ampersands", rss(item(1, description="&" * 500_000))),
    Case("a tag of 1,000,000 attributes", partial(lambda: reply(b"<rss" + b" a" * 1_000_000)), Outcome.BROKEN),
    Case("brackets 100,000 deep", reply(b"[" * 100_000), Outcome.NOT_A_FEED, "JSON"),
    Case(
        "a title of 3,000,000 letters",
        partial(lambda: reply(rss(item(1, title="ا" * 3_000_000)))),
        Outcome.OK,
        entries=1,
        title="ا" * 3_000_000,
        megabytes=150,
    ),
]

DAMAGE = [
    _read("a bare ampersand", _FEED.replace("جسر".encode(), b"AT&T"), title="افتتاح AT&T جديد على النهر"),
    _read(
        "an unknown entity",
        _FEED.replace("جسر".encode(), "جسر&nbsp;&madeup;".encode()),
        title="افتتاح جسر &madeup; جديد على النهر",
    ),
    _read("a control character", _FEED.replace("جسر".encode(), "ج\x0bسر".encode())),
    _read("NULs in a title", _FEED.replace("جسر".encode(), "ج\x00سر".encode())),
    _read("NULs before it", b"\x00" * 1_000 + _FEED),
    _read(
        "impossible characters by number",
        _FEED.replace("جسر".encode(), b"&#1114112;&#xd800;&#0;"),
        title="افتتاح ��� جديد على النهر",
    ),
    _read("a warning before it", b"<br />\n<b>Warning</b>: x.php on line 3<br />\n" + _FEED),
    _read("blank lines before it", b"\n\n \t" + _FEED),
    _read("a second document behind it", _FEED + _FEED, entries=1),
    _read("a comment of 60 KB before it", b"<!--" + b"x" * 60_000 + b"-->" + _FEED),
    _refused("a comment of 1 MB before it", b"<!--" + b"x" * 1_000_000 + b"-->" + _FEED, Outcome.NOT_A_FEED),
    _read("no closing tags at all", rss(item(1), item(2)).replace(b"</description>", b"")),
    _read("no end", rss(item(1), item(2)).removesuffix(b"</channel></rss>"), entries=2, reason="tolerantly"),
    _read("an end in the middle of an item", rss(item(1), item(2))[:-60], reason="cut off"),
    _refused("an end in the first item", _FEED[: _FEED.index(b"<guid>")], Outcome.BROKEN, "no entry"),
    _refused("a start and nothing else", b"<rss", Outcome.BROKEN, "no entry"),
    _refused("a stray end that trips the parser", rss("<item></media:player></item>"), Outcome.BROKEN, "tripped"),
    _read("an undeclared prefix", rss(item(1, **{"made:up": "x"}))),
    _read("CDATA", rss(item(1, title=f"<![CDATA[{_TITLE}]]>"))),
    _read("CDATA without its end", rss(item(1), item(2, description="<![CDATA[قالت")), entries=2),
    _read("CDATA in CDATA", rss(item(1, description="<![CDATA[<![CDATA[x]]>]]>"))),
]

ALPHABETS = [
    _read("windows-1256 said to be UTF-8", _FEED.decode().encode("cp1256")),
    _read("windows-1256 as it says", _FEED.decode().replace("UTF-8", "windows-1256").encode("cp1256")),
    _read("UTF-8 said to be windows-1256", _FEED.replace(b"UTF-8", b"windows-1256")),
    _read("UTF-8 whose header says latin-1", _FEED, Content_Type="text/xml; charset=iso-8859-1"),
    _read("UTF-16 without a mark", _FEED.decode().encode("utf-16-le")),
    _read("UTF-16 the other way round without a mark", _FEED.decode().encode("utf-16-be")),
    _read(
        "UTF-16 with a mark and a false header",
        codecs.BOM_UTF16_LE + _FEED.decode().encode("utf-16-le"),
        Content_Type="text/xml; charset=utf-8",
    ),
    _read("UTF-32", _FEED.decode().encode("utf-32")),
    _read("half a UTF-16 letter", codecs.BOM_UTF16_LE + _FEED.decode().encode("utf-16-le") + b"\x00"),
    _read(
        "one bad byte",
        _FEED.replace("جديد".encode(), "جديد".encode() + b"\xff"),
        title="افتتاح جسر جديد\ufffd على النهر",
    ),
    _read("an alphabet that is none", _FEED.replace(b"UTF-8", b"no-such")),
    _read("an alphabet that runs code", _FEED.replace(b"UTF-8", b"zlib_codec"), Content_Type="text/xml; charset=bz2"),
    _refused("surrogates without end", b"\xff\xfe" + b"\x00\xd8" * 100_000, Outcome.NOT_A_FEED),
    _refused("random bytes as a body", bytes(range(256)) * 1_000, Outcome.NOT_A_FEED),
    _refused("zeros", bytes(1_000_000), Outcome.NOT_A_FEED),
]

_RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://x.example/">
<title>النهر</title></channel><item rdf:about="http://x.example/1"><title>{_TITLE}</title>
<link>http://x.example/1</link><dc:date>2026-11-23T14:05:00+03:00</dc:date></item></rdf:RDF>"""
_RSS_090 = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>النهر</title></channel>
<item><title>{_TITLE}</title><link>http://x.example/1</link></item></rdf:RDF>"""
_ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>النهر</title><entry>
<id>tag:x.example,2026:1</id><title type="html">&lt;b&gt;{_TITLE}&lt;/b&gt;</title><link href="/1"/>
<updated>2026-11-23T15:05:00+03:00</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>متن</p></div>
</content></entry></feed>"""
_JSON: dict[str, object] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "النهر",
    "items": [{"id": 7, "title": _TITLE, "content_html": "<p>متن</p>"}, "no item", None, {"id": {}, "title": []}],
}

DIALECTS = [
    _read("RSS 0.90", _RSS_090),
    *(
        _read(f"RSS {version}", _FEED.replace(b'"2.0"', b'"%b"' % version.encode()))
        for version in ("0.91", "0.92", "9.9")
    ),
    _read("RSS without a version", _FEED.replace(b' version="2.0"', b"")),
    _read("RSS 1.0", _RDF),
    _read("Atom", _ATOM),
    _read("Atom without its namespace", _ATOM.replace(' xmlns="http://www.w3.org/2005/Atom"', "")),
    _read(
        "Atom behind a prefix",
        _ATOM.replace("<feed xmlns=", "<a:feed xmlns:a=")
        .replace("</feed", "</a:feed")
        .replace("<entry", "<a:entry")
        .replace("</entry", "</a:entry")
        .replace("<title", "<a:title")
        .replace("</title", "</a:title"),
    ),
    _read("JSON Feed", json.dumps(_JSON)),
    _read("JSON Feed with a mark", codecs.BOM_UTF8 + json.dumps(_JSON, ensure_ascii=False).encode()),
    _refused("JSON Feed cut short", json.dumps(_JSON)[:-9], Outcome.BROKEN, "not valid JSON"),
    _refused(
        "JSON Feed whose items are a word", json.dumps(_JSON | {"items": "many"}), Outcome.BROKEN, "list of items"
    ),
    _refused("a number of 100,000 digits", json.dumps(_JSON).replace("7", "7" * 100_000), Outcome.BROKEN, "JSON"),
    Case("guids that change each time", each_time(lambda n: reply(rss(item(n)))), Outcome.OK, entries=1, title=_TITLE),
]

_LOGIN = "<!doctype html><html lang=ar><head><title>تسجيل الدخول</title></head><body><form></form></body></html>"

OTHERS = [
    _refused("a login page", _LOGIN, Outcome.NOT_A_FEED, "an HTML page, not a feed: 'تسجيل الدخول'"),
    _refused(
        "a captcha page",
        "<html><head><title>Just a moment...</title><script>x()</script>",
        Outcome.NOT_A_FEED,
        "Just a moment",
    ),
    _refused(
        "a page that mentions a feed", "<html><head><link type='application/rss+xml' href='/rss'>", Outcome.NOT_A_FEED
    ),
    _refused("a page named a feed", "<html><body><rss><channel><item><title>x</title>", Outcome.NOT_A_FEED, "HTML"),
    _refused("a site map", "<?xml version='1.0'?><urlset><url/></urlset>", Outcome.NOT_A_FEED, "urlset"),
    _refused("an OPML list", "<?xml version='1.0'?><opml version='1.0'><body/></opml>", Outcome.NOT_A_FEED, "opml"),
    _refused("an error in JSON", '{"error": "no key"}', Outcome.NOT_A_FEED, "JSON"),
    _refused("an error in words", "Service suspended", Outcome.NOT_A_FEED, "plain text"),
    _refused("the name of a file", "/etc/passwd", Outcome.NOT_A_FEED, "plain text"),
    _refused("an address as a body", "http://127.0.0.1/inside", Outcome.NOT_A_FEED, "plain text"),
    _refused("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, Outcome.NOT_A_FEED),
    _refused("an archive", b"PK\x03\x04" + bytes(range(256)) * 40, Outcome.NOT_A_FEED),
    Case("an empty channel", reply(rss()), Outcome.OK),
]

CASES = [*ENTITIES, *STALLS, *SIZES, *DAMAGE, *ALPHABETS, *DIALECTS, *OTHERS]
