"""A parser worker: reads jobs on stdin, answers on stdout, ends when its parent does.

A job is a frame (see `sources.parsing.frames`) that tells the body's length, followed by the body itself.
Hostile input can make it run or grow without end, so it limits its own memory and processor time; the wall clock
is watched from outside.
"""

import os
import resource
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO

from sources.outcome import Outcome, ParseFailed
from sources.parsing.feed_links import feed_links
from sources.parsing.feed_reader import read_document
from sources.parsing.frames import PREFIX, document_messages, length, pack, unpack
from sources.parsing.items import Origin

# Exit status when the memory limit struck; the parent only needs to see that it is not 0.
_OUT_OF_MEMORY = 3


def main(memory_bytes: int) -> None:
    """Serve jobs until stdin ends."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It has no business writing files; pipes are not counted.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # A library that prints must not write into the frames.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _send(answers, {"kind": "ready"})
    jobs = sys.stdin.buffer
    while prefix := jobs.read(PREFIX):
        job = unpack(jobs.read(length(prefix)))
        _serve(job, jobs.read(job["length"]), answers)


def _serve(job: dict[str, Any], body: bytes, answers: BinaryIO) -> None:
    _grant_cpu(job["cpu_s"])
    try:
        messages = _WORK[job["kind"]](job, body)
    except ParseFailed as failure:
        _send(answers, {"kind": "failed", "outcome": failure.outcome, "reason": failure.reason})
    except MemoryError:
        # What is left of the heap is not worth trusting.
        os._exit(_OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - the parser underneath raises all sorts on damaged input
        reason = f"the parser gave up: {type(error).__name__}: {error}"
        _send(answers, {"kind": "failed", "outcome": Outcome.BROKEN, "reason": reason})
    else:
        for message in messages:
            _send(answers, message)


def _feed(job: dict[str, Any], body: bytes) -> Iterable[dict[str, Any]]:
    origin = Origin(job["url"], job["zone"], datetime.fromisoformat(job["seen"]))
    known = tuple(map(bytes.fromhex, job["known"]))
    return document_messages(read_document(body, job["content_type"], origin, job["max_entries"], known))


def _page(job: dict[str, Any], body: bytes) -> Iterable[dict[str, Any]]:
    # The extractor takes a second and 30 MB to load, which a worker that reads feeds alone need not spend.
    from sources.parsing.article_page import article_text  # noqa: PLC0415 - see above

    return [{"kind": "text", "text": article_text(body, job["content_type"], job["url"])}]


def _links(job: dict[str, Any], body: bytes) -> Iterable[dict[str, Any]]:
    found = feed_links(body, job["content_type"], job["url"])
    return [{"kind": "links", "site": found.site, "links": [[one.url, one.title, one.named] for one in found.links]}]


_WORK: dict[str, Callable[[dict[str, Any], bytes], Iterable[dict[str, Any]]]] = {
    "feed": _feed,
    "page": _page,
    "links": _links,
}


def _grant_cpu(seconds: int) -> None:
    """Allow so much processor time from now on: it ends a stalled worker whose parent was killed."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    allowed = int(usage.ru_utime + usage.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))


def _send(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(pack(message))
    answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
