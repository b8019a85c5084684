"""A page that is open hears of what comes in."""

import asyncio
import shutil
from pathlib import Path

import pytest

from storage.articles import EntryRow, save_entries
from storage.engine import open_engine, reading, writing
from storage.feeds import select_feeds
from tests.web.pages.chromium import Chromium, watched
from tests.web.pages.demo_store import STARTED, group
from tests.web.serving import parts_on, served
from web.app import create_app

pytestmark = pytest.mark.slow


def test_a_new_text_is_announced_and_shown_when_asked_for(chromium: Chromium, demo_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "riwaya.db"
    shutil.copyfile(demo_file, path)
    reader = open_engine(f"sqlite:///{path}", read_only=True)

    def publish() -> None:
        writer = open_engine(f"sqlite:///{path}")
        with reading(writer) as conn:
            (feed,) = select_feeds(conn, ("almarfa",))
        entry = EntryRow(
            key="guid:new", url="https://almarfa.example/new", title="خبر لم يكن", summary="", published_at=STARTED,
            text="افتتحت بلدية سامورا مساء الاثنين حديقة جديدة على ضفة النهر بعد عامين من العمل فيها.",
            updated_at=None, published_raw=None,
        )  # fmt: skip
        with writing(writer) as conn:
            save_entries(conn, "almarfa", feed.id, [entry], STARTED)
        group(writer)
        writer.dispose()

    async def look(base: str) -> str:
        async with watched(chromium, base) as seen:
            page = seen.page
            async with page.expect_response("**/api/v1/events**"):
                await seen.go("/?min_sources=1")
            await asyncio.sleep(0.5)  # until the stream has its place
            before = await page.locator(".story").count()
            await asyncio.to_thread(publish)
            await page.locator("#live a").wait_for(state="visible", timeout=20_000)
            told = await page.inner_text("#live")
            await page.click("#live a")
            await page.wait_for_load_state("load")
            assert await page.locator(".story").count() == before + 1
            assert "خبر لم يكن" in await page.inner_text("#stories")
            assert seen.faults == []
            return told

    with served(create_app(parts_on(reader))) as base:
        assert "1" in chromium.run(look(base))
    reader.dispose()
