"""The alerts of a command that is no service: one round over what rang and what is due."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded by the commands themselves
    from sqlalchemy import Engine

    from daemon.config import Config


def alert_once(engine: "Engine", config: "Config") -> None:
    """Ask the rules about what changed and try every alert that is due; a running service does so itself."""
    from daemon.alerts.desk import AlertDesk  # noqa: PLC0415 - loads the store and httpx
    from daemon.clusterer_lease import ClustererLease  # noqa: PLC0415 - loads the store
    from daemon.holder import holder_name  # noqa: PLC0415 - as above
    from sources.transport import prepare  # noqa: PLC0415 - loads httpx

    holder = holder_name()
    lease = ClustererLease(engine, holder)
    if not lease.take():
        return

    async def round_() -> None:
        desk = AlertDesk(engine, config, holder)
        try:
            await desk.deliver_all()
        finally:
            await desk.close()

    try:
        if config.targets:
            prepare()
        asyncio.run(round_())
    finally:
        lease.drop()
