"""Feed documents of the demonstration's outlets: RSS 2.0 and Atom 1.0, in the outlet's own encoding."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from daemon.demo.stories import Outlet, Showing, Story, showings

_NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'


def render_feed(outlet: Outlet, stories: Sequence[Story], base_url: str, started: datetime, elapsed: float) -> bytes:
    """Return the outlet's feed as it stands `elapsed` seconds after `started`.

    The same moment of the stories gives the same bytes: nothing in it moves but what the outlet published.
    `base_url` has no slash at its end. Raises UnicodeEncodeError when the outlet's charset lacks a letter.
    """
    shown = showings(outlet, stories, started, elapsed)
    changed = max((one.updated or one.published for one in shown), default=started)
    render = _atom if outlet.format == "atom" else _rss
    declaration = f'<?xml version="1.0" encoding="{outlet.charset}"?>\n'
    return (declaration + render(outlet, shown, base_url, changed)).encode(outlet.charset)


def feed_content_type(outlet: Outlet) -> str:
    """Return the Content-Type to serve the outlet's feed with, its charset included."""
    return f"application/{outlet.format}+xml; charset={outlet.charset}"


def paragraphs_html(paragraphs: Sequence[str]) -> str:
    """Return plain paragraphs as HTML."""
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)


def _rss(outlet: Outlet, shown: Sequence[Showing], base_url: str, changed: datetime) -> str:
    items = "\n".join(_rss_item(outlet, one, base_url) for one in shown)
    return f"""<rss version="2.0" {_NAMESPACES}>
<channel>
<title>{escape(outlet.name)}</title>
<link>{base_url}{outlet.home_path}</link>
<description>{escape(outlet.name)}</description>
<language>ar</language>
<lastBuildDate>{_rfc822(outlet, changed)}</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="{base_url}{outlet.feed_path}"/>
{items}
</channel>
</rss>
"""


def _rss_item(outlet: Outlet, one: Showing, base_url: str) -> str:
    html = paragraphs_html(one.paragraphs)
    guid = f'\n<guid isPermaLink="false">{escape(one.copy.guid)}</guid>' if one.copy.guid else ""
    if outlet.layout == "content":
        text = (
            f"<description>{escape(one.summary)}</description>\n<content:encoded><![CDATA[{html}]]></content:encoded>"
        )
    else:
        text = f"<description>{escape(html)}</description>"
    return f"""<item>
<title>{escape(one.title)}</title>
<link>{base_url}{one.copy.path}</link>{guid}
<pubDate>{_rfc822(outlet, one.published)}</pubDate>
{text}
</item>"""


def _atom(outlet: Outlet, shown: Sequence[Showing], base_url: str, changed: datetime) -> str:
    entries = "\n".join(_atom_entry(outlet, one, base_url) for one in shown)
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">
<id>tag:{outlet.id}.example,2025:feed</id>
<title>{escape(outlet.name)}</title>
<updated>{_rfc3339(outlet, changed)}</updated>
<author><name>{escape(outlet.name)}</name></author>
<link rel="alternate" href="{base_url}{outlet.home_path}"/>
<link rel="self" href="{base_url}{outlet.feed_path}"/>
{entries}
</feed>
"""


def _atom_entry(outlet: Outlet, one: Showing, base_url: str) -> str:
    link = f"{base_url}{one.copy.path}"
    return f"""<entry>
<id>{escape(one.copy.guid or link)}</id>
<title>{escape(one.title)}</title>
<link rel="alternate" href="{link}"/>
<published>{_rfc3339(outlet, one.published)}</published>
<updated>{_rfc3339(outlet, one.updated or one.published)}</updated>
<summary>{escape(one.summary)}</summary>
<content type="html">{escape(paragraphs_html(one.paragraphs))}</content>
</entry>"""


def _local(outlet: Outlet, moment: datetime) -> datetime:
    return moment.astimezone(timezone(timedelta(minutes=outlet.utc_offset_minutes))).replace(microsecond=0)


def _rfc822(outlet: Outlet, moment: datetime) -> str:
    return format_datetime(_local(outlet, moment))


def _rfc3339(outlet: Outlet, moment: datetime) -> str:
    return _local(outlet, moment).isoformat()
