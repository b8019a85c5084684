"""What placing an article costs as a stream goes on, and when an outlet floods it with one template."""

from collections.abc import Sequence
from random import Random
from statistics import mean

from benchmarks.candidate_coverage import Met, meet
from benchmarks.invented_texts import invented_texts
from benchmarks.streaming import BATCH, Streamed, stream
from benchmarks.table import table
from clustering.settings import Settings
from clustering.version import Version

SLICES = 10
FLOOD = 5_000
"""Texts of one template: more than the busiest outlet of the corpus publishes in a window."""

AROUND = 6_000
"""Articles that the flood is mixed into, from the middle of the stream: about a window's worth before and after."""

_TEMPLATE_WORDS = 120
_OWN_WORDS = 6


def steady_cost(versions: Sequence[Version], met: Met, ours: Streamed) -> str:
    """Return the table of slices of a stream: milliseconds and candidates an article."""
    batches = len(ours.batches)
    rows = []
    for place in range(min(SLICES, batches)):
        first, last = batches * place // SLICES, batches * (place + 1) // SLICES
        part = versions[first * BATCH : last * BATCH]
        if part:
            rows.append(_row(f"{place + 1} of {SLICES}", part, met, sum(ours.batches[first:last])))
    return table([f"slice of {len(versions):,} articles", "articles", "ms an article", "candidates", "looked at"], rows)


def flooded(versions: Sequence[Version], settings: Settings, flood: int = FLOOD) -> str:
    """Return the table of a piece of a stream as it is, and with a template that an outlet sends thousands of times."""
    middle = max(0, (len(versions) - AROUND) // 2)
    plain = versions[middle : middle + AROUND]
    mixed = mix(plain, template_texts(flood, first=max(version.number for version in versions) + 1))
    rows = []
    for name, part in (("as it is", plain), (f"with {flood:,} texts of one template", mixed)):
        rows.append(_row(name, part, meet(part, settings), stream(part, settings).seconds))
    return table(["a piece of the stream", "articles", "ms an article", "candidates", "looked at"], rows)


def template_texts(count: int, first: int) -> list[Version]:
    """Invent texts of one outlet that differ in six of 120 words; their numbers begin at `first`, their times are 0."""
    random = Random(7)  # noqa: S311 (texts, not secrets)
    title, *words = invented_texts(1, seed=11)[0].split()[: _TEMPLATE_WORDS + 1]
    spare = " ".join(invented_texts(20, seed=12)).split()
    made = []
    for number in range(first, first + count):
        own = list(words)
        for place in random.sample(range(_TEMPLATE_WORDS), _OWN_WORDS):
            own[place] = random.choice(spare)
        made.append(Version(number, number, "flood", f"{title} {random.choice(spare)}", " ".join(own), 0.0))
    return made


def mix(versions: Sequence[Version], extra: Sequence[Version]) -> list[Version]:
    """Spread other versions evenly over the middle third of a stream in the order of time; all get new numbers."""
    third = len(versions) // 3
    begin, end = versions[third].at, versions[2 * third].at
    step = (end - begin) / max(1, len(extra))
    placed = [(begin + step * place, one) for place, one in enumerate(extra)]
    timed = sorted([*((one.at, one) for one in versions), *placed], key=lambda pair: (pair[0], pair[1].number))
    return [
        Version(number, number, one.source, one.title, one.body, at) for number, (at, one) in enumerate(timed, start=1)
    ]


def _row(name: str, part: Sequence[Version], met: Met, seconds: float) -> list[str]:
    found = mean(met.counts[version.number] for version in part)
    kept = mean(len(met.kept[version.number]) for version in part)
    return [name, f"{len(part):,}", f"{seconds / len(part) * 1e3:.2f}", f"{found:.1f}", f"{kept:.1f}"]
