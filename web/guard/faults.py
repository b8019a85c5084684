"""What nobody foresaw: it is logged with everything, and told to nobody but as a problem."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import Problem, ProblemRaised, as_answer

log = logging.getLogger(__name__)

_INTERNAL = Problem("internal", "The reason stands in the log of the server.")


class Faults:
    """Answers for whatever an application raises."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except ProblemRaised as raised:
            if begun:
                raise
            await as_answer(raised.problem)(scope, receive, send)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("%s %s failed", scope["method"], scope["path"])
            if not begun:
                await as_answer(_INTERNAL)(scope, receive, send)
