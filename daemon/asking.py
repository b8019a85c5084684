"""Feeds and pages asked for outside the service, with no store open."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from daemon.config import Config
from daemon.wiring import PARSER_WORKERS, fetch_settings
from sources.http import HttpClient
from sources.parsing.pool import ParserPool
from sources.transport import prepare

AnswerT = TypeVar("AnswerT")


def run_asking(config: Config, work: Callable[[HttpClient, ParserPool], Awaitable[AnswerT]]) -> AnswerT:
    """Run `work` with a client and parser workers under the settings of the configuration, and close both."""
    settings = fetch_settings(config)

    async def run() -> AnswerT:
        http, parser = HttpClient(settings), ParserPool(PARSER_WORKERS, settings.parse_timeout_s)
        try:
            return await work(http, parser)
        finally:
            await http.close()
            await parser.close()

    prepare()
    return asyncio.run(run())
