"""A story as the HTML of an item: who carried it when, what sort of copy each is, what was changed.

Everything is put together from escaped text, and then cleaned once more by an allow-list.
"""

from datetime import UTC, datetime
from html import escape

import nh3

from clustering.agencies import AGENCY_NAMES
from storage.story_outlets import OutletArticle
from web.feeds.kinds import CopyKind
from web.feeds.outside_text import LONGEST_TITLE, clean, web_address
from web.feeds.story import Story

MOST_ARTICLES = 50
"""Articles listed in an item; the page has the rest."""

KIND_WORDS = {
    "verbatim": "منقول حرفيا",
    "reheadlined": "منقول بعنوان آخر",
    "corrected": "منقول بأرقام أخرى",
    "trimmed": "مختصر",
    "extended": "موسّع",
    "reworded": "معاد الصياغة",
}
"""What each kind of docs/lineage.md is called."""

_LONGEST_NAME = 100
_CHANGES_TOLD = 10

_TAGS = {"div", "p", "ul", "li", "a", "bdi", "time", "strong"}
_ATTRIBUTES = {"div": {"dir", "lang"}, "a": {"href"}, "time": {"datetime"}}


def story_html(story: Story, page_url: str) -> str:
    """Return the content of a story's item."""
    listed = story.articles[:MOST_ARTICLES]
    names = {article.article_id: article.source_name for article in story.articles}
    parts = [
        f"<p>{_counts(story)}</p>",
        "<ul>",
        *(f"<li>{_carried(article, story.kinds.get(article.article_id), names)}</li>" for article in listed),
        "</ul>",
    ]
    if changed := [article for article in story.articles if article.changes]:
        parts += [
            "<p>أرقام وأسماء تبدّلت:</p>",
            "<ul>",
            *(f"<li>{_changed(article)}</li>" for article in changed),
            "</ul>",
        ]
    if gone := [article for article in story.articles if article.vanished]:
        parts.append(f"<p>حُذف من خلاصته: {'، '.join(_isolated(article.source_name) for article in gone)}</p>")
    more = len(story.articles) - len(listed)
    told = f"الخبر كله ({more} مقالا آخر)" if more > 0 else "الخبر كله، بنصوصه وفروقها"
    parts.append(f'<p><a href="{escape(page_url)}">{told}</a></p>')
    return nh3.clean(
        f'<div dir="rtl" lang="ar">{"".join(parts)}</div>',
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener nofollow",
    )


def _counts(story: Story) -> str:
    cluster = story.cluster
    counts = [f"المنافذ: {len(cluster.sources)}", f"المقالات: {cluster.articles}", f"النصوص: {cluster.versions}"]
    if story.wires:
        wires = (f"{_isolated(AGENCY_NAMES.get(agency, agency))} ({texts})" for agency, texts in story.wires)
        counts.append(f"منسوب إلى: {'، '.join(wires)}")
    return " · ".join(counts)


def _carried(article: OutletArticle, kind: CopyKind | None, names: dict[int, str]) -> str:
    title = escape(clean(article.title, LONGEST_TITLE) or "بلا عنوان")
    url = web_address(article.url)
    linked = f'<a href="{escape(url)}"><bdi>{title}</bdi></a>' if url else f"<bdi>{title}</bdi>"
    told = [f"{_time(article.dated)} <strong>{_isolated(article.source_name)}</strong>: {linked}"]
    if kind is not None and kind.kind is not None and kind.origin in names:
        told.append(f"{KIND_WORDS[kind.kind]} عن {_isolated(names[kind.origin])}")
    elif kind is not None:
        told.append("نص مستقل")
    if article.versions > 1:
        told.append(f"نصوصه: {article.versions}")
    return " — ".join(told)


def _changed(article: OutletArticle) -> str:
    changes = (f"{_isolated(was)} صار {_isolated(now)}" for was, now in article.changes[:_CHANGES_TOLD])
    return f"{_isolated(article.source_name)}: {'، '.join(changes)}"


def _time(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}"><bdi>{moment:%Y-%m-%d %H:%M} UTC</bdi></time>'


def _isolated(text: str) -> str:
    return f"<bdi>{escape(clean(text, _LONGEST_NAME))}</bdi>"
