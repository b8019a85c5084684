"""TLS: verified, and no way round the limits."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sources import transport
from sources.http import FetchSettings, HttpClient
from sources.outcome import FetchFailed, Outcome
from tests.sources.loopback import Headers, Loopback, item, reply, rss

FEED = rss(item(1))


async def failure(client: HttpClient, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as raised:
        await client.get(url)
    return raised.value


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that no authority knows, and its key."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -days 2 -subj /CN=127.0.0.1"
    try:
        command += " -addext subjectAltName=IP:127.0.0.1"
        subprocess.run(command.split(), check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return certificate, key


@pytest.fixture
async def secure(certificate: tuple[Path, Path], server: Loopback) -> AsyncIterator[str]:
    """The address of the server over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    async with await asyncio.start_server(server.accept, "127.0.0.1", 0, ssl=context) as listening:
        yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        await server.stop()


async def test_a_certificate_of_nobody_is_not_accepted(client: HttpClient, secure: str, server: Loopback) -> None:
    failed = await failure(client, f"{secure}/feed")
    assert failed.outcome is Outcome.UNREACHABLE
    assert "certificate" in failed.reason
    assert server.requests == []


async def test_behind_tls_an_answer_is_read_and_held_to_the_same_limits(
    settings: FetchSettings,
    certificate: tuple[Path, Path],
    secure: str,
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hints(_: Headers, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500)
            await writer.drain()

    trusting = ssl.create_default_context(cafile=certificate[0])
    monkeypatch.setattr(transport, "tls_context", lambda: trusting)
    server.pages |= {"/feed": reply(FEED), "/hints": hints}
    client = HttpClient(settings)
    try:
        assert (await client.get(f"{secure}/feed")).body == FEED
        failed = await failure(client, f"{secure}/hints")
    finally:
        await client.close()
    assert failed.outcome is Outcome.UNREACHABLE
    assert "no answer within" in failed.reason


async def test_tls_with_a_server_that_has_none_is_unreachable(client: HttpClient) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as plain:
        failed = await failure(client, f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}/feed")
    assert failed.outcome is Outcome.UNREACHABLE
