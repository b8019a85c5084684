"""What people do with the pages in a browser: read both ways, walk by keyboard, choose, compare; without scripts."""

from typing import Any

import pytest
from playwright.async_api import Page
from sqlalchemy import Engine, text

from storage.engine import reading
from tests.web.pages.chromium import Chromium, watched

pytestmark = pytest.mark.slow


def _train(engine: Engine) -> tuple[int, int, int]:
    """Return the story with an edited article, and that article's first and last text."""
    with reading(engine) as conn:
        row = conn.execute(
            text(
                "SELECT cluster_id, min(id), max(id) FROM version WHERE article_id ="
                " (SELECT article_id FROM version WHERE number = 2) GROUP BY cluster_id"
            )
        ).one()
    return row[0], row[1], row[2]


async def _middles(page: Page, selector: str) -> list[float]:
    """Return where the middles of elements stand, pixels from the left."""
    found: list[float] = await page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].map((one) => {
          const box = one.getBoundingClientRect();
          return box.left + box.width / 2;
        })""",
        selector,
    )
    return found


@pytest.mark.parametrize("language", ["ar", "en"])
def test_time_runs_the_way_the_language_does(chromium: Chromium, demo: Engine, demo_site: str, language: str) -> None:
    story, _, _ = _train(demo)

    async def look() -> tuple[list[float], float, float, float]:
        async with watched(chromium, demo_site, language=language) as seen:
            await seen.go(f"/clusters/{story}")
            marks = await _middles(seen.page, ".timeline-svg .mark .disc")
            (name,) = await _middles(seen.page, ".masthead .name")
            await seen.go("/")
            ends = await _middles(seen.page, ".spark-end")
            sparks = await _middles(seen.page, ".spark")
            assert seen.faults == []
            return marks, name, ends[0], sparks[0]

    marks, name, end, spark = chromium.run(look())
    assert len(marks) == 5
    # In the order of time, the first outlet where reading begins.
    assert marks == sorted(marks, reverse=language == "ar")
    assert (marks[0] > 900) == (language == "ar")
    assert (marks[0] < 400) == (language == "en")
    assert (name > 640) == (language == "ar")
    assert (end < spark) == (language == "ar")


def test_two_versions_side_by_side_keep_their_words_in_order(chromium: Chromium, demo: Engine, demo_site: str) -> None:
    story, first, last = _train(demo)

    async def look() -> Any:
        async with watched(chromium, demo_site) as seen:
            await seen.go(f"/clusters/{story}?a={first}&b={last}")
            sides = await _middles(seen.page, ".side")
            told = [
                await seen.page.locator(f".side >> nth={side}").locator(mark).all_inner_texts()
                for side, mark in ((0, "del"), (1, "ins"), (0, "ins"), (1, "del"))
            ]
            # «12» and the word behind it: the earlier one stands to the right.
            places = await seen.page.evaluate(
                """() => {
                  const body = document.querySelector(".side .prose p");
                  const number = body.querySelector("del").getBoundingClientRect();
                  const range = document.createRange();
                  const behind = body.querySelector("del").nextSibling;
                  range.setStart(behind, 0); range.setEnd(behind, 5);
                  return [number.left, range.getBoundingClientRect().right];
                }"""
            )
            assert seen.faults == []
            return sides, told, places

    sides, (removed, added, *none), places = chromium.run(look())
    assert sides[0] > sides[1]
    assert {"12", "47"} <= set(removed)
    assert {"19", "52"} <= set(added)
    assert none == [[], []]
    assert places[0] >= places[1] - 1


def test_everything_can_be_reached_by_keyboard(chromium: Chromium, demo: Engine, demo_site: str) -> None:
    story, _, _ = _train(demo)

    async def walk() -> tuple[list[str], list[str], bool]:
        async with watched(chromium, demo_site, reduced_motion="reduce") as seen:
            page = seen.page
            await seen.go(f"/clusters/{story}")
            visited, unseen = [], []
            for _ in range(45):
                await page.keyboard.press("Tab")
                told = await page.evaluate(
                    """() => {
                      const one = document.activeElement;
                      const style = getComputedStyle(one);
                      const touch = one.querySelector(".touch");
                      const shown = style.outlineStyle !== "none" || (touch && getComputedStyle(touch).opacity < 1);
                      const name = one.getAttribute("class") || one.getAttribute("name") || one.tagName;
                      return [name, Boolean(shown)];
                    }"""
                )
                visited.append(told[0])
                if not told[1]:
                    unseen.append(told[0])
            await page.locator("details.evidence summary").first.focus()
            await page.keyboard.press("Enter")
            opened = await page.locator("details.evidence").first.get_attribute("open") is not None
            await page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
            assert seen.faults == []
            return visited, unseen, opened

    visited, unseen, opened = chromium.run(walk())
    assert visited[0] == "skip"
    assert {"name", "q", "link", "a", "b", "primary", "SUMMARY"} <= set(visited)
    assert sum(name.startswith("mark") for name in visited) == 5
    assert unseen == []
    assert opened


def test_without_scripts_everything_but_news_works(chromium: Chromium, demo: Engine, demo_site: str) -> None:
    story, first, last = _train(demo)

    async def walk() -> None:
        async with watched(chromium, demo_site, scripts=False) as seen:
            page = seen.page
            await page.goto(f"{demo_site}/")
            assert await page.locator(".story").count() > 5
            await page.select_option("select[name=min_sources]", "5")
            await page.click(".filters button")
            assert await page.locator(".story").count() == 1

            await page.goto(f"{demo_site}/clusters/{story}")
            await page.select_option("select[name=a]", str(first))
            await page.select_option("select[name=b]", str(last))
            await page.click(".compare button")
            assert await page.locator(".side").count() == 2

            await page.click(".language button")
            assert await page.get_attribute("html", "lang") == "en"
            assert f"a={first}" in page.url
            await page.fill("#seek", "القطار")
            await page.press("#seek", "Enter")
            assert await page.locator(".hit mark").count() > 3

            await page.goto(f"{demo_site}/settings")
            await page.check("input[name=digits][value=arabic]")
            await page.check("input[name=theme][value=dark]")
            await page.select_option("select[name=zone]", "Asia/Tokyo")
            await page.click(".settings button")
            assert await page.get_attribute("html", "data-theme") == "dark"
            assert "Asia/Tokyo" in await page.inner_text("footer")
            assert "٣ outlets" in await page.inner_text("main")
            ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == "rgb(22, 21, 18)"
            assert seen.faults == []

    chromium.run(walk())


def test_a_first_visit_learns_the_time_zone(chromium: Chromium, demo_site: str) -> None:
    async def visit() -> tuple[str, str]:
        context = await chromium.browser.new_context(timezone_id="Asia/Baghdad", locale="ar-IQ")
        page = await context.new_page()
        await page.goto(f"{demo_site}/")
        await page.wait_for_function("document.querySelector('footer').innerText.includes('Baghdad')")
        cookies = {one.get("name"): one.get("value") for one in await context.cookies()}
        lang = await page.get_attribute("html", "lang")
        await context.close()
        return str(cookies.get("zone")), str(lang)

    zone, language = chromium.run(visit())
    assert zone in ("Asia/Baghdad", "Asia%2FBaghdad")
    assert language == "ar"
