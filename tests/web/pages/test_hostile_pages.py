"""Strings that try to act, as names, headlines, texts and links: the pages show them, and none does anything."""

import re

import pytest
from sqlalchemy import Engine, select

from storage.engine import reading
from storage.schema import Article, Cluster
from tests.web.hostile_strings import HOSTILE
from tests.web.pages.chromium import Chromium, Watched, overflow, shared_out
from tests.web.serving import parts_on, served
from web.app import create_app

pytestmark = pytest.mark.slow

LARGEST_PAGE = 1_000_000
_LINKS = "[...document.querySelectorAll('a')].map((one) => new URL(one.href.baseVal ?? one.href, location).href)"
# Of the places that hold no elements, options and titles, which are shielded by isolates that are closed again.
_TEXTS = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll("option, title").forEach((one) => one.remove());
  return copy.textContent;
}"""
_ACTING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


async def _look(seen: Watched, path: str) -> None:
    await seen.go(path)
    page = seen.page
    if await page.evaluate("window.hit"):
        seen.faults.append("a string acted")
    links = await page.evaluate(_LINKS)
    seen.faults += [f"leads to {link[:80]}" for link in links if not re.match(r"https?://[^/\\@]+(/|$)", link)]
    if (found := _ACTING.search(await page.evaluate(_TEXTS))) is not None:
        seen.faults.append(f"U+{ord(found.group()):04X} stands in the page")
    if (wide := await overflow(page)) is not None:
        seen.faults.append(f"too wide: {wide}")
    if await page.evaluate("document.documentElement.outerHTML.length") > LARGEST_PAGE:
        seen.faults.append("too large")
    await seen.look()


def test_no_string_acts_on_any_page(chromium: Chromium, hostile_store: Engine) -> None:
    with reading(hostile_store) as conn:
        clusters = conn.execute(select(Cluster.id).where(Cluster.articles > 1)).scalars().all()
        articles = conn.execute(select(Article.id).order_by(Article.id)).scalars().all()[: len(HOSTILE)]
    assert len(articles) == len(HOSTILE)
    paths = ["/", "/?min_sources=1&order=size", "/sources", "/sources/alpha", "/search?q=title:script", "/search?q=خبر"]
    paths += [f"/clusters/{cluster}" for cluster in clusters]
    paths += [f"/articles/{article}" for article in articles[::6]]
    narrow = {"width": 360, "height": 800}
    with served(create_app(parts_on(hostile_store))) as base:
        faults = chromium.run(shared_out(chromium, base, paths, _look, viewport=narrow))
    assert not faults, "\n".join(faults)
