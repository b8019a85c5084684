"""Renews the pictures of the documentation: `make screenshots`. They show the demonstration, whose news is invented."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.engine import open_engine, reading
from storage.migrate import upgrade
from tests.web.pages.chromium import Chromium, require_chromium, watched
from tests.web.pages.demo_store import store_demo
from tests.web.serving import parts_on, served
from web.app import create_app

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "images"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file, the page, how it is dressed, and down to where it is taken (pixels)."""

    name: str
    path: str
    language: str = "ar"
    theme: str = "light"
    width: int = 1000
    height: int = 760
    at: str | None = None


def _pictures(story: int, first: int, last: int) -> tuple[Picture, ...]:
    return (
        Picture("home", "/"),
        Picture("story", f"/clusters/{story}"),
        Picture("compare", f"/clusters/{story}?a={first}&b={last}", height=640, at="#compare"),
        Picture("search", "/search?q=القطار", height=700),
        Picture("outlets", "/sources", at="#h-matrix", height=620),
        Picture("home-english", "/", "en", "dark", height=560),
        Picture("phone", f"/clusters/{story}", theme="dark", width=390, height=780),
    )


async def _take(chromium: Chromium, base: str, picture: Picture) -> None:
    size = {"width": picture.width, "height": picture.height}
    more: dict[str, Any] = {"viewport": size, "color_scheme": picture.theme, "reduced_motion": "reduce"}
    async with watched(chromium, base, language=picture.language, **more) as seen:
        await seen.go(picture.path)
        await seen.page.evaluate("document.fonts.ready")
        if picture.at is not None:
            await seen.page.evaluate(f"document.querySelector('{picture.at}').scrollIntoView()")
        await seen.page.screenshot(path=FOLDER / f"{picture.name}.png")


def main() -> None:
    """Take every picture."""
    require_chromium()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/riwaya.db")
        upgrade(engine)
        store_demo(engine)
        with reading(engine) as conn:
            story, first, last = conn.execute(
                text(
                    "SELECT cluster_id, min(id), max(id) FROM version WHERE article_id ="
                    " (SELECT article_id FROM version WHERE number = 2) GROUP BY cluster_id"
                )
            ).one()
        chromium = Chromium()

        async def take_all(base: str) -> None:
            await asyncio.gather(*(_take(chromium, base, one) for one in _pictures(story, first, last)))

        with served(create_app(parts_on(engine))) as base:
            chromium.run(take_all(base))
        chromium.close()
        engine.dispose()


if __name__ == "__main__":
    main()
