"""RSS as it is found: documents made at random of what outlets write, and of what a reader may trip over."""

import random
from collections.abc import Iterator

_TEXTS = (
    "",
    " ",
    "افتتاح جسر جديد على النهر",
    "  خبر\tبين   فراغات\n وأسطر ",
    '<![CDATA[<p>قالت البلدية</p>\n<p class="x">إن الجسر &amp; الطريق<br/>يفتح&nbsp;غدا</p>]]>',
    "<![CDATA[نص بلا وسوم & علامة]]>",
    "&lt;p&gt;فقرة&lt;/p&gt; &lt;script&gt;x&lt;/script&gt;وبعدها",
    "&amp;lt;b&amp;gt;مرتين&amp;lt;/b&amp;gt;",
    "<![CDATA[a <b and c> </b>]]> و<![CDATA[ بعد]]>",
    "http://paper.example/a?b=1&amp;c=2",
    "/relative/عنوان",
    "12345",
    "<!-- ملاحظة -->بعد الملاحظة",
    "<?hint x?>بعد",
    "ﷺ \u200f\u00a0 نهاية",
    "a@b.example (سلمى)",
)
_ODD_TEXTS = (
    "أ &amp;amp; ب &amp;nbsp; ج &amp;#8230;",
    "caf\u00e9 \u00c3\u00a9",
    "\u0093quoted\u0094 &#147;more&#148;",
    "plain &lt; less",
    "&#8226; نقطة &#x202b;اتجاه&#13;سطر",
    "http:////paper.example//a",
    "http://paper.example/?a=1&amp;amp;b;=2",
    "Ø£Ø¹Ù„Ù†Øª",
)
_DATES = (
    "Mon, 23 Nov 2026 14:05:00 +0300",
    "Mon, 23 Nov 2026 14:05:00 GMT",
    "2026-11-23T14:05:00Z",
    "23/11/2026 02:05 pm",
    "الاثنين، 23 نوفمبر 2026 14:05",
    "Mon, 31 Feb 2026 25:61:00 +9999",
    "0000-00-00T00:00:00Z",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "9999-12-31T23:59:59Z",
    "20261123",
    "قبل ساعة",
    "",
)
_USUAL = ("title", "link", "description", "content:encoded")
_RARE = (
    "author",
    "dc:creator",
    "category",
    "comments",
    "source",
    "summary",
    "dc:title",
    "dc:subject",
    "dc:description",
    "itunes:summary",
    "itunes:author",
    "media:title",
    "media:description",
    "media:keywords",
    "media:credit",
    "media:text",
    "slash:comments",
    "wfw:commentRss",
    "date",
    "id",
    "image",
    "content",
    "body",
    "tags",
    "keywords",
    "foo",
    "foo:detail",
    "summary:detail",
    "atom:updated",
    "atom:summary",
)
_ATTRIBUTES = (
    "",
    "",
    "",
    "",
    ' type="html"',
    ' type="xhtml"',
    ' xml:lang="ar"',
    ' xml:base="http://other.example/"',
    ' base="http://other.example/"',
    ' domain="http://paper.example/tags"',
    ' url="http://paper.example/x"',
    ' mode="base64"',
    ' xmlns="com-wordpress:feed-additions:1"',
    ' xmlns="http://www.w3.org/2005/Atom"',
)
_NAMES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "atom": "http://www.w3.org/2005/Atom",
}
_ODD_NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "foo": "http://foo.example/",
    "summary": "http://summary.example/",
    "dc": "http://other.example/dc",
    "content": "http://purl.org/dc/elements/1.1/",
    "x": "http://purl.org/rss/1.0/",
    "m": "http://search.yahoo.com/mrss",
}
_ABOUT = (
    "<title>صحيفة الميناء</title>",
    "<title>صحيفة &amp;amp; أخرى</title>",
    "<link>http://paper.example/</link>",
    '<atom:link href="http://paper.example/rss" rel="self" type="application/rss+xml"/>',
    '<atom:link href="http://paper.example/rss" rel="self" xml:base="http://b.example/"/>',
    "<image><url>http://paper.example/x.png</url><title>صورة</title><link>http://paper.example/</link><width>9</width></image>",
    "<image><url>x</url><width>wide</width></image>",
    "<ttl>15</ttl>",
    "<ttl>x</ttl>",
    "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
    "<language>ar</language><generator>W</generator><copyright>&#169;</copyright>",
    "<managingEditor>a@b.example</managingEditor><lastBuildDate>Mon, 23 Nov 2026 14:05:00 +0300</lastBuildDate>",
    "<skipHours><hour>1</hour></skipHours>",
    "<category>أخبار</category>",
    "<textInput><title>بحث</title><name>q</name><link>http://paper.example/q</link></textInput>",
    "<description>وصف</description>",
    "<itunes:summary>صوت</itunes:summary>",
)


def shapes(seed: int) -> Iterator[str]:
    """Yield documents without end; the same seed gives the same ones."""
    chance = random.Random(seed)  # noqa: S311 - it has to be foreseeable
    while True:
        yield _document(chance)


def _document(chance: random.Random) -> str:
    oddness = chance.choice((0.0, 0.0, 0.02, 0.2))
    names = dict(_NAMES)
    if chance.random() < oddness:
        names |= dict(chance.sample(sorted(_ODD_NAMES.items()), 3))
    about = chance.sample(_ABOUT[:14] if chance.random() >= oddness else _ABOUT, chance.randint(0, 6))
    items = [_item(chance, oddness) for _ in range(chance.randint(0, 4))]
    parts = [*about, *items]
    if chance.random() < oddness:
        chance.shuffle(parts)
    version = chance.choice(("2.0", "2.0", "2.0", "2.01", "0.91", "")) if chance.random() < oddness else "2.0"
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    inside = "\n".join(parts)
    return f'<?xml version="1.0"?>\n<rss version="{version}"{declared}><channel>\n{inside}\n</channel></rss>'


def _item(chance: random.Random, oddness: float) -> str:
    parts = [_element(name, chance, oddness) for name in _USUAL if chance.random() < 0.8]
    for guid in ("<guid>", '<guid isPermaLink="false">', '<guid isPermaLink="true">'):
        if chance.random() < 0.3:
            parts.append(f"{guid}{_text(chance, oddness)}</guid>")
            break
    for name in ("pubDate", "dc:date"):
        if chance.random() < 0.6:
            date = chance.choice(_DATES) if chance.random() < oddness else chance.choice(_DATES[:4])
            parts.append(f"<{name}>{date}</{name}>")
    extra = (
        "<category>مدن</category>",
        '<category domain="d">مدن</category><category>نهر</category><category domain="d"></category>',
        "<dc:creator><![CDATA[المحرر]]></dc:creator>",
        "<author>a@b.example (سلمى)</author>",
        '<enclosure url="http://paper.example/a.mp3" type="audio/mpeg" length="1"/>',
        '<media:content url="a.jpg" medium="image"><media:title>صورة</media:title></media:content>',
        "<media:title>صورة</media:title>",
        '<media:group><media:content url="u"/><media:thumbnail url="t"/></media:group>',
        '<source url="http://other.example/rss">صحيفة أخرى</source>',
        "<comments>http://paper.example/c</comments>",
        '<post-id xmlns="com-wordpress:feed-additions:1">7</post-id>',
        "<media:description>تعليق</media:description>",
    )
    parts += chance.sample(extra, chance.randint(0, 4))
    if chance.random() < oddness * 3:
        parts.append(_element(chance.choice(_RARE + _USUAL), chance, 1.0))
    chance.shuffle(parts)
    return f"<item>{''.join(parts)}</item>"


def _element(name: str, chance: random.Random, oddness: float) -> str:
    attributes = chance.choice(_ATTRIBUTES) if chance.random() < oddness else ""
    text = _text(chance, oddness)
    if chance.random() < oddness / 2:
        text = f"{text}<b>{_text(chance, 0.0)}</b>{text}"
    return f"<{name}{attributes}>{text}</{name}>"


def _text(chance: random.Random, oddness: float) -> str:
    return chance.choice(_ODD_TEXTS if chance.random() < oddness else _TEXTS)
