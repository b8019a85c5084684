"""`/sign-in` and `/sign-out`: a session for a person who has the token."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from web import access
from web.asking import AppParts
from web.pages.asking import ThisSite, own_address
from web.problems import refuse

router = APIRouter()

_LONGEST_TOKEN = 10_000


@router.get("/sign-in")
async def sign_in_page(request: Request, site: ThisSite, back: str = "/") -> Response:
    """Ask for the token."""
    return site.page(request, "sign_in.html", {"back": own_address(back), "wrong": False})


@router.post("/sign-in")
async def sign_in(
    request: Request,
    parts: AppParts,
    site: ThisSite,
    token: Annotated[str, Form(max_length=_LONGEST_TOKEN)] = "",
    back: Annotated[str, Form(max_length=8_000)] = "/",
) -> Response:
    """Begin a session if the token is right."""
    _own_page(request)
    answer = RedirectResponse(own_address(back), 303)
    if access.sign_in(answer, parts, token.strip()):
        return answer
    return site.page(request, "sign_in.html", {"back": own_address(back), "wrong": True}, status=403)


@router.post("/sign-out")
async def sign_out(request: Request, parts: AppParts) -> Response:
    """End the session."""
    _own_page(request)
    answer = RedirectResponse("/", 303)
    access.sign_out(answer, parts.settings)
    return answer


def _own_page(request: Request) -> None:
    # Else a foreign page could sign a visitor in or out.
    if not access.from_our_page(request):
        raise refuse("foreign-page", "Signing in and out is done on a page of this server.")
