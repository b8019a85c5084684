"""The web interface as a process: it only reads the store, so it may start, stop and fail without the rest."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import uvicorn
from sqlalchemy import Engine

from daemon import __version__
from daemon.config import Config, ConfigError
from daemon.config.sections import is_loopback
from daemon.moments import moment_of
from daemon.searching import read
from daemon.web_desk import WebDesk
from web.app import create_app
from web.parts import Parts, WebSettings

log = logging.getLogger(__name__)

STOP_S = 5
"""How long a stop waits for answers that are under way."""

_KEEP_ALIVE_S = 15


class AddressTaken(Exception):  # noqa: N818 - reads as a fact, like the store's StoreUnavailable
    """The server cannot listen where the configuration says; the message says where and why."""


class _Server(uvicorn.Server):
    """Leaves the signals of the process to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_web(engine: Engine, config: Config, reload: Callable[[], Config], *, until_input_ends: bool) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again. Raises AddressTaken.

    With `until_input_ends` it stops too when its standard input closes: the process that started it is gone then.
    """
    again, stopping = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, again.set)
    if until_input_ends:
        loop.add_reader(sys.stdin.fileno(), stopping.set)
    while not stopping.is_set():
        again.clear()
        await _serve(engine, config, (stopping, again))
        if again.is_set() and not stopping.is_set():
            config = _read_again(config, reload)


async def _serve(engine: Engine, config: Config, ends: tuple[asyncio.Event, ...]) -> None:
    channel = _listen(config.web.host, config.web.port)
    app = create_app(web_parts(engine, config))
    server = _Server(
        uvicorn.Config(
            app,
            loop="none",
            http="httptools",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_S,
        )
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # we say ourselves what matters
    log.info("the web interface listens on %s", address(config))
    serving = asyncio.create_task(server.serve(sockets=[channel]), name="web")
    waiting = [asyncio.create_task(event.wait()) for event in ends]
    try:
        await asyncio.wait([serving, *waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        app.state.event_streams.end()  # answers that never end by themselves
        for task in waiting:
            task.cancel()
        await serving
        channel.close()


def web_parts(engine: Engine, config: Config) -> Parts:
    """Return what the application is made of."""
    return Parts(
        engine=engine,
        settings=WebSettings(
            open_reading=is_loopback(config.web.host),
            token=None if config.web.token is None else config.web.token.get_secret_value(),
            public_url=config.web.public_url,
            allow_origins=config.web.allow_origins,
            requests_a_minute=config.web.requests_a_minute,
            free_disk=config.limits.free_disk,
        ),
        version=__version__,
        now=lambda: datetime.now(UTC),
        read_query=read,
        read_moment=moment_of,
        desk=WebDesk(config),
    )


def address(config: Config) -> str:
    """Return the address to open in a browser of this machine."""
    host = config.web.host
    return f"http://{f'[{host}]' if ':' in host else host}:{config.web.port}/"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    channel = socket.socket(family, socket.SOCK_STREAM)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by every connection. Head and body of an answer go out one after the other, and without this the body
    # waits 40 ms for the other side to confirm the head.
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        channel.bind((host, port))
    except OSError as error:
        channel.close()
        raise AddressTaken(f"web: cannot listen on {host}, port {port}: {error.strerror}") from error
    channel.set_inheritable(True)
    return channel


def _read_again(config: Config, reload: Callable[[], Config]) -> Config:
    try:
        return reload()
    except ConfigError as error:
        log.error("the configuration has mistakes, the old one stays:\n%s", error)  # noqa: TRY400 - no traceback
        return config
