import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.outcome import Outcome, ParseFailed
from sources.parsing.pool import ParserPool
from tests.sources.loopback import item, rss

GOOD = rss(item(1), item(2, title="عودة الملاحة إلى الميناء"))
# feedparser's search for an e-mail address in an author field is quadratic; the summary leaves the item to it.
STALL = rss(f"<item><summary/><author>{'a@' + 'a.' * 100_000}!</author></item>")
URL = "http://paper.example/feed"


async def outcome_of(pool: ParserPool, body: bytes) -> Outcome:
    with pytest.raises(ParseFailed) as raised:
        await pool.parse(body, None, URL)
    return raised.value.outcome


def processes() -> set[int]:
    """The ids of this process's living children that run a parser worker."""
    own = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1]
            if int(parent) == os.getpid() and b"sources.parsing.worker" in (folder / "cmdline").read_bytes():
                own.add(int(folder.name))
        except OSError:
            continue
    return own


async def test_a_document_comes_back_whole(pool: ParserPool) -> None:
    seen = datetime(2026, 11, 23, 12, tzinfo=UTC)
    body = rss(item(1, pubDate="Mon, 23 Nov 2026 14:05:00", author="ليلى", category="مدن"), head="<link>x</link>")

    document = await pool.parse(body, "text/xml; charset=utf-8", URL, zone="Asia/Riyadh", seen=seen)

    assert (document.title, document.format, document.complete) == ("صحيفة الميناء", "rss20", True)
    assert (document.declared_charset, document.used_charset, document.repairs) == ("utf-8", "utf-8", ())
    (entry,) = document.entries
    assert (entry.key, entry.title, entry.author) == ("guid:n-1", "افتتاح جسر جديد على النهر", "ليلى")
    assert entry.published == datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
    assert entry.published_raw == "Mon, 23 Nov 2026 14:05:00"
    assert entry.categories == ("مدن",)


async def test_a_large_document_comes_back_in_order(pool: ParserPool) -> None:
    text = "كلمة " * 2_000
    document = await pool.parse(rss(*(item(n, description=text) for n in range(300))), None, URL)
    assert [entry.key for entry in document.entries] == [f"guid:n-{n}" for n in range(300)]
    assert {entry.text for entry in document.entries} == {text.strip()}


async def test_a_feed_that_stalls_the_parser_is_killed_and_the_others_are_unharmed() -> None:
    pool = ParserPool(2, 4.0)
    try:
        stalled = asyncio.create_task(outcome_of(pool, STALL))
        good = [await pool.parse(GOOD, None, URL) for _ in range(10)]
        assert not stalled.done()
        assert all(len(document.entries) == 2 for document in good)
        async with asyncio.timeout(6):
            assert await stalled is Outcome.PARSER_KILLED
        assert len((await pool.parse(GOOD, None, URL)).entries) == 2
    finally:
        await pool.close()


async def test_every_worker_stalled_at_once_is_replaced(pool: ParserPool) -> None:
    outcomes = await asyncio.gather(*(outcome_of(pool, STALL) for _ in range(3)))
    assert set(outcomes) == {Outcome.PARSER_KILLED}
    assert len((await pool.parse(GOOD, None, URL)).entries) == 2
    assert len(processes()) <= 2


@pytest.mark.parametrize(
    "body",
    [
        rss(item(1, description="<!--" * 60_000)),
        b"<rss>" + b"<!--" * 200_000,
        b"<rss>" + b"<a " * 200_000,
        b'<rss version="2.0"><channel><item><title>' + b"<b>" * 200_000,
        b"<rss><channel>" + b"<item>" * 100_000,
        b"<rss" + b" a" * 200_000,
        b"<rss><channel><item><title>&#1114112;&#55296;&#0;</title>",
        b"<rss><channel><item><title>" + b"\x00" * 1_000,
        b"<rss><channel>" + b"<x>" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"9" * 100_000 + b"]}",
        b"/etc/passwd",
        b"http://127.0.0.1/",
        bytes(range(256)) * 100,
        b"\xff\xfe" + b"\x00\xd8" * 1_000,
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_hostile_bodies_get_an_answer_in_time(pool: ParserPool, body: bytes) -> None:
    began = time.monotonic()
    try:
        await pool.parse(body, None, URL)
    except ParseFailed as failure:
        assert failure.outcome in (Outcome.BROKEN, Outcome.NOT_A_FEED, Outcome.PARSER_KILLED)  # noqa: PT017
    assert time.monotonic() - began < 5
    assert len((await pool.parse(GOOD, None, URL)).entries) == 2


async def test_a_worker_out_of_memory_is_replaced() -> None:
    pool = ParserPool(1, 20.0, memory_bytes=200 << 20)
    try:
        assert len((await pool.parse(GOOD, None, URL)).entries) == 2
        huge = rss(*(item(n, description="كلمة" * 5_000) for n in range(1_500)))
        assert await outcome_of(pool, huge) is Outcome.PARSER_KILLED
        assert len((await pool.parse(GOOD, None, URL)).entries) == 2
    finally:
        await pool.close()


async def test_a_worker_that_was_shot_is_replaced(pool: ParserPool) -> None:
    await pool.parse(GOOD, None, URL)
    (worker,) = processes()
    os.kill(worker, signal.SIGKILL)
    assert await outcome_of(pool, GOOD) is Outcome.PARSER_KILLED
    assert len((await pool.parse(GOOD, None, URL)).entries) == 2


async def test_a_cancelled_job_does_not_answer_the_next(pool: ParserPool) -> None:
    other = rss(item(7, title="خبر آخر"))
    large = rss(*(item(n, description="كلمة " * 300) for n in range(1_500)))
    for body, delay in ((STALL, 0.5), (large, 0.02), (large, 0.1), (large, 0.15), (large, 0.2)):
        job = asyncio.create_task(pool.parse(body, None, URL))
        await asyncio.sleep(delay)
        job.cancel()
        assert [entry.key for entry in (await pool.parse(other, None, URL)).entries] == ["guid:n-7"]
        await asyncio.gather(job, return_exceptions=True)
        assert job.cancelled() or body is large


async def test_no_more_workers_than_asked_for_and_none_before_the_first_job(pool: ParserPool) -> None:
    assert processes() == set()
    await asyncio.gather(*(pool.parse(GOOD, None, URL) for _ in range(20)))
    assert len(processes()) == 2


async def test_closing_ends_the_workers_and_abandons_their_jobs(pool: ParserPool) -> None:
    stalled = asyncio.create_task(outcome_of(pool, STALL))
    await pool.parse(GOOD, None, URL)
    await asyncio.sleep(0.5)
    assert len(processes()) == 2
    await pool.close()
    assert await stalled is Outcome.ABANDONED
    assert processes() == set()
    assert await outcome_of(pool, GOOD) is Outcome.ABANDONED


async def test_a_worker_sees_no_secrets(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIWAYA_DATABASE", "postgresql+psycopg://u:secret@h/d")
    await pool.parse(GOOD, None, URL)
    (worker,) = processes()
    assert b"secret" not in Path(f"/proc/{worker}/environ").read_bytes()  # noqa: ASYNC240 - the kernel answers at once


PARENT = """
    import asyncio, sys
    from sources.parsing.pool import ParserPool

    async def main():
        pool = ParserPool(1, 1.5)
        await pool.parse(b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>", None, "http://x/")
        print(pool._idle[0]._process.pid, flush=True)
        if sys.argv[1] == "busy":
            author = "a@" + "a." * 200_000 + "!"
            stall = f"<rss version='2.0'><channel><item><summary/><author>{author}</author></item></channel></rss>"
            asyncio.create_task(pool.parse(stall.encode(), None, "http://x/"))
            await asyncio.sleep(0.3)
        print("now", flush=True)
        await asyncio.sleep(60)

    asyncio.run(main())
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_worker_ends_when_its_parent_is_killed(state: str) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PARENT), state]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert parent.stdout.readline() == "now\n"
        parent.kill()
    deadline = time.monotonic() + 20
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_worker_loads_little() -> None:
    code = "import sys, sources.parsing.worker; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"httpx", "asyncio", "sqlalchemy", "numpy", "yaml"} & set(loaded)
