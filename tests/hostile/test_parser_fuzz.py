"""Documents damaged at random come back as what can be stored, or as a reason, and the workers live on."""

from itertools import islice

from tests.hostile.fuzzing import fuzz
from tests.hostile.mutants import mutants, seeds

DOCUMENTS = 2_000


async def test_damaged_documents_give_entries_or_a_reason_and_kill_no_worker() -> None:
    run = await fuzz(20_261_126, DOCUMENTS, workers=2)
    assert run.findings == []
    assert run.outcomes.total() == DOCUMENTS
    # Neither side may be empty: damage that kills every document would try the first lines of the parser only.
    assert run.outcomes["ok"] > DOCUMENTS // 4
    assert run.outcomes.total() - run.outcomes["ok"] > DOCUMENTS // 20


def test_the_same_seed_gives_the_same_documents() -> None:
    assert list(islice(mutants(1), 50)) == list(islice(mutants(1), 50)) != list(islice(mutants(2), 50))
    good, others = seeds()
    assert len(good) > 30
    assert len(others) > 20
