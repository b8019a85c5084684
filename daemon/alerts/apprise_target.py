"""Alerts through Apprise: chats, mailboxes and whatever else it knows. It is loaded when the first one is sent."""

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from urllib.parse import unquote

from daemon.alerts.outside_text import one_line
from daemon.alerts.retry import Failure

DEADLINE_S = 60.0
"""Apprise's services give up by themselves after some seconds; this is for one that does not."""

_TALKATIVE = ("apprise", "urllib3", "requests")
"""Their messages hold addresses with tokens in them, so none gets into our log."""
# Parts of an address that may be a password; shorter ones hide nothing and would tear words apart.
_LEAST_HIDDEN = 4


async def send_by_apprise(address: str, title: str, text: str) -> Failure | None:
    """Send one message in a thread of its own; None when the service took it.

    A thread that hangs cannot be stopped: it is left behind as a daemon, so that it holds up no end of the process.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Failure | None] = loop.create_future()

    def tell(outcome: Failure | None) -> None:
        if not ended.done():
            ended.set_result(outcome)

    def work() -> None:
        outcome = _send(address, title, text)
        # The loop may be gone by now, and with it whoever waited.
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, outcome)

    threading.Thread(target=work, name="apprise", daemon=True).start()
    try:
        return await asyncio.wait_for(ended, DEADLINE_S)
    except TimeoutError:
        return Failure(f"no answer after {DEADLINE_S:g} s")


def _send(address: str, title: str, text: str) -> Failure | None:
    said: list[str] = []

    def listen(entry: object, service: object) -> None:
        del service
        said.append(str(getattr(entry, "message", entry)))

    _hush()
    try:
        apprise = import_module("apprise")
        sender = apprise.Apprise()
        if not sender.add(address):
            return Failure("Apprise does not understand the address: see its documentation of this service")
        listening: Callable[[object, object], None] = listen
        sent = sender.notify(
            body=text,
            title=title,
            body_format="text",
            log_callback=listening,
            log_level=logging.WARNING,
        )
    except Exception as error:  # noqa: BLE001 - a hundred services of others: whatever one raises is its failure
        return Failure(_hidden(f"{type(error).__name__}: {error}", address))
    if sent:
        return None
    return Failure(_hidden(said[-1] if said else "the service did not take it", address))


@cache
def _hush() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logger.setLevel(logging.WARNING)


def _hidden(reason: str, address: str) -> str:
    """Take out of a reason whatever stands in the address behind its scheme."""
    behind = address.partition("://")[2]
    for part in sorted(re.split(r"[/:@?&=,#]+", f"{behind}/{unquote(behind)}"), key=len, reverse=True):
        if len(part) >= _LEAST_HIDDEN:
            reason = re.sub(re.escape(part), "***", reason, flags=re.IGNORECASE)
    return one_line(reason)
