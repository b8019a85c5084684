"""The web interface beside the service, in a process of its own: pages stay quick while texts are grouped."""

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""Between the end of one process and the start of the next: doubled each time, since a taken port stays taken."""

_LIVED_S = 60.0
"""A process that lived so long worked; the waiting begins anew."""

_STOP_S = 8.0


class WebProcess:
    """Keeps a process that serves the web interface of a configuration file, and starts it again when it ends.

    It is told the end of its parent by its standard input, which closes with it however the parent ends.
    """

    def __init__(self, config_path: Path) -> None:
        self._command = (sys.executable, "-m", "daemon", "--config", str(config_path), "run", "--only", "web")
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to keep it. Call inside the event loop."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(), name="web interface")

    async def stop(self) -> None:
        """End it, and wait until it is gone."""
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None

    async def _keep(self) -> None:
        loop, wait = asyncio.get_running_loop(), FIRST_WAIT_S
        while True:
            began = loop.time()
            code = await self._run()
            wait = FIRST_WAIT_S if loop.time() - began > _LIVED_S else min(2 * wait, LONGEST_WAIT_S)
            log.error("the web interface ended with code %s, it is started again in %.0f s", code, wait)
            await asyncio.sleep(wait)

    async def _run(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, "--until-input-ends", stdin=asyncio.subprocess.PIPE
        )
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), _STOP_S)
                except TimeoutError:
                    process.kill()
                    await process.wait()
