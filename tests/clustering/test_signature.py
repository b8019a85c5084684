import subprocess
import sys

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from clustering.folded_units import fold_units
from clustering.shingles import Shingles, distinct, shingle_stream
from clustering.signature import (
    LEAD_VALUES,
    PERMUTATIONS,
    SCHEME,
    SEED,
    TITLE_VALUES,
    VALUES,
    from_bytes,
    minhash,
    signature,
    to_bytes,
)

HASHES = st.sets(st.integers(0, 2**32 - 1), max_size=200)


def by_datasketch(hashes: set[int]) -> list[int]:
    reference = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME, hashfunc=lambda one: one)
    for one in hashes:
        reference.update(one)
    return [int(value) for value in reference.hashvalues]


def as_set(hashes: set[int]) -> Shingles:
    return distinct(np.array(sorted(hashes), dtype=np.uint32))


@given(HASHES)
def test_signatures_are_bit_for_bit_those_of_datasketch(hashes: set[int]) -> None:
    ours = minhash(as_set(hashes))
    assert ours.dtype == np.uint32
    assert ours.tolist() == by_datasketch(hashes)


@pytest.mark.parametrize("hashes", [set(), {0}, {2**32 - 1}, {0, 1, 2**31, 2**32 - 1}])
def test_edges_are_those_of_datasketch(hashes: set[int]) -> None:
    assert minhash(as_set(hashes)).tolist() == by_datasketch(hashes)


def test_an_arabic_text_has_the_signature_datasketch_gives_it() -> None:
    shingles = distinct(shingle_stream(fold_units("أعلنت الوزارة اليوم افتتاح الجسر الجديد بعد 3 سنوات من العمل")))
    assert minhash(shingles).tolist() == by_datasketch(set(shingles.tolist()))


def test_datasketch_compares_our_signatures_with_its_own() -> None:
    hashes = set(range(0, 1000, 7))
    ours = MinHash(hashvalues=minhash(as_set(hashes)), scheme=SCHEME, seed=SEED)
    reference = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME, hashfunc=lambda one: one)
    for one in hashes:
        reference.update(one)
    assert ours.jaccard(reference) == 1.0


def test_repeated_hashes_change_nothing() -> None:
    once = np.array([3, 5, 8], dtype=np.uint32)
    assert minhash(np.repeat(once, 3)).tolist() == minhash(once).tolist()


def test_equal_places_estimate_the_jaccard() -> None:
    # 800 shared of 1,200: two thirds, with a standard error of 0.042 at 128 places.
    left, right = minhash(as_set(set(range(1000)))), minhash(as_set(set(range(200, 1200))))
    assert abs(float(np.mean(left == right)) - 2 / 3) < 4 * 0.042


@given(HASHES, HASHES, HASHES)
def test_a_signature_is_that_of_the_body_then_of_lead_and_title(
    body: set[int], lead: set[int], title: set[int]
) -> None:
    values = signature(as_set(body), as_set(lead), as_set(title)).tolist()
    assert values[:PERMUTATIONS] == by_datasketch(body)
    assert values[PERMUTATIONS:-TITLE_VALUES] == by_datasketch(lead)[:LEAD_VALUES]
    assert values[-TITLE_VALUES:] == by_datasketch(title)[:TITLE_VALUES]


@given(HASHES)
def test_the_stored_form_reads_back(hashes: set[int]) -> None:
    values = signature(as_set(hashes), as_set(hashes), as_set(hashes))
    stored = to_bytes(values)
    assert len(stored) == 4 * VALUES == 672
    assert from_bytes(stored).tolist() == values.tolist()


def test_the_stored_form_is_little_endian() -> None:
    assert to_bytes(np.arange(VALUES, dtype=np.uint32))[:8] == bytes([0, 0, 0, 0, 1, 0, 0, 0])


@pytest.mark.parametrize("length", [0, 512, 671, 673])
def test_a_stored_form_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"672 bytes, not {length}"):
        from_bytes(bytes(length))


def test_what_does_not_sign_does_not_load_datasketch() -> None:
    program = (
        "import sys, clustering.clusterer, clustering.fold, clustering.evaluation;"
        "assert not {'datasketch', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
