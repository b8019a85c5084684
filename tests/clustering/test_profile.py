import numpy as np

from clustering.comparison import weigh_up
from clustering.folded_units import fold_units
from clustering.profile import HEAD_CHARACTERS, LEAD_SHINGLES, profile
from clustering.rarity import Rarity
from clustering.shingles import distinct, shared, shingle_stream, title_stream
from clustering.version import Version
from tests.clustering.arabic_text import Writer


def version(title: str, body: str) -> Version:
    return Version(number=1, article=1, source="المرسال", title=title, body=body, at=0.0)


def test_the_sets_are_ascending_and_the_lead_is_the_beginning() -> None:
    one = profile(version(*Writer(1).story()))
    assert one.stream.tolist() == shingle_stream(fold_units(one.version.body)).tolist()
    for ordered in (one.shingles, one.lead, one.words, one.title, one.title_words, one.title_names):
        assert np.all(np.diff(ordered.astype(np.int64)) > 0)
    assert one.lead.tolist() == distinct(one.stream[:LEAD_SHINGLES]).tolist()
    assert shared(one.lead, one.shingles) == len(one.lead)
    assert one.title.tolist() == distinct(title_stream(fold_units(one.version.title))).tolist()
    assert profile(version("", one.version.body)).title.tolist() == one.lead.tolist()


def test_an_item_without_a_body_is_known_by_its_title() -> None:
    title = "افتتاح جسر جديد فوق النهر بعد أربع سنوات من العمل"
    assert profile(version(title, "")).stream.tolist() == profile(version("", title)).stream.tolist()


def test_an_empty_version_has_a_profile() -> None:
    one = profile(version("", ""))
    assert len(one.stream) == len(one.words) == len(one.numbers) == 0
    assert weigh_up(one, one, Rarity(), "together").jaccard == 0.0


def test_numbers_meet_in_any_digits_and_without_leading_zeros() -> None:
    left = profile(version("مقتل 12 شخصا", "في الساعة 05 من يوم 007"))
    right = profile(version("مقتل ١٢ شخصا", "في الساعة ٥ من يوم ٧"))
    assert left.numbers == right.numbers
    assert len(left.numbers) == 3


def test_the_numbers_of_the_head_are_those_of_title_and_beginning() -> None:
    filler = "كلمة " * (HEAD_CHARACTERS // 5 + 10)
    one = profile(version("قمة 20", f"وصل 7 وفود {filler} وغادر 9"))
    assert len(one.head_numbers) == 2
    assert len(one.numbers) == 3


def test_a_number_is_never_cut_at_the_end_of_the_head() -> None:
    for place in range(HEAD_CHARACTERS - 5, HEAD_CHARACTERS + 5):
        one = profile(version("", "ا" * (place - 1) + " 123456 شخصا"))
        assert one.head_numbers <= one.numbers
        assert weigh_up(one, one, Rarity(), "together").numbers_apart == 0.0
