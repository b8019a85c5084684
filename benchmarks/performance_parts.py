"""The parts of docs/performance.md: what each measures, and what should be reached."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory


class NotMeasured(Exception):  # noqa: N818 - it says what happened
    """Something that a part needs is not there."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what was measured, what should be reached, what was; `met` is None where nothing was asked for."""

    what: str
    target: str
    value: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page; `remarks` tell what was tried where something is missed."""

    title: str
    command: str
    measure: Callable[[], Sequence[Figure]]
    remarks: str = ""


def at_least(what: str, value: float, target: float, unit: str = "") -> Figure:
    """Make a figure that should be as large as the target or larger."""
    return Figure(what, f"at least {_number(target)}{unit}", f"{_number(value)}{unit}", value >= target)


def at_most(what: str, value: float, target: float, unit: str = "") -> Figure:
    """Make a figure that should be no larger than the target."""
    return Figure(what, f"at most {_number(target)}{unit}", f"{_number(value)}{unit}", value <= target)


def told(what: str, value: float, unit: str = "") -> Figure:
    """Make a figure of which nothing is asked."""
    return Figure(what, "", f"{_number(value)}{unit}", None)


_FEW, _MANY = 10, 100


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= _MANY else f"{value:.1f}" if value >= _FEW else f"{value:.2g}"


def corpus() -> Path:
    """Return the folder of the labelled corpus. Raises NotMeasured."""
    folder = os.environ.get("RIWAYA_TEST_CORPUS")
    if not folder:
        raise NotMeasured("RIWAYA_TEST_CORPUS names no labelled corpus")
    return Path(folder)


def _road() -> Sequence[Figure]:
    from benchmarks.bytes_to_clusters import bytes_to_clusters  # noqa: PLC0415 - each part loads what it needs

    found = bytes_to_clusters(os.environ.get("RIWAYA_READER_PYTHON"))
    figures = [
        at_least("articles a second, every one new", found.cold.a_second, 1_500),
        told("processor time an article", found.cold.cpu_s / found.cold.count * 1e3, " ms"),
        at_least("changed feeds a second, 2 of 40 items new", found.steady.a_second, 250),
        told("processor time a changed feed", found.steady.cpu_s / found.steady.count * 1e3, " ms"),
    ]
    if found.reader_cold and found.reader_steady:
        cold, steady = (
            found.cold.a_second / found.reader_cold.a_second,
            found.steady.a_second / found.reader_steady.a_second,
        )
        figures += [
            at_least("times as many new articles as lemon24/reader, which groups nothing", cold, 5),
            at_least("times as many changed feeds", steady, 5),
        ]
    else:
        figures.append(Figure("beside lemon24/reader", "5", "not measured: RIWAYA_READER_PYTHON names no Python", None))
    return figures


def _signatures() -> Sequence[Figure]:
    from benchmarks.signature_speed import signature_speed  # noqa: PLC0415

    found = signature_speed()
    from_text = {one.name: one.us for one in found.from_text}
    figures = [
        told("fold, shingles and signature of a text of 300 words", from_text["riwaya"], " us"),
        at_least(
            "times as fast as datasketch's update_batch", from_text["datasketch update_batch"] / from_text["riwaya"], 10
        ),
    ]
    from_hashes = {one.name: one.us for one in found.from_hashes}
    if "rensa" in from_hashes:
        figures.append(
            at_most("times the time of rensa, from ready hashes", from_hashes["riwaya"] / from_hashes["rensa"], 5)
        )
    else:
        figures.append(Figure("beside rensa", "at most 5 times its time", "not measured: rensa is not installed", None))
    return figures


def _index() -> Sequence[Figure]:
    from benchmarks.index_at_scale import index_at_scale  # noqa: PLC0415

    million = index_at_scale()
    figures = [
        at_most("memory of a story", million.bytes, 700, " bytes"),
        at_most(
            "query and insertion, a million stories, 50 at a time", million.query_us + million.insert_us, 60, " us"
        ),
        at_least("stories taken up from stored signatures, a second", million.restart, 100_000),
        told("expiry of 600,000 at once", million.expiry_s, " s"),
    ]
    if os.environ.get("RIWAYA_BENCH_LARGE"):
        tens = index_at_scale(10_000_000)
        figures += [
            told("ten million stories: memory of a story", tens.bytes, " bytes"),
            told("ten million stories: query and insertion", tens.query_us + tens.insert_us, " us"),
            told("ten million stories: taken up from stored signatures in", tens.stories / tens.restart, " s"),
        ]
    return figures


def _grouping() -> Sequence[Figure]:
    from benchmarks.corpus import read_corpus  # noqa: PLC0415
    from benchmarks.long_stream import long_stream  # noqa: PLC0415

    versions = read_corpus(corpus()).versions
    turn = long_stream(versions, len(versions))
    whole = sum(one.all_us * one.articles for one in turn) / len(versions)
    placing = sum(one.placing_us * one.articles for one in turn) / len(versions)
    return [
        at_least(f"verdict and assignment, {len(versions):,} real articles, a second", 1e6 / placing, 1_500),
        told("from text to placement, a second", 1e6 / whole),
    ]


def _million() -> Sequence[Figure]:
    from benchmarks.corpus import read_corpus  # noqa: PLC0415
    from benchmarks.long_stream import long_stream  # noqa: PLC0415

    if not os.environ.get("RIWAYA_BENCH_LARGE"):
        raise NotMeasured("it takes an hour: set RIWAYA_BENCH_LARGE=1")
    slices = long_stream(read_corpus(corpus()).versions)
    return [
        at_most(
            "the last tenth of a million beside the second, cost of an article",
            slices[-1].all_us / slices[1].all_us,
            1.2,
        )
    ]


def _requests() -> Sequence[Figure]:
    from benchmarks.http_pool import http_pool  # noqa: PLC0415

    costs = http_pool()
    waiting, best, ours = costs[0], costs[1], costs[-1]
    return [
        at_least(
            "times less processor time than requests that wait in one pool of 50", waiting.cpu_ms / ours.cpu_ms, 4
        ),
        told("times less than with 50 let into that pool", best.cpu_ms / ours.cpu_ms),
        told("processor time a request", ours.cpu_ms, " ms"),
    ]


def _crowd() -> Sequence[Figure]:
    from benchmarks.five_thousand_feeds import FEEDS, HOURS, five_thousand_feeds  # noqa: PLC0415

    found = five_thousand_feeds(float(os.environ.get("RIWAYA_BENCH_HOURS", HOURS)))
    return [
        told(f"{FEEDS:,} feeds: virtual hours counted", found.hours),
        told("fetches", found.fetches),
        told("new articles", found.articles),
        told("of one processor, the work", found.share * 100, " %"),
        told("of one processor, waking with nothing to do", found.idle_share * 100, " %"),
        told("memory of the service", found.service / 1e6, " MB"),
        told("memory of its parsers", found.workers / 1e6, " MB"),
        told("from publication to cluster, half within", found.clustered_median / 60, " min"),
        told("from publication to cluster, 95 of 100 within", found.clustered_p95 / 60, " min"),
        told("lag of the event loop, 99 of 100 within", found.lag_p99 * 1e3, " ms"),
    ]


def _workers() -> Sequence[Figure]:
    from benchmarks.many_workers import many_workers  # noqa: PLC0415
    from benchmarks.separate_hosts import why_not  # noqa: PLC0415

    if missing := why_not():
        raise NotMeasured(missing)
    # As many feeds as keep four workers busy: each may be asked again after four seconds.
    _, *steps = many_workers(feeds=240)
    return [
        *(told(f"fetches a second, {step.name} fetching", step.fetches / step.wall_s) for step in steps),
        *(told(f"processors at work, {step.name} fetching", step.cores) for step in steps),
        told("processor time of a fetch, worker and parsers", steps[0].fetch_own_ms + steps[0].fetch_parsers_ms, " ms"),
        told("of a fetch, PostgreSQL", steps[0].fetch_backend_ms + steps[0].rest_ms, " ms"),
        told("of the time of four workers, waiting for locks", steps[-1].blocked * 100, " %"),
    ]


def _archives() -> Sequence[Figure]:
    from benchmarks.archive_engines import archive_engines  # noqa: PLC0415
    from benchmarks.continued_articles import continued, corpus_articles, write_articles  # noqa: PLC0415
    from daemon.archive_engines.engine import ENGINES  # noqa: PLC0415
    from daemon.archive_engines.work_crew import usable_cores  # noqa: PLC0415

    articles = corpus_articles(corpus())
    engines = [one for one in ENGINES if one != "spark" or find_spec("pyspark")]
    sizes = [len(articles), 1_000_000] if os.environ.get("RIWAYA_BENCH_LARGE") else [len(articles)]
    figures = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            path = Path(folder, "articles.parquet")
            write_articles(path, continued(articles, size))
            for one in archive_engines(path, engines, usable_cores(), Path(folder)):
                name = f"{size:,} articles, {one.engine}"
                figures += [
                    told(f"{name}: time", one.seconds / 60, " min"),
                    told(f"{name}: processor time an article", one.processor_seconds / size * 1e3, " ms"),
                    told(f"{name}: memory", one.memory / 1e6, " MB"),
                ]
    return figures


def _footprint() -> Sequence[Figure]:
    from benchmarks.footprint import FEEDS, MB, MOST_IDLE, MOST_S, footprint  # noqa: PLC0415

    found = footprint()
    return [
        *(at_most(f"riwaya {call.name}, warm", call.warm_s, MOST_S, " s") for call in found.calls),
        *(told(f"riwaya {call.name}, of it processor time", call.cpu_s, " s") for call in found.calls),
        at_most(f"idle service with {FEEDS} feeds, just read", found.service.rss / MB, MOST_IDLE / MB, " MB"),
        at_most("the same, started again", found.again.rss / MB, MOST_IDLE / MB, " MB"),
        told("wheel", found.wheel / MB, " MB"),
        told("installed, all dependencies", found.installed / MB, " MB"),
        *(told(f"of it {name}", size / MB, " MB") for name, size in found.packages[:5]),
    ]


_ROAD_REMARKS = """`python -m benchmarks.road_stages` tells where the time goes. Of a new article two thirds is the
clusterer: profile, signature, agencies, words for search, the rows; the rest reading and storing in equal parts. Of a
changed feed with two new items of forty a third is grouping these two, a third storing (twenty statements of 0.1 to
0.3 ms, most of it SQLAlchemy's), the rest the way there and back. Done: a reader of our own for well-formed RSS
(twice as fast as feedparser at its leanest, equal on a parity suite), items known by their bytes left out of reading,
sightings written when they begin and end only, statements built once, texts read once, all candidates compared at
once. Tried without gain: wider pipes to the parsers, fewer looks for garbage. Not built: several feeds in a
transaction, which would let one feed's fault fail the others; and giving the work on texts to other processes, which
would share the second core with the parsers. One article's grouping alone, some 2.5 ms, is more than the 0.7 ms that
1,500 a second leave. The processor is shared with other machines and was at half its usual speed during this run: two
hours before, a changed feed took 16 ms and a new article 3.4; beside this run the code before these changes took 57 ms
for the 28 of a changed feed, and as much for a new article."""

_SIGNATURE_REMARKS = """A loop in C for the same 128 values takes 28 us. rensa permutes otherwise, so that nobody who
uses datasketch could read the values; five times its time is less than that loop. Tried in numpy: one outer product
(157 us), blocks of shingles or of permutations, either order of the axes, a scalar at a time; blocks of 384 shingles
with the coefficients laid out are the fastest (119 us)."""

_WORKERS_REMARKS = """Each worker is a network namespace of its own, as are PostgreSQL and the feeds; all share the
processors of one machine, which are the first thing to run out. [scaling.md](scaling.md) reckons from the time of each
part what many machines do, and what runs out there."""

_ARCHIVES_REMARKS = """All engines come to the same clusters, or the measurement fails. The pass that places the
articles in their order runs on one core in each of them; what the engines share out is what comes before it. Other
tests ran beside DuckDB and Spark. A million articles took DuckDB 3,319 s and 3.4 ms of processor each, in 3.6 GB,
beside other work; on the other two a million was not grouped."""

_FOOTPRINT_REMARKS = """The processor is shared and was slow during this run: importing SQLAlchemy alone took 0.34 s
beside it, two thirds of that in other hours, and the code before these changes 1.2 s for what takes 0.7. Done:
tables without SQLAlchemy's ORM (a quarter of a command), a fold of words without numpy, one dialect at a time,
garbage looked for less often while loading. What `clusters` still takes: SQLAlchemy half, its dialect of PostgreSQL
with it (the indexes of the tables name it), pydantic and the configuration a fifth, opening the store and asking it
a tenth. `show` and `why` compare texts and load numpy for it. Tried without gain: building the models of the
configuration late. Of the memory of a service that has just read its feeds 90 MB are there before the first text;
the rest is words and counts of words (40 MB), texts and profiles that are likely to be compared again (20 MB), and
what the allocator keeps: asked to give all back, it gave 3 MB."""

PARTS = {
    "road": Part("From bytes to stored clusters", "python -m benchmarks.bytes_to_clusters", _road, _ROAD_REMARKS),
    "signatures": Part("Signatures", "python -m benchmarks", _signatures, _SIGNATURE_REMARKS),
    "index": Part("Index", "python -m benchmarks.index_at_scale", _index),
    "grouping": Part("Verdict and assignment", "python -m benchmarks.long_stream CORPUS", _grouping),
    "million": Part("A million articles", "python -m benchmarks.long_stream CORPUS", _million),
    "requests": Part("Requests", "python -m benchmarks.http_pool", _requests),
    "crowd": Part("Five thousand feeds", "python -m benchmarks.five_thousand_feeds [HOURS]", _crowd),
    "workers": Part("Many workers", "python -m benchmarks.many_workers", _workers, _WORKERS_REMARKS),
    "archives": Part("Archives", "python -m benchmarks.archive_engines CORPUS", _archives, _ARCHIVES_REMARKS),
    "footprint": Part("Start and footprint", "python -m benchmarks.footprint", _footprint, _FOOTPRINT_REMARKS),
}
"""By the name that the command line takes, in the order of the page."""
