"""`/settings`: how a reader wants the pages; kept in cookies, nothing is stored here."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from web.pages.asking import ThisSite, own_address
from web.pages.reader import DIGITS, THEMES, zones
from web.pages.wording import LANGUAGES

router = APIRouter()

_KEPT_S = 365 * 86_400
_Choice = Annotated[str | None, Form(max_length=100)]


@router.get("/settings")
async def settings_page(request: Request, site: ThisSite, back: str = "/") -> Response:
    """Show the choices."""
    facts = {"zones": sorted(zones()), "digits": DIGITS, "themes": THEMES, "back": own_address(back)}
    return site.page(request, "settings.html", facts)


@router.post("/settings")
async def keep_settings(
    request: Request,
    back: Annotated[str, Form(max_length=8_000)] = "/",
    language: _Choice = None,
    digits: _Choice = None,
    zone: _Choice = None,
    theme: _Choice = None,
) -> Response:
    """Keep what was chosen, and go back. What is no choice of ours changes nothing."""
    answer = RedirectResponse(own_address(back), 303)
    known: dict[str, tuple[str | None, frozenset[str]]] = {
        "language": (language, frozenset(LANGUAGES)),
        "digits": (digits, frozenset(DIGITS)),
        "zone": (zone, zones()),
        "theme": (theme, frozenset(THEMES)),
    }
    for name, (value, choices) in known.items():
        if value is not None and value in choices:
            answer.set_cookie(name, value, max_age=_KEPT_S, samesite="lax", secure=request.url.scheme == "https")
    return answer


@router.get("/robots.txt")
async def robots() -> Response:
    """Ask search engines to stay away: the texts are the outlets', and an archive must not compete with them."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n", headers={"Cache-Control": "public, max-age=86400"})
