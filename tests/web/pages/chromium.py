"""The system's Chromium, driven from a thread of its own, and what every page must hold in it."""

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser, Page, async_playwright

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_T = TypeVar("_T")
_W = TypeVar("_W")

_LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

_AT_ONCE = 4
"""Pages that are open at the same time: two cores, and half of the time is waiting."""


class Chromium:
    """A browser in a thread, since its loop would be in the way of the tests' own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="chromium")
        self._thread.start()
        self.room = asyncio.Semaphore(_AT_ONCE)
        self._driver: Any = None
        self.browser: Browser = self.run(self._start())

    def run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        """Run what a test does with the browser, and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(300)

    def close(self) -> None:
        """End browser and thread."""
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> Browser:
        self._driver = await async_playwright().start()
        browser: Browser = await self._driver.chromium.launch(executable_path=EXECUTABLE, args=list(_FLAGS))
        return browser

    async def _stop(self) -> None:
        await self.browser.close()
        await self._driver.stop()


def require_chromium() -> None:
    """Skip the test where there is no Chromium; with CI set, fail it."""
    if EXECUTABLE is not None:
        return
    reason = "page tests need Chromium on the PATH (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(slots=True)
class Watched:
    """A page and what went wrong in it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)
    failing: bool = False
    """Whether the address is to fail, which Chromium tells as an error."""

    async def go(self, path: str, status: int = 200) -> None:
        """Open an address of the site and see that all is well there."""
        self.failing = status >= 400
        answer = await self.page.goto(self.base + path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"answered {answer.status}")
        await self.look()

    async def look(self) -> None:
        """Note violations of the policy."""
        self.faults += [f"CSP: {one}" for one in await self.page.evaluate("window.violations || []")]


@asynccontextmanager
async def watched(
    chromium: Chromium, base: str, *, language: str = "ar", scripts: bool = True, **more: Any
) -> AsyncIterator[Watched]:
    """Open a page that notes every error, warning and foreign request."""
    async with chromium.room:
        context = await chromium.browser.new_context(
            java_script_enabled=scripts, **{"viewport": {"width": 1280, "height": 900}, **more}
        )
        cookies = {"language": language, "zone": "Asia/Amman"}
        await context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
        page = await context.new_page()
        found = Watched(page, base)
        if scripts:
            await page.add_init_script(_LISTEN)
        page.on(
            "console",
            lambda told: (
                found.faults.append(f"console {told.type}: {told.text}")
                if told.type in ("error", "warning") and not (found.failing and "Failed to load resource" in told.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: found.faults.append(f"script: {error}"))
        page.on("dialog", lambda dialog: found.faults.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((f"{base}/", "data:")) else found.faults.append(f"asked {request.url}")
            ),
        )
        try:
            yield found
        finally:
            await context.close()


async def shared_out(
    chromium: Chromium, base: str, work: Iterable[_W], look: Callable[[Watched, _W], Awaitable[None]], **dress: Any
) -> list[str]:
    """Look at many things, a few pages at a time; return the faults, each with what it was found in."""
    waiting = list(work)
    told: list[str] = []

    async def worker() -> None:
        async with watched(chromium, base, **dress) as seen:
            while waiting:
                one = waiting.pop()
                seen.faults.clear()
                await look(seen, one)
                told.extend(f"{dress.get('language', 'ar')} {one}: {fault}" for fault in dict.fromkeys(seen.faults))

    await asyncio.gather(*(worker() for _ in range(_AT_ONCE // 2)))
    return told


async def overflow(page: Page) -> str | None:
    """Tell what makes a page wider than its window."""
    told = await page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return null;
          const wide = [...document.querySelectorAll("body *")].filter((one) => {
            const box = one.getBoundingClientRect();
            return !one.closest(".scroll") && box.width > 0 && (box.right > width + 1 || box.left < -1);
          });
          return wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ") || "something";
        }"""
    )
    return None if told is None else str(told)


_AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


async def barriers(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds to be serious or critical; with `rules`, of these alone."""
    if not await page.evaluate("typeof window.axe === 'object'"):
        await page.evaluate(f"() => {{ {_AXE} }}")
    found = await page.evaluate(
        """async (rules) => {
          const options = {resultTypes: ["violations"]};
          if (rules.length) options.runOnly = {type: "rule", values: rules};
          return (await axe.run(document, options)).violations;
        }""",
        list(rules),
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({one['nodes'][0]['failureSummary'][:200]})"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
