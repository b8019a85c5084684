"""Whatever a server does: entries or one reason, in bounded time and memory, and no other feed suffers."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sources.outcome import Outcome
from tests.hostile import document_cases, inside_cases, packed_cases, server_cases
from tests.hostile.case import Case
from tests.hostile.newsstand import GOOD, Newsstand, newsstand

CASES = [*server_cases.CASES, *packed_cases.CASES, *inside_cases.CASES, *document_cases.CASES]

# Far beyond what any case takes here, and the shortest limit that says that nothing hung.
LONGEST_S = 20.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stand(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsstand]:
    async with newsstand(tmp_path_factory.mktemp("hostile"), CASES) as opened:
        yield opened


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
async def test_a_hostile_feed_harms_nobody(stand: Newsstand, case: Case) -> None:
    fetched = await stand.fetch(case)

    outcome, error = fetched.recorded
    assert outcome == case.outcome, error
    assert case.reason in (error or "")
    assert (error is None) or (error.isprintable() and len(error) <= 300)
    assert error or outcome == Outcome.OK
    assert (fetched.report.counts.seen, fetched.titles[:1]) == (case.entries, (case.title,) if case.entries else ())
    assert not stand.asked_inside

    assert [(report.outcome, report.counts.new) for report in fetched.good] == [(Outcome.OK, 1)] * len(GOOD)
    assert fetched.seconds < LONGEST_S
    assert fetched.grown_mb < case.megabytes


def test_the_table_is_as_long_as_promised() -> None:
    assert len({case.slug for case in CASES}) == len(CASES) > 100
