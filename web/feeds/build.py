"""From stories to a document: ids, words and addresses."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from clustering.agencies import AGENCY_NAMES
from storage.identity import Identity
from web.feeds.document import Document, Item, Link, Tag
from web.feeds.links import FeedForm, feed_path, list_path
from web.feeds.outside_text import LONGEST_TITLE, clean, web_address
from web.feeds.query import PAGE_ONLY, FeedQuery, address_of
from web.feeds.story import Story
from web.feeds.story_html import MOST_ARTICLES, story_html
from web.story_path import story_path

OUTLET, WIRE = "urn:riwaya:outlet", "urn:riwaya:wire"
"""What the categories of an item are: outlets by their id, agencies by theirs."""

_LONGEST_NAME = 100


def build(
    stories: Sequence[Story],
    query: FeedQuery,
    form: FeedForm,
    *,
    identity: Identity,
    base: str,
    version: str,
    cursor: str | None = None,
) -> Document:
    """Return the document of a choice of stories.

    `base` is the address of this server, without a slash at its end; `version` is that of riwaya;
    `cursor` is where the next page begins, None when this is the last.
    """
    return Document(
        id=uuid5(identity.uuid, f"feed {address_of(query, but=PAGE_ONLY)}").urn,
        title=_title(query),
        description="أخبار تنقلها عدة منافذ: من نقلها ومتى، وما الذي تبدّل في نصها",
        self_url=base + feed_path(form, query),
        page_url=base + list_path(query),
        next_url=None if cursor is None else base + feed_path(form, query.model_copy(update={"cursor": cursor})),
        version=version,
        updated=max((story.updated for story in stories), default=identity.made_at),
        items=tuple(_item(story, identity.uuid, base) for story in stories),
    )


def item_id(store: UUID, cluster_id: int) -> str:
    """Return the name of a story among all things: the same for ever, in every feed and format, wherever it is served.

    The story's own id decides, and a merged story goes on under the older id: readers that know it see a changed item.
    """
    return uuid5(store, f"cluster {cluster_id}").urn


def _item(story: Story, store: UUID, base: str) -> Item:
    url = base + story_path(story.cluster.id)
    outlets = {article.source_id: clean(article.source_name, _LONGEST_NAME) for article in story.articles}
    links = ((web_address(article.url), article.title) for article in story.articles[:MOST_ARTICLES])
    return Item(
        id=item_id(store, story.cluster.id),
        url=url,
        title=clean(story.cluster.title, LONGEST_TITLE) or "بلا عنوان",
        published=story.cluster.published or story.cluster.first_seen,
        updated=story.updated,
        authors=tuple(outlets.values()),
        tags=(
            *(Tag(OUTLET, source, name) for source, name in outlets.items()),
            *(Tag(WIRE, agency, AGENCY_NAMES.get(agency, agency)) for agency, _ in story.wires),
        ),
        links=tuple(Link(link, clean(title, LONGEST_TITLE)) for link, title in links if link is not None),
        content=story_html(story, url),
    )


def _title(query: FeedQuery) -> str:
    said = ["رواية"]
    if query.q:
        said.append(f"«{clean(query.q, LONGEST_TITLE)}»")
    said += [AGENCY_NAMES.get(wire, clean(wire, _LONGEST_NAME)) for wire in query.wire]
    said += [clean(source, _LONGEST_NAME) for source in query.source]
    if query.min_sources > 1:
        said.append(f"المنافذ: {query.min_sources} فأكثر")
    return " · ".join(said)
