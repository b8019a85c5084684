"""Words without the particles that Arabic writes together with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.clitics import SHORTEST, bare, lexical_words
from clustering.fold import words


def bare_of(word: str) -> str:
    (folded,) = words(word)
    return bare(folded)


@pytest.mark.parametrize(
    ("bare_form", "forms"),
    [
        ("حكومه", "الحكومة للحكومة والحكومة بالحكومة كالحكومة فالحكومة وبالحكومة وللحكومة حكومة وحكومة بحكومة لحكومة"),
        ("وزير", "وزير الوزير للوزير ووزير والوزير لوزير كوزير"),
        ("وزاره", "وزارة الوزارة بوزارة لوزارة ووزارة"),
        ("بغداد", "بغداد ببغداد لبغداد وبغداد فبغداد"),
        ("لبنان", "لبنان بلبنان ولبنان للبنان"),
        ("فرنسا", "فرنسا بفرنسا وفرنسا لفرنسا"),
        ("كوريا", "كوريا بكوريا وكوريا لكوريا"),
        ("بيان", "بيان البيان ببيان لبيان وبيان"),
        ("قال", "قال وقال فقال"),
        ("كانت", "كانت وكانت فكانت"),
        ("لاعبين", "لاعبين اللاعبين للاعبين وللاعبين"),
        ("الله", "الله لله والله بالله ولله"),
        ("سبب", "سبب بسبب السبب"),
    ],
)
def test_all_forms_of_a_word_come_to_one(bare_form: str, forms: str) -> None:
    assert {form: bare_of(form) for form in forms.split()} == dict.fromkeys(forms.split(), bare_form)


@pytest.mark.parametrize("pair", ["وزير زير", "وزارة زارة", "كانت أنت", "وسائل سائل", "بيان يان", "فريق ريق"])
def test_a_letter_of_the_root_stays(pair: str) -> None:
    one, other = pair.split()
    assert bare_of(one) != bare_of(other)


@pytest.mark.parametrize("word", ["ال", "وال", "لل", "الى", "بل", "و", "كل", "12", "x", "covid19"])
def test_short_and_foreign_words_stay(word: str) -> None:
    (folded,) = words(word)
    assert bare(folded) == folded


ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويء", min_size=1, max_size=12)


@given(ARABIC)
def test_a_word_keeps_its_letters_in_order_and_three_of_them(word: str) -> None:
    short = bare(word)
    assert short == "الله" or word.endswith(short)
    assert len(short) >= min(len(word), SHORTEST)


@given(ARABIC.filter(lambda word: len(word) >= 4), st.sampled_from(["ال", "وال", "بال", "فال", "كال", "وبال"]))
def test_the_article_is_taken_off_whatever_stands_before_it(word: str, before: str) -> None:
    # Behind it a word may begin like another article; «لله» is a word of its own.
    if not word.startswith(("ال", "لل", "له", "لا", "وال", "فال", "بال", "كال", "وبال", "ولل", "فلل")):
        assert bare(before + word) == bare(word)


def test_the_list_holds_folded_words_that_begin_like_a_particle() -> None:
    listed = lexical_words()
    assert len(listed) > 1000
    assert all(words(word) == [word] and word[0] in "وفبكل" and len(word) > SHORTEST for word in listed)
    assert not listed & {"وقال", "واضاف", "بحكومه", "لحكومه", "والحكومه"}
