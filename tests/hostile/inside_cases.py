"""Ways to have a feed reader ask what stands in its own network."""

import asyncio

from sources.outcome import Outcome
from tests.hostile.case import INSIDE, Case
from tests.sources.loopback import Handler, Headers, reply

LOOPBACK = [
    "http://127.0.0.1:{port}",
    "http://127.1:{port}",
    "http://0x7f000001:{port}",
    "http://2130706433:{port}",
    "http://0.0.0.0:{port}",
    "http://[::1]:{port}",
    "http://[::]:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://[::127.0.0.1]:{port}",
    "http://[64:ff9b::7f00:1]:{port}",
    "http://[2002:7f00:1::1]:{port}",
    "http://[2001:0:7f00:1::1]:{port}",
    "http://[::ffff:0:127.0.0.1]:{port}",
    "http://[2001:db8::5efe:127.0.0.1]:{port}",
]
OTHERS = [
    "http://169.254.169.254",
    "http://10.0.0.1",
    "http://172.16.0.1",
    "http://192.168.1.1",
    "http://100.64.0.1",
    "http://224.0.0.1",
    "http://255.255.255.255",
    "http://[fe80::1]",
    "http://[fc00::1]",
    "http://[ff02::1]",
    "http://[fec0::1]",
    "https://169.254.169.254",
]

DIRECT = [
    Case(f"fetched from {host}", b"", Outcome.REFUSED, "fetch.allow_private", url=host + INSIDE)
    for host in [*LOOPBACK, *OTHERS]
]


def _led_to(place: str) -> Handler:
    """Redirect there; the port is this server's own, where the page inside would answer."""

    async def send(_: Headers, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        writer.write(reply(b"", "302 Found", Location=place.format(port=port) + INSIDE))
        await writer.drain()

    return send


LED = [
    Case(f"led to {host}", _led_to(host), Outcome.REFUSED, "fetch.allow_private")
    for host in [*LOOPBACK, *OTHERS[:2], "//127.0.0.1:{port}"]
]

_NO_ADDRESS = "http://0177.0.0.1:{port}"
OCTAL = [
    Case("fetched from an octal address", b"", Outcome.REFUSED, "not an address", url=_NO_ADDRESS + INSIDE),
    Case("led to an octal address", _led_to(_NO_ADDRESS), Outcome.REFUSED, "not an address"),
]

CASES = [*DIRECT, *LED, *OCTAL]
