"""Host names to addresses, without letting slow name servers block anything."""

import asyncio
import contextlib
import socket
import threading
from ipaddress import ip_address

# A round over a dead name server hangs for tens of seconds; this many may hang before others must wait.
_AT_ONCE = 64


class Resolver:
    """Looks names up in threads that do not hold up the end of the process.

    asyncio's own look-up runs in a pool of a few threads, which a handful of dead names fills, and which the
    interpreter waits for when it ends.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return every address of a host, in the system's order of preference. Raises OSError (socket.gaierror)."""
        if (address := _written_out(host)) is not None:
            return [address]
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def finish(addresses: list[str], error: OSError | None) -> None:
            self._free.release()
            if answer.done():
                return
            if error is None:
                answer.set_result(addresses)
            else:
                answer.set_exception(error)

        def work() -> None:
            addresses, error = [], None
            try:
                addresses = _addresses(host, port)
            except OSError as failure:
                error = failure
            # The loop may have ended while we waited for the name server.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(finish, addresses, error)

        threading.Thread(target=work, name="resolve", daemon=True).start()
        return await answer


def _written_out(host: str) -> str | None:
    """Return the address that a host is given as; other spellings than the usual one are left to the system."""
    try:
        return str(ip_address(host)) if "%" not in host else None
    except ValueError:
        return None


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        # A label of more than 63 letters: Python refuses it before the name server can.
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
    return list(dict.fromkeys(str(info[4][0]) for info in found))
