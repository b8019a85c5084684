"""The service as the command line starts it."""

import asyncio

from sqlalchemy import Engine

from daemon.cli.session import Session
from daemon.service import Part, Service
from daemon.start import sync_catalogue
from sources.transport import prepare

_EVERY: frozenset[Part] = frozenset({"fetch", "cluster"})


def serve(session: Session, only: str | None) -> None:
    """Run the service, or `only` one part of it, until it is told to stop."""
    parts = _EVERY if only is None else frozenset(part for part in _EVERY if part == only)
    with session.writable_store() as engine:
        sync_catalogue(engine, session.config)
        prepare()
        asyncio.run(_serve(session, engine, parts))


async def _serve(session: Session, engine: Engine, parts: frozenset[Part]) -> None:
    # Made inside the loop: its clients and locks belong to it.
    await Service(engine, session.config, session.read_config, parts).run()
