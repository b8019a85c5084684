"""What a story is, for machines that read pages: schema.org, as JSON-LD."""

import json

from markupsafe import Markup

from web.pages.agency_names import agency_name
from web.pages.outside_text import one_line, web_address
from web.pages.story import Story, StoryVersion


def story_data(story: Story, base_url: str) -> Markup:
    """Return the story as a list of news articles, fit to stand in a script element of type application/ld+json."""
    data = {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "name": one_line(story.title),
        "url": f"{base_url}/clusters/{story.id}",
        "numberOfItems": len(story.versions),
        "itemListOrder": "https://schema.org/ItemListOrderAscending",
        "itemListElement": [
            {"@type": "ListItem", "position": version.place, "item": _article(version, base_url)}
            for version in story.versions
        ],
    }
    written = json.dumps(data, ensure_ascii=False)
    # Nothing in it may end the element, or begin a comment.
    return Markup(written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704


def _article(version: StoryVersion, base_url: str) -> dict[str, object]:
    told: dict[str, object] = {
        "@type": "NewsArticle",
        "@id": f"{base_url}/articles/{version.article_id}#v{version.number}",
        "headline": one_line(version.title),
        "datePublished": version.at.isoformat(),
        "inLanguage": "ar",
        "publisher": {"@type": "NewsMediaOrganization", "name": one_line(version.outlet)},
    }
    if (address := web_address(version.url)) is not None:
        told["url"] = address
    if version.wires:
        told["creditText"] = "، ".join(agency_name(agency, "ar") for agency in version.wires)
    return told
