"""The files that pages load: style, script, fonts and the icon, under an address that names their content.

All of them are read when the application is made, some 120 KB. The address changes with any of them, so that a browser
may keep them for good.
"""

from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.problems import refuse

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_NOW = "no-cache"


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The files by name, and the stamp of them all."""

    content: dict[str, bytes]
    stamp: str

    def address(self, name: str) -> str:
        """Return the address of a file. Raises KeyError for one that is not there."""
        self.content[name]  # a wrong name in a template shows at once
        return f"/static/{self.stamp}/{name}"


def load_static_files() -> StaticFiles:
    """Read the files of the package."""
    content = dict(sorted(_read(files("web") / "static", "")))
    digest = blake2b(digest_size=8)
    for name, data in content.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return StaticFiles(content, digest.hexdigest())


def _read(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _read(entry, f"{prefix}{entry.name}/")
        elif any(entry.name.endswith(ending) for ending in _KINDS):
            found.append((f"{prefix}{entry.name}", entry.read_bytes()))
    return found


def static_router(static: StaticFiles) -> APIRouter:
    """Return the routes that serve the files. Under an outdated stamp they are served too, but not to be kept."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{stamp}/{name:path}")
    async def static_file(request: Request, stamp: str, name: str) -> Response:
        data = static.content.get(name)
        if data is None:
            raise refuse("not-found", "There is no such file.")
        current = stamp == static.stamp
        tag = f'"{static.stamp}"'
        headers = {"ETag": tag, "Cache-Control": _FOR_GOOD if current else _FOR_NOW}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(data, media_type=_KINDS[name[name.rindex(".") :]], headers=headers)

    return router
