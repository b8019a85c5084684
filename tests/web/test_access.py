"""Who may read and who may write."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.responses import Response

from storage.corrections import CorrectionRow
from tests.web.serving import NOW, TOKEN, Client, asking, parts_on
from web.access import SESSION, cookie_name, new_session, session_holds, sign_in, sign_out, token_fits
from web.desk import Decision, DecisionRefused
from web.parts import WebSettings

OPEN = WebSettings(open_reading=True, token=TOKEN)
CLOSED = WebSettings(open_reading=False, token=TOKEN)
BEARER = {"Authorization": f"Bearer {TOKEN}"}
DECISION = {"kind": "never", "articles": [1, 2], "author": "سلمى"}


class NoDesk:
    """Refuses everything, so that whoever comes as far as here was let through."""

    def hand_in(self, decision: Decision) -> CorrectionRow:
        raise DecisionRefused(f"{decision.kind} came through")

    def take_back(self, number: int, author: str) -> CorrectionRow:
        raise DecisionRefused(f"{number} {author} came through")


def write(client: Client, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.ask("POST", "/api/v1/corrections", json=DECISION, headers=named).status_code


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        (OPEN, {}, 200),
        (CLOSED, {}, 401),
        (CLOSED, BEARER, 200),
        (CLOSED, {"Authorization": f"bearer  {TOKEN} "}, 200),
        (CLOSED, {"Authorization": f"Basic {TOKEN}"}, 401),
        (CLOSED, {"Authorization": "Bearer "}, 401),
        (CLOSED, {"Authorization": f"Bearer {TOKEN}x"}, 401),
        (replace(CLOSED, token=None), {"Authorization": "Bearer None"}, 401),
    ],
)
def test_reading(hostile_store: Engine, settings: WebSettings, headers: dict[str, str], status: int) -> None:
    with asking(parts_on(hostile_store, settings)) as client:
        got = client.ask("GET", "/api/v1/corrections", headers=headers)
    assert got.status_code == status
    if status == 401:
        assert got.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in got.text
        assert got.json()["type"] == "urn:riwaya:problem:no-token"
    else:
        assert ("private" in got.headers["cache-control"]) == (not settings.open_reading)


def test_every_route_that_reads_is_closed_without_the_token(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store, CLOSED)) as client:
        for path, operations in client.app.openapi()["paths"].items():
            for method in operations:
                address = re.sub(r"{\w+}", "1", path)
                got = client.ask(method, f"{address}?q=x&a=1&b=2", json=DECISION if method == "post" else None)
                assert got.status_code == (403 if method == "post" else 401), path  # there is no desk


def test_writing_needs_a_token_that_is_configured(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store, replace(OPEN, token=None), desk=NoDesk())) as client:
        got = client.ask("POST", "/api/v1/corrections", json=DECISION, headers=BEARER)
    assert got.status_code == 403
    assert "web.token" in got.json()["detail"]
    with asking(parts_on(hostile_store, OPEN)) as client:  # no desk
        assert write(client, **BEARER) == 403


def test_writing_with_the_token(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store, OPEN, desk=NoDesk())) as client:
        assert write(client) == 401
        assert write(client, **BEARER) == 409


def test_writing_with_a_session_must_come_from_our_page(hostile_store: Engine) -> None:
    cookie = f"riwaya={new_session(OPEN, NOW)}"
    with asking(parts_on(hostile_store, OPEN, desk=NoDesk())) as client:
        for headers, status in (
            ({}, 403),
            ({"Sec_Fetch_Site": "same-origin"}, 409),
            ({"Sec_Fetch_Site": "cross-site", "Origin": "http://127.0.0.1"}, 403),
            ({"Sec_Fetch_Site": "same-site"}, 403),
            ({"Sec_Fetch_Site": "none"}, 403),
            ({"Origin": "http://127.0.0.1"}, 409),
            ({"Origin": "http://127.0.0.1:81"}, 403),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": "null"}, 403),
        ):
            assert write(client, Cookie=cookie, **headers) == status, headers


def test_a_session_reads_too_and_ends(hostile_store: Engine) -> None:
    cookie = f"riwaya={new_session(CLOSED, NOW)}"
    for moment, status in ((NOW, 200), (NOW + SESSION + timedelta(seconds=1), 401)):
        with asking(parts_on(hostile_store, CLOSED, now=lambda moment=moment: moment)) as client:
            assert client.get("/api/v1/corrections", Cookie=cookie).status_code == status


def test_another_token_ends_every_session() -> None:
    session = new_session(OPEN, NOW)
    assert session_holds(OPEN, session, NOW)
    assert not session_holds(replace(OPEN, token="another token here"), session, NOW)  # noqa: S106 - invented
    assert not session_holds(replace(OPEN, token=None), session, NOW)


@given(st.text(max_size=120))
def test_nobody_guesses_a_session(value: str) -> None:
    assert not session_holds(OPEN, value, NOW)
    assert not session_holds(OPEN, f"99999999999.00.{value}", NOW)


@given(st.text(max_size=40))
def test_only_the_token_fits(given_token: str) -> None:
    assert token_fits(OPEN, given_token) == (given_token == TOKEN)


@given(st.integers(0, 200), st.characters())
def test_a_session_that_is_changed_does_not_hold(place: int, letter: str) -> None:
    session = new_session(OPEN, NOW)
    place %= len(session)
    changed = session[:place] + letter + session[place + 1 :]
    assert session_holds(OPEN, changed, NOW) == (changed == session)


@pytest.mark.parametrize("public_url", [None, "http://news.example", "https://news.example"])
def test_the_cookie_is_kept_from_scripts_and_other_sites(hostile_store: Engine, public_url: str | None) -> None:
    parts = parts_on(hostile_store, replace(OPEN, public_url=public_url))
    response = Response()
    assert not sign_in(response, parts, "wrong")
    assert "set-cookie" not in response.headers
    assert sign_in(response, parts, TOKEN)
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "max-age=" in cookie
    secure = public_url is not None and public_url.startswith("https")
    assert ("secure" in cookie) == secure
    assert cookie_name(parts.settings).startswith("__Host-") == secure
    assert TOKEN not in cookie
    sign_out(response, parts.settings)
    assert "max-age=0" in response.headers.getlist("set-cookie")[-1].lower()
