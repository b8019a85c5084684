"""A raw HTTP server on 127.0.0.1 for tests: it sends exactly the bytes it is told to, however wrong."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Headers = dict[str, str]
Handler = Callable[[Headers, asyncio.StreamWriter], Awaitable[None]]


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A well-formed answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def rss(*items: str, head: str = "") -> bytes:
    channel = f"<channel><title>صحيفة الميناء</title>{head}{''.join(items)}</channel>"
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {names}>{channel}</rss>'.encode()


def item(number: int = 1, title: str = "افتتاح جسر جديد على النهر", **elements: str) -> str:
    fields = {"title": title, "guid": f"n-{number}", "description": "قالت البلدية إن الجسر يفتح غدا", **elements}
    return "<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items()) + "</item>"


@dataclass
class Loopback:
    """Answers each path with fixed bytes or by a handler; remembers the requests."""

    pages: dict[str, bytes | Handler] = field(default_factory=dict)
    requests: list[tuple[str, Headers]] = field(default_factory=list)
    base: str = ""
    talks: dict[asyncio.StreamWriter, asyncio.Task[None]] = field(default_factory=dict)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks[writer] = asyncio.create_task(self.serve(reader, writer))

    async def stop(self) -> None:
        for writer, talk in self.talks.items():
            talk.cancel()
            await asyncio.gather(talk, return_exceptions=True)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
            self.requests.append((path, headers))
            page = self.pages.get(path, reply(b"nothing here", "404 Not Found"))
            if callable(page):
                await page(headers, writer)
            else:
                writer.write(page)
                await writer.drain()
        writer.close()
