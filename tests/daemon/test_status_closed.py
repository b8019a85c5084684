"""`riwaya status` of a store that cannot be read: what is in the way, what can be said all the same, what to do."""

import os
from collections.abc import Callable

import pytest
from sqlalchemy import make_url, text

from daemon import status_closed
from storage.engine import open_engine, writing
from tests.daemon.newsroom import Newsroom
from tests.daemon.ports import free_port


def _nothing(room: Newsroom) -> None:
    assert not (room.folder / "riwaya.db").exists()


def _no_server(room: Newsroom) -> None:
    room.database = f"postgresql+psycopg://u@127.0.0.1:{free_port()}/n"


def _empty(room: Newsroom) -> None:
    (room.folder / "riwaya.db").touch()


def _no_schema(room: Newsroom) -> None:
    _sql(room, "DELETE FROM alembic_version")


def _too_new(room: Newsroom) -> None:
    _sql(room, "UPDATE alembic_version SET version_num = '9999'")


def _damaged(room: Newsroom) -> None:
    (room.folder / "riwaya.db").write_bytes(b"\0" * 4096)


def _below_a_file(room: Newsroom) -> None:
    room.database = f"sqlite:///{room.config}/riwaya.db"


def _sql(room: Newsroom, words: str) -> None:
    room.write()
    assert room.call("db", "upgrade").code == 0
    engine = open_engine(f"sqlite:///{room.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        conn.execute(text(words))
    engine.dispose()


CASES: list[tuple[Callable[[Newsroom], None], str]] = [
    (_nothing, status_closed.MISSING),
    (_no_server, status_closed.SERVER),
    (_empty, status_closed.BEHIND),
    (_no_schema, status_closed.BEHIND),
    (_too_new, status_closed.TOO_NEW),
    (_damaged, status_closed.DAMAGED),
    (_below_a_file, status_closed.MISSING),
]


@pytest.mark.parametrize(("spoil", "cure"), CASES)
def test_what_can_be_said_is_said_with_a_cure(newsroom: Newsroom, spoil: Callable[[Newsroom], None], cure: str) -> None:
    spoil(newsroom)
    newsroom.write()
    ended = newsroom.call("status")
    assert ended.code == 1
    assert ended.out.startswith("service   ")
    error, blank, heading, todo = ended.err.splitlines()
    assert error.startswith(f"Error: {newsroom.config}: database: ")
    assert (blank, heading, todo) == ("", "what to do", f"- {cure}")


def test_a_program_gets_no_half_of_an_answer(newsroom: Newsroom) -> None:
    newsroom.write()
    ended = newsroom.call("status", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert status_closed.MISSING in ended.err


def test_who_may_not_read_the_store_is_told_who_may(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    _no_schema(newsroom)
    url = make_url(f"sqlite:///{newsroom.folder / 'riwaya.db'}")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, as which tests may run, is refused nothing
    assert status_closed.cure(url, None) == status_closed.CLOSED


def test_every_cure_is_tried_here() -> None:
    assert {cure for _, cure in CASES} | {status_closed.CLOSED} == set(status_closed.CURES)
