"""Small HTML pages behind the demonstration's feeds: an outlet's front page and its articles."""

from collections.abc import Sequence
from html import escape

from daemon.demo.feeds import paragraphs_html
from daemon.demo.stories import Outlet, Showing


def render_home(outlet: Outlet, shown: Sequence[Showing]) -> str:
    """Return the outlet's front page: a list of what it shows, newest first."""
    rows = "\n".join(
        f'<li><a href="{escape(one.copy.path)}">{escape(one.title, quote=False)}</a></li>' for one in shown
    )
    feed = f'<link rel="alternate" type="application/{outlet.format}+xml" href="{escape(outlet.feed_path)}">'
    return _page(outlet.name, feed, f"<h1>{escape(outlet.name, quote=False)}</h1>\n<ul>\n{rows}\n</ul>")


def render_article(outlet: Outlet, one: Showing) -> str:
    """Return the page of one article, with the outlet's name and navigation round the text."""
    name = escape(outlet.name, quote=False)
    return _page(
        f"{one.title} - {outlet.name}",
        f'<meta property="article:published_time" content="{one.published.isoformat()}">',
        f"""<header><a href="{escape(outlet.home_path)}">{name}</a></header>
<article>
<h1>{escape(one.title, quote=False)}</h1>
<time datetime="{one.published.isoformat()}">{one.published:%Y-%m-%d %H:%M}</time>
{paragraphs_html(one.paragraphs)}
</article>""",
    )


def _page(title: str, head: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="ar" dir="rtl">
<head>
<meta charset="utf-8">
<title>{escape(title, quote=False)}</title>
{head}
</head>
<body>
{body}
</body>
</html>
"""
