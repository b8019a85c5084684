"""The demonstration's stories: that they are there, are real Arabic text, and show what they claim to show."""

import re
from datetime import UTC, datetime

import pytest

from clustering.fold import fold
from daemon.demo.stories import Copy, Outlet, Story, expected_groups, load_outlets, load_stories, showings

STORIES = {story.id: story for story in load_stories()}
COPIES = [pytest.param(copy, id=copy.path) for story in load_stories() for copy in story.copies]
STARTED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def shingles(text: str) -> set[str]:
    folded = fold(text)
    return {folded[at : at + 10] for at in range(len(folded) - 9)}


def jaccard(left: Copy, right: Copy) -> float:
    one, other = shingles(" ".join(left.body)), shingles(" ".join(right.body))
    return len(one & other) / len(one | other)


def copy_of(story: str, outlet: str) -> Copy:
    (found,) = [copy for copy in STORIES[story].copies if copy.outlet == outlet]
    return found


def outlet_named(outlet_id: str) -> Outlet:
    (found,) = [outlet for outlet in load_outlets() if outlet.id == outlet_id]
    return found


def test_there_are_enough_stories_and_outlets() -> None:
    shared = [s for s in STORIES.values() if len({copy.outlet for copy in s.copies}) >= 2]
    assert len(load_outlets()) == 6
    assert len(shared) >= 8
    assert any(len(story.copies) == 1 for story in STORIES.values())
    assert any(len({copy.outlet for copy in story.copies}) >= 5 for story in STORIES.values())


def test_outlets_differ_in_format_layout_and_charset() -> None:
    outlets = load_outlets()
    assert {outlet.format for outlet in outlets} == {"rss", "atom"}
    assert {outlet.layout for outlet in outlets} == {"content", "description"}
    assert {outlet.charset for outlet in outlets} == {"utf-8", "windows-1256"}


def test_boilerplate_differs_by_outlet() -> None:
    tails = [outlet.tail for outlet in load_outlets() if outlet.tail]
    assert len(tails) >= 4
    assert len(set(tails)) == len(tails)


def test_every_copy_belongs_to_a_known_outlet_and_has_its_own_address() -> None:
    copies = [copy for story in STORIES.values() for copy in story.copies]
    assert {copy.outlet for copy in copies} == {outlet.id for outlet in load_outlets()}
    assert all(copy.path.startswith(f"/{copy.outlet}/") for copy in copies)
    assert len({copy.path for copy in copies}) == len(copies)
    guids = [(copy.outlet, copy.guid) for copy in copies if copy.guid is not None]
    assert guids
    assert len(guids) < len(copies)
    assert len(set(guids)) == len(guids)


def test_stories_are_named_as_their_files_are_ordered() -> None:
    assert list(STORIES) == sorted(STORIES)
    assert len(STORIES) == len(load_stories())


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_arabic_prose_of_an_article_s_length(copy: Copy) -> None:
    text = " ".join(copy.body)
    letters = [character for character in text if character.isalpha()]
    assert 3 <= len(copy.body) <= 8
    assert 90 <= len(text.split()) <= 300
    assert all("\u0621" <= letter <= "\u064a" for letter in letters)
    assert len(copy.title.split()) >= 4
    assert all(paragraph == " ".join(paragraph.split()) for paragraph in copy.body)
    assert len(set(copy.body)) == len(copy.body)


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_appears_and_changes_within_the_demonstration(copy: Copy) -> None:
    assert 0 <= copy.after <= 6
    assert copy.published(STARTED) < STARTED
    if copy.revised is not None:
        assert copy.after < copy.revised.after <= 6


@pytest.mark.parametrize("story", [story for story in STORIES.values() if len(story.copies) > 1], ids=lambda s: s.id)
def test_every_copy_shares_much_of_its_words_with_another_of_its_story(story: Story) -> None:
    for copy in story.copies:
        others = [other for other in story.copies if other is not copy]
        assert max(jaccard(copy, other) for other in others) > 0.35


def test_copies_of_different_stories_share_little_but_for_the_two_kinds_of_lookalikes() -> None:
    lookalikes = [{"cable-bardinia", "cable-dalmor"}, {"talks-collapse", "talks-resume"}]
    pairs = [
        (one, other)
        for left in STORIES.values()
        for right in STORIES.values()
        if left.id < right.id and {left.id, right.id} not in lookalikes
        for one in left.copies
        for other in right.copies
    ]
    assert max(jaccard(one, other) for one, other in pairs) < 0.05


def test_expected_groups_hold_every_copy_once() -> None:
    groups = expected_groups()
    members = [member for group in groups.values() for member in group]
    assert len(members) == len(set(members)) == sum(len(story.copies) for story in STORIES.values())
    assert ("mizwala", copy_of("manuscript-library", "mizwala").path) in groups["manuscript-library"]


def test_the_template_pair_is_more_alike_than_some_true_copies() -> None:
    bardinia, dalmor = copy_of("cable-bardinia", "maghas"), copy_of("cable-dalmor", "maghas")
    full, trimmed = copy_of("train-derailment", "almarfa"), copy_of("train-derailment", "maghas")
    assert jaccard(bardinia, dalmor) > 0.6 > jaccard(full, trimmed)
    assert "باردينيا" not in " ".join(dalmor.body)
    assert "دالمور" not in " ".join(bardinia.body)


def test_the_other_day_s_talks_repeat_background_under_a_new_lead() -> None:
    first, later = copy_of("talks-collapse", "almarfa"), copy_of("talks-resume", "addaffa")
    assert set(first.body) & set(later.body) == set(later.body[-2:])
    assert jaccard(first, later) < 0.25
    assert first.minutes_ago - later.minutes_ago > 24 * 60


def test_the_glued_copy_differs_from_the_spaced_one_in_blanks_and_dateline_only() -> None:
    spaced, glued = copy_of("talks-collapse", "almarfa"), copy_of("talks-collapse", "sariya")
    dateline = "جنيف (رويترز) - "
    assert "".join(spaced.body).removeprefix(dateline).replace(" ", "") == "".join(glued.body).replace(" ", "")
    assert " ".join(glued.body).count("أورخستانوباردينيا") >= 6
    assert "أورخستان وباردينيا" not in " ".join(glued.body)
    assert "لوكالةرويترز" in glued.body[0]


def test_the_variant_copy_of_the_talks_folds_to_the_same_letters() -> None:
    spaced, variant = copy_of("talks-collapse", "almarfa"), copy_of("talks-collapse", "mizwala")
    text = " ".join(variant.body)
    assert fold(" ".join(spaced.body)) == fold(text)
    assert not re.search("[أإ0-9]", text)
    assert "٢٠٠" in text


def test_the_vowelled_copy_folds_to_the_same_letters() -> None:
    plain, vowelled = copy_of("measles-campaign", "mashrabiya"), copy_of("measles-campaign", "sariya")
    text = " ".join(vowelled.body)
    assert fold(" ".join(plain.body[:4])) == fold(text)
    assert len(re.findall("[\u064b-\u0652]", text)) > 40
    assert "\u0640" in text


@pytest.mark.parametrize(
    ("story", "outlet", "full"),
    [
        ("talks-collapse", "mashrabiya", "almarfa"),
        ("train-derailment", "maghas", "addaffa"),
        ("island-earthquake", "mashrabiya", "maghas"),
        ("ancient-harbour", "mizwala", "addaffa"),
    ],
)
def test_trimmed_copies_stop_after_the_third_paragraph(story: str, outlet: str, full: str) -> None:
    trimmed, whole = copy_of(story, outlet), copy_of(story, full)
    assert trimmed.body == whole.body[:3]
    assert trimmed.title != whole.title


def test_a_copy_is_hidden_before_its_time_and_edited_after_its_revision() -> None:
    copy = copy_of("train-derailment", "addaffa")
    late = copy_of("talks-resume", "almarfa")
    assert copy.revised is not None

    def shown(outlet: str, elapsed: float) -> dict[str, tuple[str, str, bool]]:
        found = showings(outlet_named(outlet), load_stories(), STARTED, elapsed)
        return {one.copy.path: (one.title, one.paragraphs[0], one.updated is not None) for one in found}

    assert shown("addaffa", copy.revised.after - 0.1)[copy.path] == (copy.title, copy.body[0], False)
    assert shown("addaffa", copy.revised.after)[copy.path] == (copy.revised.title, copy.revised.body[0], True)
    assert late.path not in shown("almarfa", late.after - 0.1)
    assert late.path in shown("almarfa", late.after)


def test_the_edit_raises_the_figure_and_adds_a_sentence() -> None:
    copy = copy_of("train-derailment", "addaffa")
    assert copy.revised is not None
    assert "12" in copy.title
    assert "19" in copy.revised.title
    assert "12 شخصا" in copy.body[0]
    assert "19 شخصا" in copy.revised.body[0]
    assert copy.revised.body[1].startswith(copy.body[1] + " ")
    assert copy.revised.body[2:] == copy.body[2:]


def test_the_newest_is_shown_first_and_the_outlet_s_tail_closes_every_article() -> None:
    for outlet in load_outlets():
        shown = showings(outlet, load_stories(), STARTED, 10)
        times = [one.published for one in shown]
        assert times == sorted(times, reverse=True)
        assert all(one.paragraphs[len(one.paragraphs) - len(outlet.tail) :] == outlet.tail for one in shown)
