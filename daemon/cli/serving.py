"""The service as the command line starts it."""

import asyncio
import logging
import sys
from contextlib import ExitStack

from sqlalchemy import Engine

from daemon.cli.failure import Failed
from daemon.cli.session import Session
from daemon.long_start import long_start
from daemon.service import Part, Service
from daemon.sole_part import PartTaken, hold_parts
from daemon.start import sync_catalogue
from daemon.web_process import WebProcess
from sources.transport import prepare
from storage.migrate import require_current

log = logging.getLogger(__name__)

_EVERY: frozenset[Part] = frozenset({"fetch", "cluster", "web"})


def serve(session: Session, only: Part | None) -> None:
    """Run the service, or `only` one part of it, until it is told to stop. Raises Failed."""
    parts = _EVERY if only is None else frozenset({only})
    try:
        with ExitStack() as stack:
            with long_start():
                engine = stack.enter_context(session.writable_store())
                stack.enter_context(hold_parts(engine, parts - {"web"}))
                sync_catalogue(engine, session.config)
            prepare()
            asyncio.run(_serve(session, engine, parts))
    except PartTaken as error:
        raise Failed(str(error)) from error


async def _serve(session: Session, engine: Engine, parts: frozenset[Part]) -> None:
    # Made inside the loop: its clients and locks belong to it.
    await Service(engine, session.config, session.read_config, parts, WebProcess(session.path)).run()


def serve_web_alone(session: Session, *, until_input_ends: bool) -> None:
    """Serve the web interface until told to stop. Raises Failed."""
    import uvloop  # noqa: PLC0415 - only this process serves

    from daemon.web_server import AddressTaken, serve_web  # noqa: PLC0415 - only this process loads fastapi

    if not session.config.web.enabled:
        raise Failed(f"{session.path}: web.enabled is false")
    with session.existing_store() as engine:
        require_current(engine)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(serve_web(engine, session.config, session.read_config, until_input_ends=until_input_ends))
        except AddressTaken as error:
            if until_input_ends:  # the log of the service that started it is no place for plain lines
                log.error("%s", error)  # noqa: TRY400 - one line says it
                sys.exit(1)
            raise Failed(f"{session.path}: {error}") from error
