"""Every page in a real browser: in both languages, light and dark, wide and narrow."""

import asyncio
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, product
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import Engine, text

from storage.engine import open_engine, reading
from tests.corpus import corpus_folder
from tests.daemon.newsroom import called
from tests.web.pages.chromium import Chromium, Watched, barriers, overflow, shared_out
from tests.web.serving import parts_on, served
from web.app import create_app

pytestmark = pytest.mark.slow

REAL_ARTICLES = 5_000
WIDTHS = (1280, 360)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AXE_RULES: dict[tuple[int, str], tuple[str, ...]] = {
    (1280, "light"): (),
    (360, "dark"): ("color-contrast", "target-size", "scrollable-region-focusable"),
}
"""All rules in one dress of a page, and what can differ in another one; looking takes half a second."""


def _one(engine: Engine, query: str) -> Any:
    with reading(engine) as conn:
        return conn.execute(text(query)).scalar_one()


def addresses(engine: Engine, word: str) -> dict[str, int]:
    """Return an address of every page with the status it has, for a store in which articles have this word."""
    largest = _one(engine, "SELECT id FROM cluster ORDER BY versions DESC, id LIMIT 1")
    versions = _one(
        engine,
        "SELECT min(id) || '&b=' || max(id) FROM version"
        " WHERE cluster_id = (SELECT id FROM cluster ORDER BY versions DESC, id LIMIT 1)",
    )
    edited = _one(engine, "SELECT id FROM article ORDER BY versions DESC, id LIMIT 1")
    plain = _one(engine, "SELECT min(id) FROM article WHERE versions = 1")
    source = _one(engine, "SELECT min(id) FROM source")
    return {
        "/": 200,
        f"/?since=36500d&min_sources=1&order=growth&source={source}&source=nobody&until=2099-01-01&q={word}": 200,
        "/?min_sources=99": 200,
        "/?since=never": 422,
        f"/clusters/{largest}": 200,
        f"/clusters/{largest}?a={versions}": 200,
        "/clusters/999999": 404,
        f"/articles/{edited}": 200,
        f"/articles/{plain}": 200,
        "/search": 200,
        f"/search?q={word}": 200,
        "/search?q=لاشيءهنامنهذا": 200,
        "/search?q=(": 400,
        "/sources": 200,
        f"/sources/{source}": 200,
        "/settings": 200,
        "/sign-in": 200,
        "/nothing/here": 404,
    }


async def _look(seen: Watched, one: tuple[str, int]) -> None:
    """See that a page is well in every dress of it."""
    path, status = one
    page = seen.page
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.emulate_media(color_scheme="light")
    await seen.go(path, status)
    language, runs = await page.get_attribute("html", "lang"), await page.get_attribute("html", "dir")
    if (language, runs) not in (("ar", "rtl"), ("en", "ltr")):
        seen.faults.append("runs the wrong way")
    await page.evaluate("document.fonts.ready")
    if not await page.evaluate("[...document.fonts].some((face) => face.status === 'loaded')"):
        seen.faults.append("the font is missing")
    for dress in product(WIDTHS, THEMES):
        width, theme = dress
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=theme)
        if (wide := await overflow(page)) is not None:
            seen.faults.append(f"wider than {width}: {wide}")
        if dress in AXE_RULES:
            found = await barriers(page, AXE_RULES[dress])
            seen.faults += [f"{width} {theme}: {one}" for one in found]
    await seen.look()


async def _all_faults(chromium: Chromium, base: str, pages: dict[str, int]) -> list[str]:
    found = await asyncio.gather(
        *(shared_out(chromium, base, pages.items(), _look, language=language) for language in ("ar", "en"))
    )
    return [fault for faults in found for fault in faults]


def test_every_page_of_the_demonstration(chromium: Chromium, demo: Engine, demo_site: str) -> None:
    faults = chromium.run(_all_faults(chromium, demo_site, addresses(demo, "قطار")))
    assert not faults, "\n".join(faults)


@pytest.mark.corpus
def test_every_page_on_real_articles(chromium: Chromium, tmp_path: Path) -> None:
    with _real_articles(tmp_path) as engine, served(create_app(parts_on(engine))) as base:
        faults = chromium.run(_all_faults(chromium, base, addresses(engine, "الرئيس")))
    assert not faults, "\n".join(faults)


@contextmanager
def _real_articles(folder: Path) -> Iterator[Engine]:
    """Load the first articles of the corpus as a user would."""
    articles, config = folder / "articles.jsonl", folder / "config.yaml"
    with gzip.open(corpus_folder() / "ant-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles.write_text("".join(islice(lines, REAL_ARTICLES)), "utf-8")
    config.write_text(f"database: sqlite:///{folder}/riwaya.db\nweb: {{enabled: false}}\nsources: []\n", "utf-8")
    loaded = called("import", articles, config=config)
    assert loaded.code == 0, loaded.err
    engine = open_engine(f"sqlite:///{folder}/riwaya.db", read_only=True)
    yield engine
    engine.dispose()
